"""The wheel holds all that reading a study needs, without the repository."""

import os
import shutil
import subprocess
import sys
import zipfile
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
def unpacked(tmp_path_factory):
    """The content of the wheel that this checkout gives."""
    folder = tmp_path_factory.mktemp("wheel")
    # Built from a copy: what an earlier build left in the checkout would get into the wheel.
    source = folder / "source"
    shutil.copytree(ROOT / "workflow" / "snaketune", source / "workflow" / "snaketune")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("snaketune-*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder / "site")
    return folder / "site"


def test_a_study_is_read_from_an_empty_folder(unpacked, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    place, size, page = done.stdout.split()
    assert (Path(place), size) == (unpacked, "2")
    assert int(page) > 10_000


def test_nothing_else_is_installed(unpacked):
    assert sorted(path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")) == ["snaketune"]
    assert (unpacked / "snaketune" / "py.typed").exists()
