"""Trials in environments of their own: what the configuration names reaches the jobs of the trials, and only these.

The software that would provide the environments is stood in for by scripts that note how they were called.
"""

import os
import sys


def one_trial(project, **objective):
    project.config["space"] = {"x": [1]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"] |= objective
    return project


def test_environment_modules(project):
    one_trial(project, envmodules=["gcc/13", "cuda/12"])
    script = project.write("modules.sh", 'module() { echo "$@" >> "$MODULE_LOG"; }\nexport -f module\n')
    log = project.folder / "modules.log"
    project.good_run(
        "--software-deployment-method", "env-modules", env={"BASH_ENV": str(script), "MODULE_LOG": str(log)}
    )
    assert log.read_text().splitlines() == ["purge", "load gcc/13 cuda/12"]
    assert project.table()[0]["status"] == "complete"


def test_container(project):
    one_trial(project, container="trainer.sif", command="python3 train.py")
    project.write("trainer.sif", "an image")
    fake = project.write(
        "bin/apptainer",
        f"#!{sys.executable}\nimport os, subprocess, sys\n"
        'if sys.argv[1:] == ["--version"]:\n    print("apptainer version 1.3.0")\n    sys.exit()\n'
        'open(os.environ["CONTAINER_LOG"], "a").write(repr(sys.argv[1:]) + "\\n")\n'
        'image = next(i for i, word in enumerate(sys.argv) if word.endswith(".sif"))\n'
        "sys.exit(subprocess.run(sys.argv[image + 1:]).returncode)\n",
    )
    fake.chmod(0o755)
    log = project.folder / "containers.log"
    path = f"{fake.parent}:{os.environ['PATH']}"
    project.good_run("--software-deployment-method", "apptainer", env={"PATH": path, "CONTAINER_LOG": str(log)})
    calls = log.read_text().splitlines()
    assert len(calls) == 1, "only the trial runs in the container"
    assert "trainer.sif" in calls[0]
    assert "python3" in calls[0], "the container's own Python starts the runner"
    assert project.table()[0]["status"] == "complete"


def test_changing_the_environment_trains_again(project):
    one_trial(project)
    project.good_run()
    project.config["objective"]["envmodules"] = ["gcc/13"]
    assert project.good_run().jobs["trial"] == 1
    assert project.good_run().idle
