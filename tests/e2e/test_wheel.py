"""The wheel holds all that reading a study needs, without the repository."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from project import wait_until

ROOT = Path(__file__).parents[2]
# Says that it has begun, and ends when it may.
WAITING = """\
import json, os, sys, time
open("begun", "a").close()
until = time.time() + 300
while not os.path.exists("go") and time.time() < until:
    time.sleep(0.05)
print(json.dumps({"val_loss": float(sys.argv[sys.argv.index("--lr") + 1])}))
"""
READ = """
from pathlib import Path
import snaketune
from snaketune.config import read_study
from snaketune.page.render import render
study = read_study({"study": "s", "objective": {"command": "true", "metric": "loss", "code": []},
                    "space": {"x": [1, 2]}, "search": {"strategy": "grid"}}, Path.cwd())
print(Path(snaketune.__file__).parents[1], study.searches["grid"].space.size, len(render({"study": "s"}, "")))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder in which the wheel is installed that this checkout gives."""
    site = tmp_path_factory.mktemp("wheel") / "site"
    build = [*(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation")]
    done = subprocess.run([*build, "--target", str(site), str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return site


def test_a_study_is_read_from_an_empty_folder(installed, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    place, size, page = done.stdout.split()
    assert (Path(place), size) == (installed, "2")
    assert int(page) > 10_000


def test_the_workflow_comes_along_as_it_is(installed):
    share, package = installed / "snaketune" / "share", ROOT / "workflow" / "snaketune"
    for part in ("Snakefile", "config", "scripts", "workflow"):
        for path in sorted((ROOT / part).rglob("*") if (ROOT / part).is_dir() else [ROOT / part]):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md":
                in_package = path.is_relative_to(package)
                there = path.relative_to(package) if in_package else path.relative_to(ROOT)
                copy = (installed / "snaketune" if in_package else share) / there
                assert copy.read_bytes() == path.read_bytes(), there
                assert os.access(copy, os.X_OK) or not os.access(path, os.X_OK), there


def test_nothing_else_is_installed(installed):
    assert sorted(path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")) == [
        "bin",
        "snaketune",
    ]
    assert (installed / "snaketune" / "py.typed").exists()


@pytest.fixture
def at_home(installed, tmp_path):
    """Calls the installed package's command line in the folder of a new project."""
    home = tmp_path / "mine"
    environment = {**os.environ, "PYTHONPATH": str(installed)}

    def call(*words: str, cwd: Path = home, **options) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "snaketune", *words],
            cwd=cwd,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    with call("new", "mine", cwd=tmp_path) as begun:
        assert begun.stdout.read().endswith("Next: cd mine && snaketune run study.yaml\n")
    return home, call


def test_from_nothing_to_results_with_a_ctrl_c_between(at_home, installed):
    home, call = at_home
    study = (home / "study.yaml").read_text()
    study = study.replace("python train.py", f"{sys.executable} train.py").replace("n_trials: 8", "n_trials: 3")
    (home / "study.yaml").write_text(study + "plots: {choose: []}\n")
    (home / "train.py").write_text(WAITING)

    first = call("run", "study.yaml", "--cores", "1", process_group=0)
    wait_until(lambda: (home / "begun").exists())
    os.killpg(first.pid, signal.SIGINT)
    printed, said = first.communicate(timeout=120)
    assert first.returncode == 130, said
    assert "3 runs in all (3 trials × 1), 0 done, 3 to run." in printed
    assert "it is started again" not in said
    assert said.splitlines()[-1].endswith("It goes on with: snaketune run study.yaml --cores 1")

    (home / "go").touch()
    second = call("run", "study.yaml", "--cores", "1")
    _, said = second.communicate(timeout=120)
    assert second.returncode == 0, said
    assert "[snaketune] example: 3 of 3 trials done, best val_loss " in said
    assert said.splitlines()[-1].startswith("[snaketune] Next: snaketune open")
    assert "rule" not in said  # what Snakemake says of its jobs is in its log
    again = json.loads((home / "results" / "example" / "session.json").read_text())["again"]
    assert again == ["snaketune", "run", "study.yaml", "--cores", "1"]
    with call("top", "--json") as top:
        assert len(json.load(top.stdout)["trials"]) == 3
    logs = [*home.glob("**/*.log"), *home.glob(".snakemake/log/*.log")]
    assert logs
    assert not any(str(ROOT / "workflow") in log.read_text() for log in logs)
