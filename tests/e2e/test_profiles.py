"""The cluster profiles: all options exist, and with stand-ins for the schedulers' commands a study runs through."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from project import ROOT

FOLDER = ROOT / "workflow" / "profiles"
PROFILES = sorted(path.name for path in FOLDER.iterdir() if (path / "config.yaml").exists())

# Stands for a scheduler: starts a job at once, in the background, and remembers its exit code.
STAND_IN = """\
#!{python}
import json, os, shlex, subprocess, sys
from pathlib import Path
name, words = Path(sys.argv[0]).name, sys.argv[1:]
state = Path("{state}")

def submit(command):
    number = str(len(list(state.glob("*.asked"))) + 1)
    (state / f"{{number}}.asked").write_text(json.dumps(words))
    code = state / f"{{number}}.code"
    command = f"{{shlex.join(command)}} > {{code}}.log 2>&1; echo $? > {{code}}.tmp; mv {{code}}.tmp {{code}}"
    subprocess.Popen(["bash", "-c", command],
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return number

def code_of(number):
    path = state / f"{{number}}.code"
    return path.read_text().strip() if path.exists() else None

if name == "qsub":
    number = submit(["bash", words[-1]])
    print(number if "-terse" in words else number + ".server")
elif name == "qstat" and "-f" in words:
    code = code_of(words[-1].split(".")[0])
    print("Job Id: 1.server\\n    job_state = " + ("R" if code is None else "F"))
    if code is not None:
        print("    Exit_status = " + code)
elif name == "qstat":
    print("job-ID prior name user state")
    for asked in state.glob("*.asked"):
        if code_of(asked.stem) is None:
            print(asked.stem, "0.5 snaketune me r")
elif name == "qacct":
    code = code_of(words[-1])
    if code is None:
        sys.exit("error: job id not found")
    print("failed       0\\nexit_status  " + code)
elif name == "sbatch" and "nope" in " ".join(words):
    with (state / "refused").open("a") as refused:
        print("once", file=refused)
    sys.exit("sbatch: error: Batch job submission failed: Invalid partition name specified")
elif name == "sbatch":
    wrapped = [word[7:] for word in words if word.startswith("--wrap=")]
    print(submit(["bash", "-c", wrapped[0]] if wrapped else ["bash", words[-1]]))
elif name == "squeue":
    form = next(word[9:] for word in words if word.startswith("--format="))
    for asked in state.glob("*.asked"):
        said = {{None: "RUNNING", "0": "COMPLETED"}}.get(code_of(asked.stem), "FAILED")
        print(form.replace("%i", asked.stem).replace("%T", said))
elif name == "srun":
    while words[0].startswith("-"):
        words.pop(0)
    os.execvp(words[0], words)
elif name == "sacct":
    sys.exit(1)
elif name == "sinfo":
    print("main*")
elif name == "scontrol":
    print("MinJobAge = 300 sec")
elif name == "kubectl" and words[0] == "create":
    words = json.load(sys.stdin)
    print("job.batch/" + submit(words["spec"]["template"]["spec"]["containers"][0]["command"]))
elif name == "kubectl":
    code = code_of(words[2])
    print({{None: "/", "0": "1/"}}.get(code, "/1"), end="")
"""


@pytest.fixture
def scheduler(tmp_path, monkeypatch):
    """Stand-ins for the commands of the schedulers; the folder with what jobs asked for."""
    state, commands = tmp_path / "state", tmp_path / "bin"
    state.mkdir()
    commands.mkdir()
    for name in ("qsub", "qstat", "qacct", "kubectl", "sacct", "sbatch", "scontrol", "sinfo", "squeue", "srun"):
        path = commands / name
        path.write_text(STAND_IN.format(python=sys.executable, state=state))
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    for name, value in {"IMAGE": "image:1", "CLAIM": "projects", "MOUNT": str(tmp_path)}.items():
        monkeypatch.setenv(f"SNAKETUNE_{name}", value)
    return state


def submitted(project, profile, *arguments):
    command = project.command(*arguments, "--profile", str(FOLDER / profile))
    at = command.index("--cores")
    del command[at : at + 2]
    return subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("profile", PROFILES)
def test_all_options_exist(profile):
    from snakemake.cli import get_argument_parser

    parser = get_argument_parser()
    known = {option for action in parser._actions for option in action.option_strings}
    keys = yaml.safe_load((FOLDER / profile / "config.yaml").read_text())
    assert {f"--{key}" for key in keys} <= known
    for key in ("cluster-generic-submit-cmd", "cluster-generic-status-cmd"):
        if key in keys:
            assert os.access(FOLDER / profile / keys[key], os.X_OK)


@pytest.mark.parametrize(
    ("option", "profile"), [*(("--profile", name) for name in PROFILES), ("--workflow-profile", "slurm-generic")]
)
def test_dry_run(project, option, profile):
    command = project.command("-n", option, str(FOLDER / profile))
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "generate" in done.stdout + done.stderr


def test_the_plan_counts_what_the_profile_gives(project):
    project.config["objective"] |= {"trials_per_job": 3}
    options = ("--default-resources", "mem_mb=1000", "--set-resources", "block:runtime=30", "--set-threads", "block=2")
    command = project.command("plan", "--profile", str(FOLDER / "slurm-generic"), *options)
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # 6 trials of the grid, 4 random ones
    assert (
        "That is 4 jobs of 2 cores, which ask for at most 4.0 core hours (a job has 30 min at most), "
        "2.0 GB hours of memory, 1,000 MB for the largest job.\n"
    ) in done.stdout


@pytest.mark.parametrize("profile", ["pbs", "sge", "kubernetes"])
def test_a_study_through_a_stand_in(project, scheduler, profile):
    project.config["searches"] = {"grid": {"strategy": "grid", "space": {"x": [1, 2]}}}
    project.config["final"] = {"top": 1, "replicates": 1}
    project.config["objective"] |= {"threads": 2, "resources": {"mem_mb": "1001 * x", "runtime": 90, "gpu": "x - 1"}}
    done = submitted(project, profile, "--seconds-between-status-checks", "1", "--latency-wait", "5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(project.table()) == 4
    asked = [json.loads(path.read_text()) for path in scheduler.glob("*.asked")]
    assert len(asked) == 4 + 1, "only the runs, those of the final training too, are to be submitted"
    words = {json.dumps(each) for each in asked}
    expected = {
        "pbs": ["select=1:ncpus=2:mem=2002mb:ngpus=1", "walltime=5400"],
        "sge": ["h_vmem=751M,h_rt=5400", "h_vmem=1251M,h_rt=5400,gpu=1"],
        "kubernetes": ['"memory": "2002M", "nvidia.com/gpu": 1', '"activeDeadlineSeconds": 5400', '"cpu": "2"'],
    }[profile]
    for part in expected:
        assert any(part in each for each in words), (part, words)


@pytest.mark.parametrize("profile", ["slurm", "slurm-generic"])
def test_a_refused_job_is_submitted_once(project, scheduler, profile):
    """What the scheduler refuses for good is not asked for again; the others run, and the mended study goes on."""
    project.config["searches"] = {"grid": {"strategy": "grid", "space": {"x": [1, 2], "y": [0]}}}
    project.config["objective"]["resources"] = {"slurm_partition": "'nope' if x > 1 else 'main'"}
    quick = ["--seconds-between-status-checks", "1", "--latency-wait", "5"]
    quick += ["--slurm-init-seconds-before-status-checks", "1"] if profile == "slurm" else []
    done = submitted(project, profile, *quick)
    assert done.returncode == 1
    assert (scheduler / "refused").read_text() == "once\n"
    reason = "1 job was refused by the scheduler, and not submitted again: Invalid partition name specified"
    assert f"[snaketune] {reason}" in done.stderr.splitlines()
    for other in ("Error in rule", "Trying to restart", "Cannot restore", "Traceback"):
        assert other not in done.stderr
    assert len(project.calls()) == 1
    if profile == "slurm-generic":  # what goes on does not depend on who submits
        project.config["objective"]["resources"] = {"slurm_partition": "main"}
        done = submitted(project, profile, *quick)
        assert done.returncode == 0, done.stdout + done.stderr
        assert sorted(project.calls().values()) == [1, 1]


@pytest.mark.parametrize(
    ("squeue", "sacct", "expected"),
    [
        ("7 RUNNING", "", "running"),
        ("7 PENDING", "", "running"),
        ("7 COMPLETING", "", "running"),
        ("7 COMPLETED", "", "success"),
        ("7 FAILED", "", "failed"),
        ("7 TIMEOUT", "", "failed"),
        ("7 NODE_FAIL", "", "failed"),
        ("7 PREEMPTED", "", "failed"),
        ("7 OUT_OF_MEMORY", "", "failed"),
        ("77 FAILED\n7 CANCELLED", "", "failed"),
        ("", "COMPLETED", "success"),
        ("", "CANCELLED by 0", "failed"),
        ("", "", "failed"),
        (None, "COMPLETED", "running"),
    ],
)
def test_status_of_a_slurm_job(tmp_path, squeue, sacct, expected):
    """`squeue` lists the jobs that the controller knows (None: it is silent), `sacct` says the state of job 7."""
    (tmp_path / ".snakemake").mkdir()
    if squeue is None:
        answer = "echo 'Unable to contact slurm controller' >&2; exit 1"
    else:
        answer = f"case \"$*\" in *--jobs=*) echo 'Invalid job id specified' >&2; exit 1;; *) echo '{squeue}';; esac"
    for name, body in {"squeue": answer, "sacct": f"echo '{sacct}'"}.items():
        command = tmp_path / name
        command.write_text(f"#!/bin/sh\n{body}\n")
        command.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    script = FOLDER / "slurm-generic" / "status.sh"
    said = subprocess.check_output([script, "7"], cwd=tmp_path, env={**os.environ, "PATH": path}, text=True)
    assert said == f"{expected}\n"
    noted = tmp_path / ".snakemake" / "snaketune-ended"  # how a failed job ended, for the line that says so
    assert noted.exists() == (expected == "failed")
    if expected == "failed":
        state = sacct or (squeue.split()[-1] if squeue else "UNKNOWN")
        assert noted.read_text() == f"7 {state}\n"


def test_profiles_name_no_options_that_lose_work():
    for profile in PROFILES:
        keys = yaml.safe_load(Path(FOLDER, profile, "config.yaml").read_text())
        assert not {"slurm-array-jobs", "group-components", "groups"} & set(keys)
