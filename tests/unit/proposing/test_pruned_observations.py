"""What tables and samplers see of trials that a pruner has stopped."""

import pytest
from made_up import runs_of
from snaketune.files import csv_rows
from snaketune.proposing.observed import observations_of
from snaketune.results.rounds import read_trials, write_trials
from snaketune.results.summary import failures
from snaketune.results.tables import runs_table
from snaketune.results.trials import Proposed, trial_from

REASON = "pruned at step {step}: {loss} is worse than the median 0.5 of 8 earlier trials"


def pruned(step: int, loss: object) -> dict:
    """The result of a run that was stopped."""
    return {
        "status": "pruned", "reason": REASON.format(step=step, loss=loss), "pruned_at": step, "last_step": step,
        "metrics": {"loss": loss, "step": step},
    }  # fmt: skip


def complete(loss: float, last: int = 20) -> dict:
    return {"status": "complete", "metrics": {"loss": loss}, "last_step": last}


@pytest.fixture
def trials(made):
    study = made(pruner="median", objective={"direction": "maximize"}).study

    def trials_of(*results):
        return study, [
            trial_from(Proposed(f"t{i}", i, 0, "grid", {"x": i}), runs_of(result), study, min_runs=1)
            for i, result in enumerate(results)
        ]

    return trials_of


def test_a_pruned_trial_has_metrics_and_no_value(trials):
    study, (one,) = trials(pruned(5, 0.3))
    assert (one.status, one.metrics, one.value(study), one.runs, one.last_step) == (
        "pruned", {"loss": 0.3, "step": 5}, None, 0, 5,
    )  # fmt: skip


def test_a_round_s_table_keeps_how_far_trials_came(trials, tmp_path):
    _, found = trials(pruned(5, 0.3), complete(0.9))
    write_trials(tmp_path / "results.csv", found)
    assert read_trials(tmp_path / "results.csv") == found
    _, without = trials({"loss": 1})
    write_trials(tmp_path / "results.csv", without)
    assert "last_step" not in csv_rows(tmp_path / "results.csv")[0]


def test_a_sampler_sees_its_values_as_those_of_a_part_of_the_training(trials):
    study, found = trials(pruned(5, 0.3), complete(0.9), pruned(6, float("nan")), {"status": "failed", "reason": "no"})
    seen = observations_of(found, study)
    assert [(o.status, o.values, o.budget) for o in seen] == [
        ("pruned", (-0.3,), 0.25), ("complete", (-0.9,), 1.0), ("pruned", None, 1.0), ("failed", None, 1.0),
    ]  # fmt: skip


def test_without_a_complete_trial_nobody_knows_how_far_that_is(trials):
    study, found = trials(pruned(5, 0.3))
    assert [(o.status, o.values) for o in observations_of(found, study)] == [("pruned", None)]


def test_those_that_were_stopped_are_one_group_of_what_gave_no_value(trials):
    _, found = trials(pruned(5, 0.3), pruned(6, 0.4), {"status": "failed", "reason": "no"})
    said = failures({"grid": found}, lambda trial: f"logs/{trial}/").splitlines()
    assert said[0] == f"- pruned, 2 trials, such as: {REASON.format(step=5, loss=0.3)}"
    assert said[1:] == ["- failed, 1 trial: no", f"  - logs/{found[2].trial}/"]


def test_runs_have_the_step_where_there_is_a_pruner(made):
    for pruner, there in (("median", True), ("none", False)):
        study = made(pruner=pruner).study
        runs = runs_of(pruned(5, 0.3))
        trial = trial_from(Proposed(runs[0].trial, 0, 0, "grid", {"x": 1}), runs, study, min_runs=1)
        (row,) = runs_table(runs, {"grid": [trial]}, study)
        assert row.get("pruned_at") == (5 if there else None)
        assert ("pruned_at" in row) == there
