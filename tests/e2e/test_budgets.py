"""Searches in rungs through the real workflow: what runs, what runs again, and what does not, counted by budgets."""

import subprocess
import sys
from collections import Counter

import pytest
from project import Project, wait_until
from snaketune.files import csv_rows
from snaketune.samplers.random import RandomSampler
from snaketune.space import space_from_config

# Trains epoch by epoch, from its checkpoint if there is one, and notes each; waits as long as a file holds it up.
SCRIPT = """\
import json, os, sys, time
from pathlib import Path
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
name, epochs, x = os.environ["SNAKETUNE_TRIAL"], int(options["epochs"]), float(options["x"])
with open("calls.log", "a") as calls:
    calls.write(f"{name}/{os.environ['SNAKETUNE_RUN']}\\n")
while (hold := Path(f"hold-{epochs}")).exists() and abs(x - float(hold.read_text())) < 1e-9:
    time.sleep(0.05)
if Path("broken").exists() and epochs >= int(Path("broken").read_text()):
    sys.exit("it is broken")
time.sleep(float(os.environ.get("DELAY", 0)))
resume = os.environ["SNAKETUNE_RESUME"]
done = int(Path(resume, "epoch").read_text()) if resume else 0
with open("epochs.log", "a") as log:
    log.write(f"{epochs - done}\\n")
Path(os.environ["SNAKETUNE_CHECKPOINT"], "epoch").write_text(str(epochs))
print(json.dumps({"loss": x + 1 / epochs}))
"""
SPACE = {"x": {"type": "uniform", "low": 0.0, "high": 1.0}}
BUDGET = {"name": "epochs", "min": 1, "max": 9}
HALVING = {"strategy": "halving", "n_trials": 9, "sampler": "random"}
HYPERBAND = {"strategy": "hyperband", "sampler": "random", "seed": 2}
ASHA = {"strategy": "asha", "n_trials": 9, "batch_size": 4, "sampler": "random", "seed": 3}


def in_rungs(project: Project, **searches) -> Project:
    project.write("train.py", SCRIPT)
    command = f"{sys.executable} train.py --epochs {{budget}} {{args}}"
    project.config["objective"] |= {"command": command, "trials_per_job": 5}
    project.config |= {"space": SPACE, "budget": dict(BUDGET), "searches": searches}
    return project


def budgets(calls) -> Counter:
    """How many runs there were with each budget."""
    return Counter(int(call.rpartition("b")[2]) for call in calls)


def epochs(project: Project) -> int:
    """How many epochs were trained since this was asked last."""
    log = project.folder / "epochs.log"
    trained = sum(map(int, log.read_text().split()))
    log.unlink()
    return trained


def rounds(project: Project) -> dict[str, list[dict]]:
    """All rounds' tables, times aside."""
    root = project.folder / "results" / "s"
    return {
        str(path.relative_to(root)): project.timeless(str(path.relative_to(root)))
        for path in sorted(root.glob("*/rounds/*/*.csv"))
    }


def proposed(project: Project) -> dict[str, bytes]:
    root = project.folder / "results" / "s"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.glob("*/rounds/*/trials.csv"))}


def rounds_of(project: Project, search: str) -> list[list[dict[str, str]]]:
    """The rows of each round of a search."""
    folders = sorted((project.folder / "results" / "s" / search / "rounds").iterdir(), key=lambda path: int(path.name))
    return [csv_rows(folder / "trials.csv") for folder in folders if (folder / "trials.csv").exists()]


def run_once(folder) -> None:
    project = in_rungs(Project(folder), halving=HALVING, asha=ASHA)
    project.good_run(cores=1)
    of = {
        name: Counter(int(row["budget"]) for rows in rounds_of(project, name) for row in rows)
        for name in project.config["searches"]
    }
    assert of["halving"] == {1: 9, 3: 3, 9: 1}
    assert (of["asha"][1], of["asha"][9]) == (9, 1)
    assert set(project.calls().values()) == {1}
    assert budgets(project.calls()) == sum(of.values(), Counter())
    assert epochs(project) == sum(n * {1: 1, 3: 2, 9: 6}[budget] for budget, n in sum(of.values(), Counter()).items())
    project.forget_calls()


@pytest.fixture
def done(built_once):
    """A study of halving and asha that has been run once, on one core."""
    return in_rungs(Project(built_once("rungs", run_once)), halving=dict(HALVING), asha=dict(ASHA))


def test_again_and_with_a_search_that_trains_in_full(done):
    assert done.good_run().idle
    before = done.timeless("halving/results.csv")
    done.config["searches"]["random"] = {"strategy": "random", "n_trials": 6}
    done.good_run()
    assert budgets(done.calls()) == {9: 5}, "its trials are those of halving, the best of which is trained in full"
    assert done.timeless("halving/results.csv") == before


def test_a_larger_budget_runs_the_new_rungs(done):
    done.config["budget"]["max"] = 27
    done.good_run()
    assert budgets(done.calls()) == {27: len(done.calls())}
    assert len({row["trial"] for row in done.table() if row["budget"] == "27"}) == len(done.calls()) == 2
    assert epochs(done) == 2 * 18
    assert done.good_run().idle


def test_of_another_eta_all_budgets_that_there_are_stay(done):
    done.config["searches"]["halving"]["eta"] = 2
    done.config["searches"]["asha"]["eta"] = 9
    done.good_run()
    assert [len(rows) for rows in rounds_of(done, "halving")] == [9, 4, 2, 1]
    assert sum(int(row["budget"] == "9") for rows in rounds_of(done, "asha") for row in rows) == 1
    assert budgets(done.calls()) == {2: 4, 4: 2}
    assert done.good_run().idle


def test_more_trials(done):
    first = {row["trial"] for row in done.table("halving/results.csv")}
    for name in ("halving", "asha"):
        done.config["searches"][name]["n_trials"] += 3
    done.good_run()
    assert budgets(done.calls())[1] == 3 + 3
    assert first < {row["trial"] for row in done.table("halving/results.csv")}
    assert len(done.table("asha/results.csv")) == 12
    for name in ("halving", "asha"):
        done.config["searches"][name]["n_trials"] -= 6
    done.forget_calls()
    done.good_run()
    assert not {1} & set(budgets(done.calls()))
    assert len(done.table("asha/results.csv")) == 6


def test_other_code_runs_all_rungs_again(done):
    before, table = rounds(done), done.timeless()
    done.write("train.py", SCRIPT + "# changed\n")
    done.good_run()
    again = Counter(int(row["budget"]) for name, rows in before.items() if name.endswith("/trials.csv") for row in rows)
    assert set(done.calls().values()) == {1}
    assert budgets(done.calls()) == again
    assert epochs(done) == again[1] + 2 * again[3] + 6 * again[9], "each goes on from the new run before it"
    assert rounds(done) == before
    assert done.timeless() == table


def test_what_is_deleted_or_damaged_comes_back(done):
    before, table = proposed(done), done.timeless()
    root = done.folder / "results" / "s"
    (root / "halving/rounds/1/results.csv").unlink()
    (root / "halving/rounds/2/trials.csv").unlink()
    (root / "asha/rounds/3/trials.csv").write_text("")
    promoted = csv_rows(root / "halving/rounds/1/trials.csv")[0]["trial"]
    (root / f"trials/{promoted}/r0b1/result.json").write_text("{")
    jobs = done.good_run().jobs
    assert (jobs["aggregate"], jobs["combine"], jobs["page"]) == (2, 1, 1), "each after all that it is made from"
    assert [*done.calls()] == [f"{promoted}/r0b1"]
    assert proposed(done) == before
    assert epochs(done) == 1
    done.forget_calls()
    best = csv_rows(root / "halving/rounds/2/trials.csv")[0]["trial"]
    done.good_run("--config", f"retry={best}")
    assert done.calls() == {f"{best}/r0b{budget}": 1 for budget in (1, 3, 9)}
    assert epochs(done) == 9, "each goes on from the new run before it"
    assert done.timeless() == table
    assert done.good_run().idle


def test_what_is_lost_in_the_middle_of_several_searches_is_made_again_in_order(done):
    """While one search's round is proposed anew, another's rounds are looked at."""
    before, table = proposed(done), done.timeless()
    root = done.folder / "results" / "s"
    for name in ("halving/rounds/1/trials.csv", "asha/rounds/3/trials.csv", "asha/rounds/6/trials.csv"):
        (root / name).unlink()
    (root / "asha/rounds/4/blocks/0.done").write_text("")
    jobs = done.good_run().jobs
    assert (jobs["aggregate"], jobs["combine"], jobs["page"]) == (2, 1, 1)
    assert not done.calls()
    assert proposed(done) == before
    assert done.timeless() == table
    assert done.good_run().idle


def test_a_lost_marker_is_followed_by_all_that_was_made_from_it(done):
    """Also where the last round is proposed anew, with the same trials."""
    (done.folder / "results/s/asha/rounds/4/blocks/0.done").unlink()
    assert done.good_run().jobs["aggregate"] == 1
    assert done.good_run().idle


# Trains as the script does, as a function, which costs no new interpreter.
FUNCTION = """\
from pathlib import Path
def train(x, budget, resume, checkpoint):
    done = int(Path(resume, "epoch").read_text()) if resume else 0
    with open("calls.log", "a") as calls, open("epochs.log", "a") as log:
        calls.write(f"{x}/r0b{budget}\\n")
        for epoch in range(done, budget):
            log.write("1\\n")
    Path(checkpoint, "epoch").write_text(str(budget))
    return x + 1 / budget
"""


def test_from_81_trials_to_one(project):
    """297 epochs where trials go on from their checkpoints, 405 where they begin anew; 81 in full would be 6561."""
    in_rungs(project, halving=HALVING | {"n_trials": 81})
    project.write("train.py", FUNCTION)
    project.config["objective"] = {"function": "train.py:train", "metric": "loss", "trials_per_job": 81}
    project.config["budget"]["max"] = 81
    project.good_run()
    assert budgets(project.calls().elements()) == {1: 81, 3: 27, 9: 9, 27: 3, 81: 1}
    assert epochs(project) == 297
    project.config["objective"]["resume"] = False
    project.good_run()
    assert epochs(project) == 405


def test_killed_in_the_middle_of_a_rung(done, project):
    """With a job for each run and other cores, the same is promoted and measured; nothing that has ended runs again."""
    in_rungs(project, **done.config["searches"])
    project.config["objective"] |= {"env": {"DELAY": "0.3"}, "trials_per_job": 1}
    kills = 0
    for runs in (6, 19):
        kills += project.killed_run(240, once=lambda runs=runs: len(project.calls()) >= runs)
    before = project.finished()
    assert kills == 2
    project.good_run(cores=4)
    calls = project.calls()
    assert sum(calls.values()) <= len(calls) + 2 * kills
    assert all(calls[name.partition("/")[2]] <= 1 + kills for name in before)
    assert rounds(project) == rounds(done)
    assert project.timeless() == done.timeless()


def test_brackets_do_not_wait_for_each_others_stragglers(project):
    """All others come to their ends while a run of the first rung goes on; and what is said of the study meanwhile."""
    in_rungs(project, hyperband=HYPERBAND)
    project.config["objective"]["trials_per_job"] = 1  # for no run to wait behind it in its job
    straggler = RandomSampler(space_from_config(SPACE, seed=0), seed=2).ask([], 1)[0].params["x"]
    project.write("hold-1", str(straggler))
    with (project.folder / "out.log").open("w") as log:
        process = subprocess.Popen(project.command(), cwd=project.folder, stdout=log, stderr=log)
    try:
        told = (project.folder / "out.log").read_text
        wait_until(lambda: budgets(project.calls()) == {1: 9, 3: 3, 9: 1 + 3}, told=told)
        wait_until(lambda: len(project.finished()) == 15, told=told)
        status = project.good_run("status").output
        assert "14 of 15 trials, 15 of 20 runs done" in status
        assert "Running (1):" in status
        (project.folder / "hold-1").unlink()
        assert process.wait(240) == 0
    finally:
        process.kill()
    assert budgets(project.calls()) == {1: 9, 3: 3 + 3, 9: 1 + 1 + 3}
    assert set(project.calls().values()) == {1}


def test_failures_end_it_with_a_word_and_are_tried_again(project):
    in_rungs(project, halving=HALVING | {"n_trials": 3}, asha=ASHA | {"n_trials": 3})
    project.config["objective"]["trials_per_job"] = "auto"
    project.config["on_failure"] = "continue"
    project.write("broken", "3")
    outcome = project.good_run()
    assert budgets(project.calls()) == {1: 6, 3: 2}
    summary = project.result("summary.md").read_text()
    for search in ("halving", "asha"):
        words = f"{search} ended early: no trial is complete with 3 epochs (1 failed)"
        assert f"{words}." in summary.splitlines()
        assert f"[snaketune] {words}" in outcome.output
    (project.folder / "broken").unlink()
    project.forget_calls()
    project.good_run("--config", "retry=failed")
    assert budgets(project.calls()) == {3: 2, 9: 2}
    assert "ended early" not in project.result("summary.md").read_text()


def test_mistakes_are_found_before_any_job(project):
    in_rungs(
        project,
        order=HALVING | {"budget": {"min": 9, "max": 1}},
        parameter=HALVING | {"budget": {"name": "x", "min": 1, "max": 9}},
        none=HALVING,
    )
    del project.config["budget"]
    outcome = project.run()
    assert outcome.status == 1
    for words in (
        "searches.order.budget.min: must be below max (1); found 9",
        "searches.parameter.budget.name: 'x' is a parameter: the search gives the budget; remove it from the space",
        "searches.none.budget: is missing: halving needs to know how much training its runs get",
    ):
        assert words in outcome.output
    assert "Traceback" not in outcome.output
    assert not project.calls()
    assert not (project.folder / "results").exists()
