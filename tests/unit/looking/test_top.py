import pytest
from snaketune.errors import StudyError
from snaketune.looking.columns import columns_of, shared_parameters
from snaketune.looking.listing import aligned
from snaketune.looking.seen import look
from snaketune.looking.top import Wish, best_trials


@pytest.fixture
def study(begun):
    """Nine trials, of which those with x = 3 fail."""
    study = begun(searches={"grid": {"strategy": "grid"}})
    study.finish(result)
    return study


def result(params, run):
    if params["x"] == 3:
        return {"status": "failed", "reason": "exit code 1", "exit_code": 1}
    return {"loss": params["x"] + params.get("m", 0) / 2, "size": 10 - params["x"], "kind": params["o"]}


def listed(study, **wish):
    return best_trials(look(study.layout).results, Wish(**wish)).listed


def params(study, **wish):
    return [dict(each.trial.params) for each in listed(study, **wish)]


def test_the_best_come_first_with_their_ranks(study):
    found = best_trials(look(study.layout).results, Wish(3))
    assert [(each.rank, each.trial.metrics["loss"], each.name) for each in found.listed] == [
        (1, 1, "grid-0"), (2, 1, "grid-1"), (3, 1.5, "grid-2"),
    ]  # fmt: skip
    assert (found.count, found.front) == (6, False)


def test_others_than_complete_ones_are_listed_when_asked_for(study):
    failed = listed(study, statuses=("failed",))
    assert [(each.rank, each.trial.number) for each in failed] == [(None, 6), (None, 7), (None, 8)]
    assert [each.rank for each in listed(study, statuses=("complete", "failed"))] == [
        1,
        2,
        3,
        4,
        5,
        6,
        None,
        None,
        None,
    ]


def test_an_expression_chooses_and_a_column_sorts(study):
    assert params(study, where="x == 1 and o == 'b'", sort="-m") == [
        {"x": 1, "o": "b", "m": 1}, {"x": 1, "o": "b", "m": 0},
    ]  # fmt: skip
    assert [each.rank for each in listed(study, where="loss > 1")] == [3, 4, 5, 6]
    assert [each.trial.metrics["size"] for each in listed(study, sort="size")] == [8, 8, 8, 9, 9, 9]
    assert [each.rank for each in listed(study, sort="-rank", most=2)] == [6, 5]
    assert [each.trial.params.get("m") for each in listed(study, sort="m")] == [0, 0, 1, 1, None, None]
    assert [each.trial.params["o"] for each in listed(study, sort="-o", most=4)] == ["b"] * 4


@pytest.mark.parametrize(("wish", "said"), [
    ({"where": "y > 1"}, "--where: 'y' is no column"),
    ({"where": "x >"}, "--where: not an expression"),
    ({"where": "x + o"}, "--where: .*can't be computed"),
    ({"sort": "los"}, "--sort: there is no column 'los'. Did you mean 'loss'"),
])  # fmt: skip
def test_what_is_wrong_with_a_wish(study, wish, said):
    with pytest.raises(StudyError, match=said):
        listed(study, **wish)


def test_of_several_objectives_the_pareto_set(begun):
    study = begun(
        objective={"metric": None},
        objectives=[{"metric": "loss", "direction": "minimize"}, {"metric": "size", "direction": "minimize"}],
        searches={"grid": {"strategy": "grid"}},
    )
    study.finish(lambda params, run: {"loss": params["x"] + (params["o"] == "b"), "size": -params["x"]})
    found = best_trials(look(study.layout).results, Wish())
    assert found.front
    assert [each.trial.metrics["loss"] for each in found.listed] == [1, 2, 3]
    assert [each.trial.metrics["size"] for each in listed(study, sort="size")] == [-3, -2, -1]


def test_a_larger_budget_comes_first_whatever_the_value(begun):
    study = begun(
        objective={"command": "true {budget}"},
        searches={"half": {"strategy": "halving", "n_trials": 4, "eta": 2}},
        budget={"name": "epochs", "min": 1, "max": 4},
    )
    study.through(lambda params, run: {"loss": params["x"] + 10.0 * int(run.partition("b")[2])})
    budgets = [each.trial.budget for each in listed(study)]
    assert budgets == sorted(budgets, reverse=True)
    assert budgets[0] == 4
    by_metric = [each.trial.budget for each in listed(study, sort="loss")]
    assert by_metric == budgets
    header = aligned(columns_of(listed(study), study.study))[0]
    assert "epochs" in header


def test_parameters_that_do_not_vary_are_said_once(study):
    found = listed(study, where="o == 'a'")
    assert shared_parameters(found, study.study) == {"o": "a"}
    names = [column.name for column in columns_of(found, study.study)]
    assert names == ["rank", "trial", "name", "loss", "x", "status", "seconds"]
    assert shared_parameters(found[:1], study.study) == {}


def test_a_trial_of_two_searches_is_listed_once(begun):
    study = begun()
    study.finish(result)
    found = listed(study, most=100)
    assert len({each.trial.trial for each in found}) == len(found) == 6
    names = [column.name for column in columns_of(found, study.study)]
    assert "search" not in names, "the names say it"
