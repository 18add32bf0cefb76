import pytest
from click.testing import CliRunner
from snaketune.cli.group import group
from snaketune.config import save_study


@pytest.fixture
def snaketune(tmp_path, monkeypatch):
    """Calls the command line in an empty folder; what came of it."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(group, words)


@pytest.fixture
def begun(made):
    """Makes a study up that has begun."""

    def begin(**changes):
        study = made(**changes)
        study.layout.root.mkdir(parents=True)
        save_study(study.study, study.layout.study)
        return study

    return begin
