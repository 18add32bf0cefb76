"""A trial from its runs, and a run from its record."""

import math

import pytest
from made_up import runs_of
from snaketune.results.runs import read_run
from snaketune.results.trials import Proposed, trial_from

PROPOSED = Proposed("t1", 0, 0, "grid", {"x": 1})
FAILED = {"status": "failed", "reason": "exit code 1"}


def trial(made, *results, min_runs=None, **objective):
    study = made(objective={"replicates": len(results), **objective}).study
    return trial_from(PROPOSED, runs_of(*results), study, min_runs=min_runs or study.min_runs)


@pytest.mark.parametrize(("how", "value"), [("mean", 2.0), ("median", 1.5), ("min", 0), ("max", 5), ("last", 2)])
def test_aggregates(made, how, value):
    found = trial(made, {"loss": 1}, {"loss": 0}, {"loss": 5}, {"loss": 2}, aggregate=how)
    assert found.metrics == {"loss": value}
    assert type(found.metrics["loss"]) is type(value)
    assert found.sd["loss"] == pytest.approx(2.160247)
    assert found.se["loss"] == pytest.approx(2.160247 / 2)
    assert (found.runs, found.seconds, found.started, found.finished) == (
        4,
        6.0,
        "2030-01-01T00:00:00Z",
        "2030-01-01T00:00:03Z",
    )


def test_one_run_is_taken_as_it_is(made):
    found = trial(made, {"loss": 3, "note": "a", "flag": True, "none": None})
    assert found.metrics == {"loss": 3, "note": "a", "flag": True, "none": None}
    assert type(found.metrics["loss"]) is int
    assert (found.sd, found.se, found.status, found.complete) == ({}, {}, "complete", True)


def test_runs_that_fail(made):
    found = trial(made, {"loss": 1}, FAILED, {"loss": 3})
    assert (found.status, found.runs, found.complete) == ("failed", 2, False)
    assert found.reason == "1 of 3 runs did not complete; r1: exit code 1"
    enough = trial(made, {"loss": 1}, FAILED, {"loss": 3}, min_runs=2)
    assert (enough.status, enough.reason, enough.metrics, enough.runs) == ("complete", None, {"loss": 2.0}, 2)
    alone = trial(made, {"status": "timeout", "reason": "after 5 s"})
    assert (alone.status, alone.reason, alone.metrics, alone.runs) == ("timeout", "after 5 s", {}, 0)
    assert trial(made, {"status": "pruned", "reason": None}).status == "pruned"


def test_metrics_that_runs_do_not_share(made):
    found = trial(made, {"loss": 1, "a": 1, "s": "x", "t": "x", "n": 5}, {"loss": 2, "s": "x", "t": "y", "n": None})
    assert found.metrics == {"loss": 1.5, "a": None, "s": "x", "t": None, "n": None}


@pytest.mark.parametrize("how", ["mean", "median", "min", "max", "last"])
def test_numbers_that_are_none_and_very_large_ones(made, how):
    inf, nan = math.inf, math.nan
    found = trial(made, {"loss": 1.7e308, "a": nan, "b": inf}, {"loss": 1.7e308, "a": 1.0, "b": -inf}, aggregate=how)
    assert found.metrics["loss"] == 1.7e308
    assert math.isnan(found.metrics["a"])
    assert not math.isfinite(found.metrics["b"])
    opposite = trial(made, {"loss": 1.7e308}, {"loss": -1.7e308}, aggregate=how)
    assert math.isfinite(opposite.metrics["loss"])
    assert opposite.sd["loss"] == math.inf


def test_several_hosts(made):
    found = trial(made, {"status": "complete", "metrics": {"loss": 1}, "host": "b"}, {"loss": 2})
    assert found.host == "b h"


# --- a run ----------------------------------------------------------------------------------------


def read(made_up, result, history=None):
    made_up.run("t1", "r0", result)
    if history is not None:
        (made_up.layout.run("t1", "r0") / "history.jsonl").write_text(history)
    return read_run(made_up.store, made_up.study, "t1", "r0")


def test_a_run_is_judged_by_the_metric_of_today(made):
    record = {"status": "complete", "metrics": {"loss": 1, "acc": "NaN", "text": "x"}}
    assert read(made(), record).status == "complete"
    missing = read(made(objective={"metric": "other"}), record)
    assert (missing.status, missing.reason) == (
        "invalid",
        "metric 'other' is missing (there are: acc, loss, text)",
    )
    assert read(made(objective={"metric": "acc"}), record).reason == "metric 'acc' is NaN"
    assert "is not a number" in read(made(objective={"metric": "text"}), record).reason
    once_invalid = {"status": "invalid", "reason": "metric 'x' is missing", "metrics": {"loss": 1}}
    assert read(made(), once_invalid).status == "complete"
    unreadable = {"status": "invalid", "reason": "metrics.json is not valid JSON", "metrics": {}}
    assert read(made(), unreadable).reason == "metrics.json is not valid JSON"
    assert read(made(), {"status": "failed", "reason": "exit code 1", "metrics": {"loss": 1}}).status == "failed"


def test_numbers_that_json_has_no_text_for(made):
    found = read(made(), {"loss": 1, "a": "NaN", "b": "Infinity", "c": "-Infinity", "d": "text"}).metrics
    assert math.isnan(found["a"])
    assert (found["b"], found["c"], found["d"]) == (math.inf, -math.inf, "text")


def test_a_metric_taken_from_the_history(made):
    taken = made(objective={"metric": {"name": "loss", "take": "best"}})
    history = '{"loss": 3}\n{"loss": 1, "acc": 5}\n{"loss": 2}\n{"lo'
    assert read(taken, {"loss": 9, "acc": 7}, history).metrics == {"loss": 1, "acc": 7}
    assert read(made(), {"loss": 9}, history).metrics == {"loss": 9}
    lacking = read(taken, {"loss": 9}, '{"acc": 1}\n')
    assert (lacking.status, lacking.metrics) == ("invalid", {})


def test_a_run_that_has_not_ended(made):
    with pytest.raises(FileNotFoundError):
        read_run(made().store, made().study, "t1", "r0")
