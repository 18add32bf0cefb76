"""Several runs to a job: the same tables, the same promises about what is run again."""

import time

import pytest
from project import SCRIPT


@pytest.fixture
def packed(project):
    """The small study, packed in threes, run once: 6 grid trials and 4 random ones in 2 + 2 blocks."""
    project.config["objective"]["trials_per_job"] = 3
    outcome = project.good_run()
    assert outcome.jobs["block"] == 4
    assert outcome.jobs["trial"] == 0
    assert set(project.calls().values()) == {1}
    assert len(project.calls()) == 10
    project.forget_calls()
    return project


def test_same_tables_and_nothing_to_do(packed, tmp_path_factory):
    from project import Project

    plain = Project(tmp_path_factory.mktemp("plain"))
    plain.config["objective"]["replicates"] = packed.config["objective"]["replicates"] = 2
    packed.config["objective"]["threads"] = 2
    plain.good_run()
    packed.good_run()
    assert packed.timeless() == plain.timeless()
    assert packed.timeless("runs.csv") == plain.timeless("runs.csv")
    assert packed.good_run().idle


def test_from_packed_to_single_and_back(packed):
    packed.config["objective"]["trials_per_job"] = 1
    outcome = packed.good_run()
    assert outcome.jobs["trial"] == 0
    packed.config["objective"]["trials_per_job"] = 20
    packed.good_run()
    packed.config["objective"]["trials_per_job"] = 3
    packed.good_run()
    assert not packed.calls(), "changing how runs are packed has trained something again"
    assert packed.good_run().idle


def test_from_single_to_packed(project):
    project.good_run()
    before = project.timeless()
    project.forget_calls()
    project.config["objective"]["trials_per_job"] = 4
    project.good_run()
    assert not project.calls()
    assert project.timeless() == before


def test_more_trials_run_the_new_ones(packed):
    packed.config["searches"]["random"]["n_trials"] = 6
    packed.good_run()
    assert len(packed.calls()) == 2
    assert len(packed.table("random/results.csv")) == 6
    assert packed.good_run().idle


def test_another_seed(packed):
    packed.config["searches"]["random"]["seed"] = 6
    packed.good_run()
    assert len(packed.calls()) == 4
    packed.config["searches"]["random"]["seed"] = 5
    packed.forget_calls()
    packed.good_run()
    assert not packed.calls()


def test_a_trial_is_run_again_alone(packed):
    trial = packed.table("grid/results.csv")[2]["trial"]
    outcome = packed.good_run("--config", f"retry={trial}")
    assert outcome.jobs["block"] == 1
    assert list(packed.calls()) == [f"{trial}/r0"]
    assert packed.good_run().idle


def test_code_changed(packed):
    packed.write("train.py", (packed.folder / "train.py").read_text() + "# changed\n")
    packed.good_run()
    assert len(packed.calls()) == 10
    assert packed.good_run().idle


def test_code_changed_when_no_longer_packed(packed):
    """Snakemake knows nothing of what a packed run's result was made from; it must not pass for good all the same."""
    packed.config["objective"]["trials_per_job"] = 1
    packed.write("train.py", (packed.folder / "train.py").read_text() + "# changed\n")
    outcome = packed.good_run()
    assert outcome.jobs["trial"] == 10
    assert len(packed.calls()) == 10


def test_failed_runs_are_rows_and_can_be_tried_again(packed):
    script = (packed.folder / "train.py").read_text()
    packed.write("train.py", "import sys\nif '2' in sys.argv:\n    sys.exit(1)\n" + script)
    packed.good_run()
    assert [row["status"] for row in packed.table("grid/results.csv")].count("failed") == 2
    packed.forget_calls()
    outcome = packed.good_run("--config", "retry=failed")
    assert outcome.jobs["block"] == 2  # they are in two of them
    assert [row["status"] for row in packed.table("grid/results.csv")].count("failed") == 2


def test_retries_within_blocks(project):
    project.config["objective"] |= {"trials_per_job": 6, "retries": 1}
    script = (project.folder / "train.py").read_text()
    project.write("train.py", "import os, sys\nif os.environ['SNAKETUNE_ATTEMPT'] == '1':\n    sys.exit(1)\n" + script)
    project.good_run()
    assert {row["status"] for row in project.table()} == {"complete"}
    assert {row["attempt"] for row in project.table("runs.csv")} == {"2"}


def test_killed_and_started_again(project):
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 8}}
    project.config["objective"] |= {"trials_per_job": 4, "env": {"DELAY": 1}}
    assert project.killed_run(240, once=lambda: len(project.finished()) >= 2)
    before = project.finished()
    assert before, "killed too early for this test to mean anything"
    time.sleep(1)
    project.good_run()
    after = project.finished()
    assert {run: after[run] for run in before} == before, "a finished run was done again"
    assert len(project.table()) == 8
    assert sum(project.calls().values()) <= 8 + 2


def test_a_job_that_has_nothing_left_helps_another(project):
    """Ten slow runs and ten quick ones in two jobs: the slow ones are done by both."""
    project.config["space"] = {"x": list(range(20))}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"]["trials_per_job"] = 10
    project.write("train.py", "import sys, time\ntime.sleep(0.4 * (int(sys.argv[2]) < 10))\n" + SCRIPT)
    outcome = project.good_run()
    assert outcome.jobs["block"] == 2
    assert len(project.calls()) == 20
    assert set(project.calls().values()) == {1}
    done = [path.read_text().count(" ended: done") for path in project.folder.glob("logs/s/grid/rounds/0/blocks/*.log")]
    assert sum(done) == 20
    assert max(done) > 10, "one of them has waited for the other"
    assert project.good_run().idle
