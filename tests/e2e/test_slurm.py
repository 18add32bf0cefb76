"""The same search on a real Slurm: the same tables, through every fault."""

import re
import sys
from collections import Counter

import pytest
from cluster import (
    PROFILES,
    SlurmMissingError,
    Submission,
    alone,
    bring_up,
    drained,
    kill_node,
    slurm,
    start_script,
)
from project import Project, wait_until

# Notes each start with the job's number, then does what its parameter says; the good ones wait for a file `go`.
FAULTY = """\
import json, os, sys, time
kind = sys.argv[2]
job, attempt = os.environ["SLURM_JOB_ID"], os.environ["SNAKETUNE_ATTEMPT"]
with open("starts.log", "a+") as log:
    log.seek(0)
    again = f"{kind} {job} " in log.read()
    log.write(f"{kind} {job} {os.environ['SLURMD_NODENAME']}\\n")
if kind == "exit":
    sys.exit(1)
stuck = {
    "limit": True,
    "cancel": attempt == "1",
    "requeue": not again,
}
if stuck.get(kind):
    time.sleep(600)
while not os.path.exists("go"):
    time.sleep(0.5)
print(json.dumps({"loss": len(kind)}))
"""


@pytest.fixture(autouse=True)
def cluster():
    """A running Slurm with all its nodes, for this test alone."""
    with alone():
        try:
            bring_up()
        except SlurmMissingError as error:
            if start_script():
                pytest.fail(str(error))
            pytest.skip(str(error))
        yield
        Submission.clean_up()


@pytest.fixture
def projects(tmp_path):
    """A project for each profile."""
    folders = {profile: tmp_path / profile for profile in PROFILES}
    for folder in folders.values():
        folder.mkdir()
    return {profile: Project(folder) for profile, folder in folders.items()}


def starts(project):
    """The starts so far: (kind, job, node)."""
    path = project.folder / "starts.log"
    return [tuple(line.split()) for line in path.read_text().splitlines()] if path.exists() else []


def jobs(projects, *kinds):
    """The jobs that have started runs of these kinds."""
    return {job for each in projects.values() for kind, job, _ in starts(each) if kind in kinds}


def queued(*options):
    """The jobs in the queue, running or not."""
    return {job for (job,) in slurm("squeue", "--noheader", "--me", "--format=%i", *options)}


def start_waiting(requeued):
    """Once these jobs are in the queue again: Slurm would start them in two minutes, for which a test need not wait."""
    wait_until(lambda: requeued <= queued("--states=PENDING"))
    for job in requeued:
        slurm("scontrol", "update", f"job={job}", "StartTime=now")


def test_tables_are_those_of_a_local_run(project, projects):
    """Grid, random and Bayesian, one trial to a job and several."""
    for each in (project, *projects.values()):
        each.config["searches"]["bayes"] = {
            "strategy": "bayes", "n_trials": 10, "n_initial_points": 4, "batch_size": 3, "overlap": 1,
        }  # fmt: skip
        each.config["objective"]["resources"] = {"mem_mb": "100 + 10 * x", "runtime": "5 * attempt"}
    projects["slurm-generic"].config["objective"] |= {"trials_per_job": 3, "threads": 2}
    submissions = {profile: Submission(each, profile) for profile, each in projects.items()}
    project.good_run()
    for profile, submission in submissions.items():
        outcome = submission.good_end()
        assert outcome.jobs["block" if profile == "slurm-generic" else "trial"], outcome.output
        for table in ("results.csv", "runs.csv", "bayes/results.csv"):
            assert projects[profile].timeless(table) == project.timeless(table)
        assert set(projects[profile].calls().values()) == {1}
        assert Submission(projects[profile], profile).good_end().output.count("Nothing to be done") == 1


def test_faults(projects):
    """A trial exits 1; jobs are cancelled, requeued, at their time limit; a node dies: each has its right status."""
    if not start_script():
        pytest.skip("a node can be killed only on a Slurm that the tests have started")
    for each in projects.values():
        each.write("train.py", FAULTY)
        each.config["objective"] |= {
            "grace": 2,
            "resources": {"mem_mb": 200, "runtime": "1 if kind == 'limit' else 10"},
        }
        each.config["space"] = {"kind": ["exit", "limit", "cancel", "requeue", "a", "b"]}
        each.config["searches"] = {"grid": {"strategy": "grid"}}
    submissions = {profile: Submission(each, profile) for profile, each in projects.items()}
    wait_until(lambda: all(len(starts(each)) == 6 for each in projects.values()))
    slurm("scancel", *jobs(projects, "cancel"))
    requeued = jobs(projects, "requeue")
    slurm("scontrol", "requeue", ",".join(requeued))
    start_waiting(requeued)
    wait_until(lambda: all(len(starts(each)) == 8 for each in projects.values()))
    # Those that exceed their limit have to be through with it, or a dead node would make them do so again.
    limits = jobs(projects, "limit")
    wait_until(lambda: not limits & queued())
    dead = next(node for each in projects.values() for kind, _, node in starts(each) if kind == "a")
    lost = kill_node(dead) & jobs(projects, "a", "b", "cancel", "requeue")
    start_waiting(lost)
    for each in projects.values():
        each.write("go", "")
    for profile, submission in submissions.items():
        outcome = submission.good_end()
        each = projects[profile]
        status = {row["kind"]: row["status"] for row in each.table("grid/results.csv")}
        good = dict.fromkeys(("cancel", "requeue", "a", "b"), "complete")
        assert status == {"exit": "failed", "limit": "timeout", **good}, outcome.output
        reason = next(row["reason"] for row in each.table("runs.csv") if row["status"] == "timeout")
        assert "time limit of the cluster's job" in reason
        expected = Counter(exit=1, limit=1, cancel=2, requeue=2, a=1, b=1)
        expected.update({job: kind for kind, job, _ in starts(each) if job in lost}.values())
        cancelled, over = (min(jobs({profile: each}, kind), key=int) for kind in ("cancel", "limit"))
        assert f"/r0: its job {cancelled} was cancelled; it is submitted again (2 of 3)" in outcome.output
        assert f"/r0: its job {over} reached its time limit; it is submitted again (2 of 3)" in outcome.output
        assert "Error in rule" not in outcome.output
        assert Counter(kind for kind, _, _ in starts(each)) == expected
    bring_up()


@pytest.mark.parametrize("profile", PROFILES)
def test_snakemake_killed_while_jobs_run(project, profile):
    """Jobs that run go on, and the next Snakemake takes their results over; those that wait leave the queue."""
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 6}}
    project.config["objective"] |= {"env": {"DELAY": 12}, "resources": {"mem_mb": 2000}}  # two on each node
    first = Submission(project, profile)
    wait_until(lambda: len(project.calls()) == 4 and len(queued()) == 6)
    first.kill()
    waiting = queued("--states=PENDING")
    outcome = Submission(project, profile, "--workflow-profile").good_end()
    assert len(project.table()) == 6
    assert set(project.calls().values()) == {1}, "a run was started a second time"
    assert len(waiting) == 2
    assert f"2 jobs ({', '.join(sorted(waiting))}) had not begun, and are cancelled" in outcome.output
    states = slurm("squeue", "--noheader", "--states=all", f"--jobs={','.join(waiting)}", "--format=%T")
    assert states == [["CANCELLED"]] * 2
    wait_until(lambda: not slurm("squeue", "--noheader", "--me"))
    assert set(project.calls().values()) == {1}, "a job left in the queue did a finished run again"


def test_block_cancelled_half_way(project):
    """Of a packed job that is cancelled, the finished runs stay; only the one under way is started again."""
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 4}}
    project.config["objective"] |= {"trials_per_job": 4, "env": {"DELAY": 4}}
    submission = Submission(project, "slurm-generic")
    wait_until(lambda: len(project.calls()) == 2)
    slurm("scancel", *(words[0] for words in slurm("squeue", "--noheader", "--me", "--format=%i")))
    outcome = submission.good_end()
    assert outcome.jobs["block"] == 1
    assert re.search(
        r"block 0 of round 0 of random \(1 of its 4 runs done\): its job \d+ was cancelled; ", outcome.output
    )
    assert sorted(project.calls().values()) == [1, 1, 1, 2]
    assert len(project.table()) == 4


# Trains epoch by epoch, from where it is told to go on, and notes each with its node; waits for files at two places.
EPOCHS = """\
import json, os, sys, time
from pathlib import Path
epochs, x = int(sys.argv[1]), float(sys.argv[3])
resume, save = os.environ["SNAKETUNE_RESUME"], Path(os.environ["SNAKETUNE_CHECKPOINT"], "epoch")
for epoch in range(int(Path(resume, "epoch").read_text()) + 1 if resume else 1, epochs + 1):
    while epoch in (1, 3) and not os.path.exists(f"go-{epoch}"):
        time.sleep(0.2)
    with open("epochs.log", "a") as log:
        log.write(f"{x:g} {epoch} {os.environ['SLURMD_NODENAME']}\\n")
    save.write_text(str(epoch))
print(json.dumps({"loss": x}))
"""


def test_a_promoted_trial_goes_on_on_another_node(project):
    """And after its job has been cancelled on its way, from what it had saved by then: no epoch is trained twice."""
    project.write("train.py", EPOCHS)
    project.config["objective"]["command"] = f"{sys.executable} train.py {{budget}} {{args}}"
    project.config["space"] = {"x": [1, 2, 3]}
    project.config["searches"] = {
        "halving": {"strategy": "halving", "n_trials": 3, "sampler": "random", "budget": {"min": 1, "max": 3}}
    }

    def epochs():
        path = project.folder / "epochs.log"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    with drained("n2"):
        submission = Submission(project, "slurm-generic")
        wait_until(lambda: len(queued("--states=RUNNING")) == 3)
    with drained("n1"):
        project.write("go-1", "")
        wait_until(lambda: ["1", "2", "n2"] in epochs())
        slurm("scancel", *queued("--states=RUNNING"))
        wait_until(lambda: "it is submitted again" in submission.said())
        project.write("go-3", "")
        submission.good_end()
    assert sorted(epochs()) == [
        ["1", "1", "n1"], ["1", "2", "n2"], ["1", "3", "n2"], ["2", "1", "n1"], ["3", "1", "n1"],
    ]  # fmt: skip
    (best,) = (row for row in project.table("runs.csv") if row["budget"] == "3")
    assert (best["from_budget"], best["status"]) == ("1", "complete")
