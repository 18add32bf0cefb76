"""A study in Python and its workflow: trials that are asked for and told are rows among those that are run."""

import copy
import math
import subprocess
import sys

import numpy as np
import pytest
import snaketune
from begun import SPACE, Begun, value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snaketune.errors import StudyError
from snaketune.results.told import read_told

STRATEGIES = {
    "random": {"strategy": "random", "n_trials": 6, "batch_size": 3},
    "sobol": {"strategy": "sobol", "n_trials": 5},
    "lhs": {"strategy": "lhs", "n_trials": 5},
    "grid": {"strategy": "grid", "space": {"x": [0.25, 0.5, 0.75]}},
    "list": {"strategy": "list", "points": [{"x": 0.5, "k": "a"}, {"x": 0.25, "k": "b", "m": 2}]},
    "bayes": {"strategy": "bayes", "n_trials": 7, "n_initial_points": 3, "batch_size": 2},
    "parts": {
        "strategy": "random", "n_trials": 4, "batch_size": 2,
        "pruner": {"type": "threshold", "upper": 9, "over": "folds"},
    },
}  # fmt: skip


@pytest.fixture
def begun(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda strategy, **changes: Begun(
        STRATEGIES[strategy] if strategy in list(STRATEGIES) else strategy, **changes
    )


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_told_is_in_the_tables_and_is_not_run(begun, strategy):
    """Before the first start, between two of them, and when the search has ended; nothing is made twice."""
    found = begun(strategy)
    study = found.study
    first = study.ask(2)
    assert study.ask(1)[:1] != first[:1]
    study.tell(first[0], value(first[0].params))
    study.tell(first[1].id, status="failed", reason="a cable")
    study.give_up()
    found.workflow()
    again = study.ask(2)
    own = {"x": 0.125, "k": "a"} if strategy != "grid" else None
    for params in [trial.params for trial in again] + ([own] if own else []):
        study.tell(params, value(params))
    rounds = found.tables()
    found.workflow()
    assert len(found.trained) == len(set(found.trained)), "a trial was run twice"
    assert {name: found.tables()[name] for name in rounds} == rounds
    told = {trial.id: value(trial.params) for trial in (first[0], *again)}
    rows = found.rows()
    assert {trial: rows[trial].metrics["loss"] for trial in told} == told
    assert not set(told) & set(found.trained)
    assert (rows[first[1].id].status, rows[first[1].id].reason) == ("failed", "a cable")
    assert {rows[trial].origin for trial in told} == {"told"}
    assert found.workflow() == 0, "something is made again where nothing has changed"


OPERATIONS = st.lists(
    st.sampled_from(["ask", "ask 3", "tell", "tell", "fail", "give up", "own", "workflow", "one round", "again"]),
    max_size=10,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["random", "grid", "bayes", "parts", "list"]), OPERATIONS)
def test_whatever_is_asked_told_and_run(tmp_path_factory, strategy, operations):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("study"))
        found = Begun(STRATEGIES[strategy])
        told = {}
        for i, operation in enumerate(operations):
            study, pending = found.study, found.study.pending
            match operation:
                case "ask" | "ask 3":
                    known = {*found.rows(), *told, *(trial.id for trial in pending)}
                    asked = study.ask(3 if "3" in operation else 1)
                    assert not known & {trial.id for trial in asked}
                case "tell" | "fail" if pending and pending[0].id not in found.trained:
                    values = {"status": "oom"} if operation == "fail" else {"values": float(i)}
                    told[study.tell(pending[0], **values).id] = values.get("values")
                case "own":
                    params = {"x": [0.25, 0.5, 0.75][i % 3], "k": "a"}
                    if (trial := snaketune_id(params)) not in found.trained and trial not in told:
                        told[study.tell(params, float(i)).id] = float(i)
                case "give up":
                    study.give_up()
                case "workflow" | "one round":
                    found.workflow(rounds=None if operation == "workflow" else 1)
                case "again":
                    found.again()
        before = found.study.results().trials
        assert set(told) <= set(before["trial"])
        found.workflow()
        rows = found.rows()
        assert {trial: rows[trial].metrics.get("loss") for trial in told} == told
        assert len(found.trained) == len(set(found.trained))
        assert not set(told) & set(found.trained)
        expected = {"grid": 9, "list": 2}.get(strategy) or STRATEGIES[strategy]["n_trials"]
        assert len(rows) >= expected
        assert len(rows) <= max(expected, expected + len(told))
        assert sorted(trial.number for trial in rows.values()) == list(range(len(rows)))
        assert found.workflow() == 0


def snaketune_id(params):
    from snaketune.values import trial_id

    return trial_id({name: params[name] for name in SPACE if name in params})


def test_without_anything_told_nothing_is_changed(begun):
    """A file in which trials are merely pending is none, either."""
    found = begun("bayes")
    before = found.digests()
    found.study.ask(2)
    assert found.digests() == before
    assert "told" not in found.checked.config


def test_a_search_learns_from_what_is_told(begun):
    found = begun(STRATEGIES["bayes"] | {"n_trials": 12})
    for trial in found.study.ask(6):
        found.study.tell(trial, value(trial.params))
    proposed = found.study.ask(3)
    assert {trial.origin for trial in proposed} == {"model"}
    assert [trial.number for trial in proposed] == [6, 7, 8]
    found.study.give_up(proposed)
    assert found.study.ask(3) == proposed, "the same files give the same trials"


def test_in_a_space_with_constraints_and_several_objectives(begun):
    changes = {
        "constraints": ["x < 0.5"],
        "objectives": [{"metric": "loss", "direction": "minimize"}, {"metric": "acc", "direction": "maximize"}],
        "objective": {"metric": ...},
        "outcome_constraints": [{"metric": "size", "max": 3}],
    }
    found = begun("bayes", **changes)
    for i, trial in enumerate(found.study.ask(4)):
        assert trial.params["x"] < 0.5
        assert ("m" in trial.params) == (trial.params["k"] == "b")
        found.study.tell(trial, {"loss": i, "acc": i if i < 3 else 0, "size": 2 if i else 5})
    assert [result.metrics["loss"] for result in found.study.front] == [1, 2]
    assert found.study.best.value == 1
    assert all(trial.params["x"] < 0.5 for trial in found.study.ask(4))
    with pytest.raises(StudyError, match="The value of acc is missing"):
        found.study.tell({"x": 0.25, "k": "a"}, {"loss": 1})
    with pytest.raises(StudyError, match="The value of size is missing"):
        found.study.tell({"x": 0.25, "k": "a"}, [1, 2])
    with pytest.raises(StudyError, match="a constraint does not hold"):
        found.study.tell({"x": 0.75, "k": "a"}, {"loss": 1, "acc": 2, "size": 3})


A = {"x": 0.25, "k": "a"}


@pytest.mark.parametrize(("params", "values", "words"), [
    ({"y": 1, "k": "a"}, 1, "'y' is not a parameter of s. Allowed: k, m, x"),
    ({"x": 7, "k": "a"}, 1, "x can't be 7"),
    ({"x": 0.5, "k": "c"}, 1, "k can't be 'c'"),
    ({"x": 0.5}, 1, "'k' is missing"),
    ({"x": 0.5, "k": "a", "m": 1}, 1, "'m' is inactive here"),
    ({"x": float("nan"), "k": "a"}, 1, "x: nan is not a finite number"),
    (A, float("nan"), "loss is nan, which is no result"),
    (A, float("inf"), "loss is inf, which is no result"),
    (A, True, "loss must be a number; found true"),
    (A, "good", 'loss must be a number; found "good"'),
    (A, {"lost": 1}, "'lost' is no metric of s. Did you mean 'loss'?"),
    (A, [1, 2], "The value is to be a number, that of loss; found [1, 2]"),
    (A, None, "told with status='failed'"),
    ("t0000000000000000", 1, "There is no trial 't0000000000000000'"),
])  # fmt: skip
def test_mistakes_are_named_and_leave_nothing(begun, params, values, words):
    found = begun("random")
    with pytest.raises(StudyError) as caught:
        found.study.tell(params, values)
    assert words in str(caught.value)
    assert read_told(found.study.layout.told).told == {}


def test_other_mistakes(begun):
    found = begun("random")
    for call, words in (
        (lambda: found.study.ask(0), "at least 1; found 0"),
        (lambda: found.study.ask(search="randon"), "Did you mean 'random'?"),
        (lambda: found.study.tell(A, 1, status="fail"), "'fail' is no status. Did you mean 'failed'?"),
        (lambda: found.study.tell(A, 1, status="failed"), "Values go with the status complete"),
        (lambda: found.study.give_up("t1"), "t1 is not pending"),
        (lambda: snaketune.Study("nothing.yaml"), "There is no file nothing.yaml"),
        (lambda: snaketune.Study("."), "holds no study.json"),
        (lambda: snaketune.Study({"study": "s"}), "missing"),
    ):
        with pytest.raises(StudyError, match=words.replace("?", r"\?")):
            call()


def test_told_twice(begun):
    study = begun("random").study
    first = study.tell(A, np.float32(0.5))
    assert study.tell({"k": np.str_("a"), "x": np.float64(0.25)}, 0.5) == first
    with pytest.raises(StudyError, match=r"another result already \(loss = 0.5\).* replace=True"):
        study.tell(A, 0.75)
    assert study.best.value == 0.5
    assert study.tell(A, 0.75, replace=True).value == 0.75
    assert study.tell(A, status="failed", replace=True).reason == "told to be failed"
    assert study.best is None


def test_a_trial_that_was_run_keeps_its_result_unless_it_is_replaced(begun):
    found = begun("random")
    found.workflow()
    row = next(iter(found.rows().values()))
    assert found.study.tell(row.params, row.metrics["loss"]).origin == "random"
    with pytest.raises(StudyError, match="another result already"):
        found.study.tell(row.trial, 77)
    assert found.workflow() == 0
    found.study.tell(row.trial, 77, replace=True)
    found.workflow()
    assert (found.rows()[row.trial].metrics, found.rows()[row.trial].origin) == ({"loss": 77}, "told")
    found.study.tell(row.trial, 78, replace=True)
    found.workflow()
    assert found.rows()[row.trial].metrics == {"loss": 78}
    assert found.workflow() == 0


def test_an_exhausted_space_has_no_more(begun):
    study = begun("grid").study
    while trials := study.ask(4):
        for trial in trials:
            study.tell(trial, value(trial.params))
    assert len(study.results().trials) == 9
    assert study.pending == []


def test_searches_in_rungs_say_what_holds(begun):
    rungs = {"strategy": "hyperband", "budget": {"min": 1, "max": 9}}
    found = begun(rungs, objective={"command": "true {budget}"})
    with pytest.raises(StudyError, match=r"trains in rungs \(hyperband\)"):
        found.study.ask()
    with pytest.raises(StudyError, match="trains in rungs"):
        found.study.tell(A, 1)
    in_full = STRATEGIES["random"] | {"budget": {"min": 1, "max": 9}}
    objective = {"command": "true {budget}"}
    both = begun(rungs, searches={"rungs": rungs, "random": in_full}, search=..., objective=objective)
    assert both.study.tell(A, 1).search == "random"
    with pytest.raises(StudyError, match="say which: search='rungs' or 'random'"):
        both.study.ask()


def test_a_study_is_found_by_its_file_its_folder_or_a_dictionary(begun):
    found = begun("random")
    study = snaketune.Study.from_yaml("s.yaml")
    (trial,) = study.ask()
    for source in (found.config, "results/s", copy.deepcopy(found.config)):
        other = snaketune.Study.from_yaml(source)
        assert other.pending == [trial]
    other.tell(trial, 0.5)
    assert study.results().trials["value"].tolist() == [0.5]
    assert "s" in repr(study)


def test_several_processes_ask_and_tell_at_a_time(begun):
    begun("bayes")
    script = (
        "import snaketune\ns = snaketune.Study('s.yaml')\n"
        "for i in range(3):\n    for t in s.ask(1): s.tell(t, t.params['x'])"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    frame = snaketune.Study("s.yaml").results().trials
    assert len(set(frame["trial"])) == len(frame) == 6
    assert frame["number"].tolist() == list(range(6))
    assert not any(math.isnan(each) for each in frame["value"])
