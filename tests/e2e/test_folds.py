"""Trials that are given up between their folds: the same ones always, and no run is done that need not be."""

from project import Project

SCRIPT = """\
import json, os, sys
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
with open("calls.log", "a") as calls:
    calls.write(os.environ["SNAKETUNE_TRIAL"] + "/" + os.environ["SNAKETUNE_RUN"] + "\\n")
x, fold = float(options["x"]), int(os.environ["SNAKETUNE_FOLD"])
print(json.dumps({"loss": x + 0.5 * (7 * x * (1 + fold) % 1)}))
"""
FOLDS = 3


def prepared(project: Project, **objective) -> Project:
    project.write("train.py", SCRIPT)
    project.config["objective"] |= {"folds": FOLDS, **objective}
    project.config["pruner"] = {"type": "median", "over": "folds", "n_startup_trials": 3}
    project.config["space"] = {"x": {"type": "uniform", "low": 0.0, "high": 10.0}}
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 12, "batch_size": 4, "seed": 5}}
    return project


def ended(project: Project) -> dict[str, object]:
    """What became of each trial, times aside."""
    return {
        row["trial"]: (row["status"], row["reason"], row["value"], row["loss"], row["runs"]) for row in project.table()
    }


def test_hopeless_trials_do_not_run_the_rest_of_their_folds(project, tmp_path):
    folds = prepared(project, trials_per_job="auto")
    folds.good_run(cores=4)
    first = ended(folds)
    pruned = [trial for trial, (status, *_) in first.items() if status == "pruned"]
    assert 1 <= len(pruned) <= 6, "some of those that come after the first two batches, and not all trials"
    assert set(folds.calls().values()) == {1}
    runs = {trial: int(count) for trial, (*_, count) in first.items()}
    assert all(runs[trial] < FOLDS for trial in pruned)
    assert sum(folds.calls().values()) == sum(runs.values()) < 12 * FOLDS
    assert folds.run().idle

    folds.config["pruner"] = "none"  # the folds that are missing, and nothing else
    folds.good_run(cores=4)
    assert set(folds.calls().values()) == {1}
    assert sum(folds.calls().values()) == 12 * FOLDS
    assert all(status == "complete" for status, *_ in ended(folds).values())

    other = prepared(Project(tmp_path / "other"), trials_per_job=4)
    assert other.killed_run(240, once=lambda: sum(other.calls().values()) >= 14)
    other.good_run(cores=1)
    assert ended(other) == first
    assert sum(other.calls().values()) <= sum(runs.values()) + 2, "but what was under way"
