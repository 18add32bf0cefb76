"""Runs that a pruner stops: the same ones at the same steps, whatever the number of cores and whoever is killed."""

import json
import random
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
SEARCH = {"strategy": "random", "n_trials": 16, "batch_size": 4, "seed": 5}


def prepared(folder: Path) -> Project:
    project = Project(folder)
    project.write("train.py", SCRIPT)
    project.config["pruner"] = {"type": "median", "n_startup_trials": 3, "n_warmup_steps": 2}
    project.config["space"] = {"x": {"type": "uniform", "low": 0.0, "high": 10.0}}
    project.config["searches"] = {"random": dict(SEARCH)}
    return project


@pytest.fixture
def pruned(built_once):
    """A study of 16 trials in 4 rounds that has been run once, on one core."""
    return prepared(built_once("pruned", lambda folder: prepared(folder).good_run(cores=1)))


def stopped(project: Project) -> dict[str, object]:
    """What became of each trial, times aside: status, reason and value."""
    rows = project.table()
    return {row["trial"]: (row["status"], row["reason"], row["value"], row["loss"]) for row in rows}


def rule(project: Project, number: int) -> Path:
    return project.result(f"random/rounds/{number}/pruner.json")


def rules(project: Project) -> list[bytes]:
    return [rule(project, number).read_bytes() for number in range(4)]


def test_the_same_trials_are_pruned_at_the_same_steps_always(pruned, tmp_path):
    """Several to a job on other cores, and killed on the way, as on one core."""
    first, said = stopped(pruned), [json.loads(text)["groups"] for text in rules(pruned)]
    stops = [trial for trial, (status, *_) in first.items() if status == "pruned"]
    assert 2 <= len(stops) <= 8, "half of those that come after the first two rounds, give or take chance"
    assert all(value == "" and loss for _, _, value, loss in (first[trial] for trial in stops))
    assert said[:2] == [{}, {}], "the first round is compared with nobody, nor the second one"
    assert [groups[""]["trials"] for groups in said[2:]] == [4, 8]

    other = prepared(tmp_path / "other")
    other.config["objective"]["trials_per_job"] = 3
    chance = random.Random(0)
    kills = 0
    for begun in (2, 6, 10, 13):
        run = begun + chance.randrange(2)
        kills += other.killed_run(240, once=lambda run=run: len(other.calls()) >= run)
    assert kills == 4
    other.good_run(cores=4)
    assert (stopped(other), rules(other)) == (first, rules(pruned))
    calls = other.calls()
    assert len(calls) == 16
    assert sum(calls.values()) <= 16 + 2 * kills, "what was under way, on two cores"


def test_what_a_round_is_judged_by_is_made_again_if_it_is_lost_or_damaged(pruned):
    first, said, calls = stopped(pruned), rules(pruned), pruned.calls()
    rule(pruned, 2).write_text("{}")
    rule(pruned, 3).unlink()
    assert "pruner.json is damaged" in pruned.good_run().output
    assert (stopped(pruned), rules(pruned), pruned.calls()) == (first, said, calls), "nothing is trained again"


def test_what_was_pruned_is_trained_to_its_end_without_the_pruner(pruned):
    calls = pruned.calls()
    lost = {trial for trial, (status, *_) in stopped(pruned).items() if status == "pruned"}
    refused = pruned.run("--config", "retry=pruned")
    assert refused.status == 1
    assert "would be stopped at the same steps by the same pruner" in refused.output
    pruned.good_run("--config", "retry=pruned", "pruner=none")
    found = stopped(pruned)
    assert {status for status, *_ in found.values()} == {"complete"}
    assert {run.split("/")[0]: n for run, n in (pruned.calls() - calls).items()} == dict.fromkeys(lost, 1)
    histories = [pruned.result(f"trials/{trial}/r0/history.jsonl").read_text().splitlines() for trial in lost]
    assert {len(rows) for rows in histories} == {10}, "from the first step to the last"
    calls = pruned.calls()
    pruned.good_run()  # with the pruner again
    assert (stopped(pruned), pruned.calls()) == (found, calls)
