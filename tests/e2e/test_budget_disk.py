"""Checkpoints of a search in rungs: which stay on the disk, and what is done again if one that is needed has gone."""

import shutil

import pytest
from project import Project
from snaketune.files import csv_rows

# Trains from what it finds to its budget, and leaves a line for each epoch that it really trains.
SCRIPT = """\
import json, os, sys, time
from pathlib import Path
load, save, budget = os.environ["SNAKETUNE_RESUME"], Path(os.environ["SNAKETUNE_CHECKPOINT"]), int(sys.argv[1])
run = os.environ["SNAKETUNE_TRIAL"] + "/" + os.environ["SNAKETUNE_RUN"]
epoch = int(Path(load, "epoch").read_text()) if load else 0
with open("calls.log", "a") as calls:
    calls.write(f"{run} {epoch}\\n")
time.sleep(float(os.environ.get("DELAY", 0)) * (budget > 1))
(save / "weights").write_bytes(bytes(10_000))
(save / "epoch").write_text(str(budget))
print(json.dumps({"loss": (float(sys.argv[2]) - 3) ** 2 + 1 / budget}))
"""


class Rungs(Project):
    """A study of 9 trials, of which 3 are trained for 3 epochs and 1 for 9."""

    def __init__(self, folder, **checkpoints):
        super().__init__(folder)
        self.write("train.py", SCRIPT)
        objective = self.config["objective"]
        objective["command"] += " {budget} {x}"
        objective["checkpoints"] = checkpoints
        budget = {"name": "epochs", "min": 1, "max": 9}
        search = {"strategy": "halving", "n_trials": 9, "budget": budget, "sampler": "random"}
        self.config.update(space={"x": {"type": "uniform", "low": 0.0, "high": 10.0}}, searches={"h": search})

    def checkpoints(self) -> list[str]:
        """The runs whose checkpoints are there, as <trial>/<run>."""
        return sorted("/".join(path.parts[-3:-1]) for path in self.folder.glob("results/s/trials/*/*/checkpoint"))

    def begun(self) -> list[str]:
        """Each run that was begun since this was asked last, with the epochs that it went on from."""
        path = self.folder / "calls.log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return sorted(lines)

    def table(self) -> list[list[str]]:
        """What results.csv says, times aside."""
        rows = csv_rows(self.folder / "results/s/results.csv")
        return [[row[name] for name in ("trial", "status", "value", "budget") if name in row] for row in rows]

    def proposed(self, number: int) -> list[str]:
        return [row["trial"] for row in csv_rows(self.folder / f"results/s/h/rounds/{number}/trials.csv")]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A study that has kept all checkpoints, finished."""
    study = Rungs(tmp_path_factory.mktemp("undisturbed"), keep="all")
    study.config["objective"]["trials_per_job"] = 5
    study.good_run()
    assert len(study.checkpoints()) == 13
    return study


def test_what_nobody_needs_is_deleted_and_what_is_needed_is_made_again(tmp_path, undisturbed, monkeypatch):
    study = Rungs(tmp_path)
    monkeypatch.setenv("DELAY", "600")
    assert study.killed_run(240, once=lambda: any("r0b3" in run for run in study.calls()))
    monkeypatch.delenv("DELAY")
    first, *others = study.proposed(1)
    kept = study.checkpoints()
    assert len(kept) == 4 + len([run for run in kept if run.endswith("r0b3")])  # the best of the others as well
    assert {f"{trial}/r0b1" for trial in (first, *others)} < set(kept)

    study.begun()
    shutil.rmtree(tmp_path / "results/s/trials" / first / "r0b1/checkpoint")
    outcome = study.good_run()
    last = study.proposed(2)[0]
    assert f"the checkpoint of {first}/r0b1 is gone, which r0b3 needs: r0b1 is trained again" in outcome.output
    assert study.begun() == sorted([f"{first}/r0b1 0", *(f"{t}/r0b3 1" for t in (first, *others)), f"{last}/r0b9 3"])
    assert study.checkpoints() == [f"{last}/r0b9"]
    assert "checkpoints: 10.01 kB kept, 120.02 kB deleted" in outcome.output
    assert len(study.finished()) == 13
    assert study.table() == undisturbed.table()
    assert study.good_run().idle
    assert study.begun() == []

    # The run before the one whose checkpoint is needed was deleted on purpose: nothing else is done again.
    study.config["searches"]["h"]["budget"]["max"] = 27
    shutil.rmtree(tmp_path / "results/s/trials" / last / "r0b9/checkpoint")
    outcome = study.good_run()
    assert f"the checkpoint of {last}/r0b9 is gone, which r0b27 needs: r0b9 is trained again" in outcome.output
    assert study.begun() == [f"{last}/r0b27 9", f"{last}/r0b9 0"]
    assert study.checkpoints() == [f"{last}/r0b27"]


def test_more_is_deleted_as_less_is_wanted(undisturbed):
    undisturbed.config["objective"]["checkpoints"] = {"keep": "all", "max_disk": "45kB"}
    outcome = undisturbed.good_run()
    assert outcome.idle
    assert "checkpoints took more than 45 kB (objective.checkpoints.max_disk): 90.01 kB were deleted" in outcome.output
    left = undisturbed.checkpoints()
    assert len(left) == 4
    assert {run.rpartition("/")[2] for run in left} == {"r0b3", "r0b9"}  # small budgets go first
