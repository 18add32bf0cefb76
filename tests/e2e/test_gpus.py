"""The GPUs of one machine: each run has its own, or its share of one, whatever is killed."""

import json
import os
import subprocess
from collections import Counter

import pytest
from project import Project

# Notes which devices it sees, and from when to when.
SCRIPT = """\
import json, os, sys, time
begun = time.time()
with open("calls.log", "a") as calls:
    calls.write(os.environ["SNAKETUNE_TRIAL"] + "/" + os.environ["SNAKETUNE_RUN"] + "\\n")
open(f"pid{os.getpid()}", "w").close()
seen = os.environ["CUDA_VISIBLE_DEVICES"]
while time.time() < begun + float(os.environ.get("DELAY", 0.6)):
    with open(os.environ["SEEN"] + f"/{os.getpid()}", "w") as file:
        json.dump({"x": int(sys.argv[2]), "devices": seen.split(",") if seen else [], "from": begun,
                   "to": time.time(), "hip": os.environ["HIP_VISIBLE_DEVICES"]}, file)
    time.sleep(0.02)
os.unlink(f"pid{os.getpid()}")
print(json.dumps({"loss": 1}))
"""
NVIDIA = "#!/bin/sh\necho 'GPU 0: A100 (UUID: GPU-a)'\necho 'GPU 1: A100 (UUID: GPU-b)'\n"


@pytest.fixture
def machine(project, monkeypatch):
    """The project on a machine with GPUs 0 and 1."""
    project.write("bin/nvidia-smi", NVIDIA).chmod(0o755)
    (project.folder / "seen").mkdir()
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "SLURM_JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", f"{project.folder / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("SEEN", str(project.folder / "seen"))
    monkeypatch.setenv("SNAKETUNE_DEVICES_DIR", str(project.folder / "slots"))
    return prepared(project)


def prepared(project, **objective):
    project.write("train.py", SCRIPT)
    project.config["objective"] |= {"resources": {"gpu": 1}, **objective}
    project.config["space"] = {"x": list(range(6))}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    return project


def seen(project):
    """What the runs of the program noted."""
    return [json.loads(path.read_text()) for path in (project.folder / "seen").iterdir() if path.stat().st_size]


def most_at_once(project):
    """The largest number of runs at a time on each device."""
    runs = seen(project)
    devices = {device for run in runs for device in run["devices"]}
    together = {
        device: max(
            sum(device in other["devices"] and other["from"] <= run["from"] < other["to"] for other in runs)
            for run in runs
            if device in run["devices"]
        )
        for device in devices
    }
    return dict(sorted(together.items()))


def forget(project):
    for path in (project.folder / "seen").iterdir():
        path.unlink()


def test_one_each_then_two_on_each_then_named_ones(machine):
    assert "GPUs here: 0, 1 (nvidia-smi); at most 2 runs at a time" in machine.good_run("plan").output
    machine.good_run(cores=4)
    assert most_at_once(machine) == {"0": 1, "1": 1}
    assert all(run["devices"] == [run["hip"]] for run in seen(machine))
    rows = machine.table("runs.csv")
    assert Counter(row["devices"] for row in rows) == Counter(run["devices"][0] for run in seen(machine))

    machine.config["objective"] |= {"resources": {"gpu": 0.5}, "devices": [7, "GPU-c"]}
    assert machine.good_run(cores=4).idle, "changing what runs ask for has trained something again"
    forget(machine)
    machine.config["space"]["x"] = list(range(14))
    machine.good_run(cores=4, env={"DELAY": "1.5"})
    assert most_at_once(machine) == {"7": 2, "GPU-c": 2}
    assert len(machine.calls()) == 14

    forget(machine)
    machine.config["space"]["x"] = list(range(18))
    machine.config["objective"] |= {"resources": {"gpus": "2 if x == 15 else 1 if x > 15 else 0"}}
    machine.good_run(cores=4)
    by_x = {run["x"]: run["devices"] for run in seen(machine)}
    assert (by_x[14], by_x[15], len(by_x[16]), len(by_x[17])) == ([], ["7", "GPU-c"], 1, 1)
    assert set(most_at_once(machine).values()) == {1}


def test_packed_runs_and_a_second_study_beside_them(machine, tmp_path_factory):
    """Two studies in two folders share the devices, one of them packed; both get their turn."""
    machine.config["objective"] |= {"trials_per_job": 3, "threads": 3}
    other = prepared(Project(tmp_path_factory.mktemp("other")), resources={"nvidia_gpu": "2 if x == 2 else 0.5"})
    with (machine.folder / "packed.log").open("w") as log:
        packed = subprocess.Popen(machine.command(cores=3), cwd=machine.folder, stdout=log, stderr=log)
        other.good_run(cores=2)
        assert packed.wait(240) == 0, (machine.folder / "packed.log").read_text()
    assert len(machine.finished()) == len(other.finished()) == 6
    runs = seen(machine)
    assert len(runs) == 12
    whole = [run for run in runs if run["x"] == 2 and len(run["devices"]) == 2]
    assert len(whole) == 1, "one run had both devices"
    assert set(most_at_once(machine)) == {"0", "1"}
    assert max(most_at_once(machine).values()) <= 2
    assert not [run for run in runs if run is not whole[0] and whole[0]["from"] <= run["from"] < whole[0]["to"]]


def test_killed_runs_give_their_devices_back(machine):
    machine.config["objective"]["env"] = {"DELAY": 1.5}

    def at_work():
        return len(list(machine.folder.glob("pid*"))) == 2

    # everything at once, then Snakemake alone, whose runs go on: those of the next start wait for them
    assert machine.killed_run(240, once=at_work)
    forget(machine)
    for path in machine.folder.glob("pid*"):
        path.unlink()
    assert machine.killed_run(240, once=at_work, everything=False)
    machine.good_run()
    assert most_at_once(machine) == {"0": 1, "1": 1}
    assert len(machine.table()) == 6


def test_no_gpu_at_all(machine):
    machine.write("bin/nvidia-smi", "#!/bin/sh\nexit 9\n")
    machine.write("train.py", "print('{\"loss\": 1}')")
    outcome = machine.good_run()
    assert "No GPU was found here (by nvidia-smi" in outcome.output
    assert "go on without" in outcome.output
    assert {row["devices"] for row in machine.table("runs.csv")} == {""}
    machine.config["space"]["x"] = [6]
    machine.config["objective"] |= {"devices": [0], "resources": {"gpu": 3}}
    outcome = machine.run()
    assert outcome.status != 0
    assert (
        "objective.resources.gpu: 3 GPUs are asked for, more than there are here: 0 (objective.devices)"
        in outcome.output
    )
