"""What reruns what: each row of the promise, with the jobs counted."""

import os

import pytest
from project import Project

TABLES = {"aggregate", "combine", "check"}


@pytest.fixture
def done(built_once):
    """The small study, run once: 6 grid trials and 4 random ones. It has been moved since."""
    return Project(built_once("small", run_once))


def run_once(folder):
    project = Project(folder)
    outcome = project.good_run()
    assert outcome.jobs["trial"] == 10
    assert len(project.calls()) == 10
    project.forget_calls()


def test_nothing_changed(done):
    assert done.good_run().idle


def test_more_trials_and_one_more_grid_value(done):
    before = {row["trial"] for row in done.table()}
    done.config["searches"]["random"]["n_trials"] = 6
    done.config["searches"]["grid"]["space"]["x"] = [1, 2, 2.5, 3]
    outcome = done.good_run()
    assert outcome.jobs["trial"] == 2 + 2
    assert before < {row["trial"] for row in done.table()}
    assert len(done.table("random/results.csv")) == 6
    assert len(done.table("grid/results.csv")) == 8
    assert done.good_run().idle


def test_another_search_shares_trials(done):
    done.config["searches"]["list"] = {"strategy": "list", "points": [{"x": 1, "y": 0}, {"x": 7, "y": 1}]}
    outcome = done.good_run()
    assert outcome.jobs["trial"] == 1
    assert done.table("list/results.csv")[0]["trial"] == done.table("grid/results.csv")[0]["trial"]


def test_code_changed_and_code_touched(done):
    script = done.folder / "train.py"
    os.utime(script)
    assert done.good_run().idle
    script.write_text(script.read_text() + "# changed\n")
    assert done.good_run().jobs["trial"] == 10


def test_large_data_changed_and_touched(project):
    data = project.folder / "data.bin"
    data.write_bytes(b"\0" * 2_000_000)
    project.config["objective"]["data"] = ["data.bin"]
    project.good_run()
    os.utime(data)
    assert project.good_run().idle
    data.write_bytes(b"\1" * 2_000_000)
    assert project.good_run().jobs["trial"] == 10


@pytest.mark.parametrize(
    "change",
    [
        {"command": "python train.py"},
        {"base_config": {"a": 1}},
        {"env": {"A": "1"}},
        {"workdir": "elsewhere"},
    ],
)
def test_command_and_surroundings_changed(done, change):
    (done.folder / "elsewhere").mkdir()
    (done.folder / "elsewhere" / "train.py").write_text((done.folder / "train.py").read_text())
    done.config["objective"] |= change
    assert done.good_run().jobs["trial"] == 10


def test_limits_names_and_tags_train_nothing(done):
    done.config["objective"] |= {"timeout": "1h", "memory": "1GB", "retries": 1, "threads": 2}
    done.config |= {"name": "x{x}", "tags": ["t{y}"], "description": "the point {x}"}
    outcome = done.good_run()
    assert outcome.jobs["trial"] == outcome.jobs["generate"] == 0
    assert outcome.jobs["aggregate"] == 2
    assert done.table("grid/results.csv")[0]["name"] == "x1"
    assert done.table("grid/results.csv")[1]["tags"] == "t1"


def test_metric_and_direction_train_nothing(done):
    done.config["objective"] |= {"metric": "other", "direction": "maximize"}
    outcome = done.good_run()
    assert outcome.jobs["trial"] == outcome.jobs["generate"] == 0
    rows = done.table("grid/results.csv")
    assert [row["value"] for row in rows] == [row["other"] for row in rows]
    assert "other = " in done.result("best.yaml").read_text()


def test_search_seed_proposes_anew_and_reuses(done):
    done.config["searches"]["random"]["seed"] = 6
    outcome = done.good_run()
    assert outcome.jobs["generate"] == 1
    assert outcome.jobs["trial"] == 4
    done.config["searches"]["random"]["seed"] = 5
    outcome = done.good_run()
    assert outcome.jobs["generate"] == 1
    assert outcome.jobs["trial"] == 0


def test_results_rewritten_with_the_same_content(done):
    for path in done.folder.glob("results/s/trials/*/*/result.json"):
        path.write_text(path.read_text())
    assert done.good_run().jobs["trial"] == 0
    for path in done.folder.glob("results/s/*/rounds/*/*.csv"):
        path.write_text(path.read_text())
    assert done.good_run().jobs["trial"] == 0


def test_deleted_trial_is_run_again(done):
    import shutil

    trial = done.table("grid/results.csv")[2]["trial"]
    shutil.rmtree(done.result(f"trials/{trial}"))
    outcome = done.good_run()
    assert outcome.jobs["trial"] == 1
    assert list(done.calls()) == [f"{trial}/r0"]


def test_one_replicate_more(done):
    done.config["objective"]["replicates"] = 2
    outcome = done.good_run()
    assert outcome.jobs["trial"] == 10
    assert {call.split("/")[1] for call in done.calls()} == {"r1"}
    assert done.table()[0]["runs"] == "2"
