"""A new project is one that runs."""

import subprocess
import sys
from pathlib import Path

import pytest
from snaketune.driving.configured import configured
from snaketune.errors import StudyError
from snaketune.project import make_project


def test_its_study_can_be_run_as_it_is(tmp_path, monkeypatch):
    folder = tmp_path / "a" / "b"
    files = make_project(folder)
    assert {path.name for path in files} == {"README.md", "Snakefile", ".gitignore", "study.yaml", "train.py"}
    monkeypatch.chdir(folder)
    study, _ = configured(Path("study.yaml"), (), cluster=False)
    assert study.searches["random"].n_trials == 8
    done = subprocess.run([sys.executable, "train.py", "--lr", "0.1"], capture_output=True, text=True, check=True)
    assert '"val_loss": 0.0' in done.stdout
    assert len((folder / "README.md").read_text().splitlines()) == 5


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "train.py").write_text("mine")
    with pytest.raises(StudyError, match=r"train\.py is there already; nothing has been written"):
        make_project(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["train.py"]
    with pytest.raises(StudyError, match="is no folder"):
        make_project(tmp_path / "train.py")
