"""Runs that a pruner stops: the same ones at the same steps, whatever the number of cores and whoever is killed."""

import json
import random
import shutil
from pathlib import Path

import pytest
from project import Project

SCRIPT = """\
import json, os, sys, time
import snaketune
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
x = float(options["x"])
with open("calls.log", "a") as calls:
    calls.write(os.environ["SNAKETUNE_TRIAL"] + "/" + os.environ["SNAKETUNE_RUN"] + "\\n")
for epoch in range(1, 11):
    loss = x + 10 / epoch * (1 + (x * 7) % 1)
    snaketune.report(epoch=epoch, loss=loss)
    time.sleep(0.01)
print(json.dumps({"loss": loss}))
"""
N = 20


@pytest.fixture
def pruning(project):
    project.write("train.py", SCRIPT)
    project.config["pruner"] = {"type": "median", "n_startup_trials": 3, "n_warmup_steps": 2}
    project.config["space"] = {"x": {"type": "uniform", "low": 0.0, "high": 10.0}}
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": N, "batch_size": 5, "seed": 5}}
    return project


def stopped(project: Project) -> dict[str, object]:
    """What became of each trial, times aside: status, reason and value."""
    rows = project.table()
    return {row["trial"]: (row["status"], row["reason"], row["value"], row["loss"]) for row in rows}


def rule(project: Project, number: int) -> Path:
    return project.result(f"random/rounds/{number}/pruner.json")


def rules(project: Project) -> list[bytes]:
    return [rule(project, number).read_bytes() for number in range(4)]


def again(project: Project) -> None:
    for name in ("results", "logs", ".snakemake", "calls.log"):
        path = project.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def test_the_same_trials_are_pruned_at_the_same_steps_always(pruning):
    pruning.good_run(cores=1)
    first, said = stopped(pruning), rules(pruning)
    pruned = [trial for trial, (status, *_) in first.items() if status == "pruned"]
    assert 5 <= len(pruned) <= 15, "half of those that come after the first two rounds, give or take chance"
    assert all(value == "" and loss for _, _, value, loss in (first[trial] for trial in pruned))
    assert json.loads(said[0])["groups"] == {}, "the first round is compared with nobody, nor the second one"
    assert json.loads(said[1])["groups"] == {}
    assert json.loads(said[2])["groups"][""]["trials"] == 5
    assert pruning.run(cores=1).idle

    again(pruning)
    pruning.config["objective"]["trials_per_job"] = 3  # several to a job, which does not make a difference either
    pruning.good_run(cores=4)
    assert (stopped(pruning), rules(pruning)) == (first, said)

    again(pruning)
    del pruning.config["objective"]["trials_per_job"]
    chance = random.Random(0)
    kills = sum(pruning.killed_run(chance.uniform(1.5, 3.5)) for _ in range(6))
    assert kills, "the study ended too early for this test to mean anything"
    pruning.good_run(cores=4)
    assert (stopped(pruning), rules(pruning)) == (first, said)


def test_what_a_round_is_judged_by_is_made_again_if_it_is_lost_or_damaged(pruning):
    pruning.config["searches"]["random"]["n_trials"] = 15
    pruning.good_run(cores=2)
    first, said, calls = stopped(pruning), rule(pruning, 2).read_bytes(), pruning.calls()
    path = rule(pruning, 2)
    path.write_text("{}")
    done = pruning.run(cores=2)
    assert "pruner.json is damaged" in done.output
    assert rule(pruning, 2).read_bytes() == said
    path.unlink()
    pruning.good_run(cores=2)
    assert rule(pruning, 2).read_bytes() == said
    assert (stopped(pruning), pruning.calls()) == (first, calls), "nothing is trained again"
