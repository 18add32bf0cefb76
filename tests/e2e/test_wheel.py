"""The wheel holds all that reading a study needs, without the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
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
