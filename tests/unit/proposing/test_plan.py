"""A plan of a search that learns: what has been proposed is known, and only the rest follows from results."""

from snaketune.proposing.plan import plan_of, plan_text
from snaketune.resources import Given

BAYES = {"strategy": "bayes", "n_trials": 6, "n_initial_points": 4, "batch_size": 1}


def plan(made, **changes):
    study = made(space={"x": {"type": "uniform", "low": 0, "high": 1}}, searches={"s": {**BAYES, **changes}})
    return study, plan_of(study.study, study.study.searches["s"], study.store)


def test_a_search_that_has_ended_is_done(made):
    study, before = plan(made)
    assert (len(before.proposals), before.later) == (4, 2)
    study.through(lambda params, run: {"loss": params["x"]})
    study, after = plan(made)
    assert (len(after.proposals), sum(after.done.values()), after.later) == (6, 6, 0)
    assert "6 done, 0 to run." in plan_text([after], study.study, study.store, Given())


def test_more_trials_are_what_follows(made):
    plan(made)[0].through(lambda params, run: {"loss": params["x"]})
    _, more = plan(made, n_trials=9)
    assert (len(more.proposals), sum(more.done.values()), more.later) == (6, 6, 3)


def test_what_another_model_has_proposed_is_not_certain(made):
    plan(made)[0].through(lambda params, run: {"loss": params["x"]})
    _, other = plan(made, acquisition="lcb")
    assert (len(other.proposals), other.later) == (4, 2)


def test_a_damaged_round_is_proposed_anew(made):
    study, _ = plan(made)
    study.through(lambda params, run: {"loss": params["x"]})
    study.layout.proposed("s", 1).with_name("round.json").write_text("{")
    _, damaged = plan(made)
    assert (len(damaged.proposals), damaged.later) == (4, 2)
