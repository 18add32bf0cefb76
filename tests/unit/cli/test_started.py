"""How a study was started, in either form."""

import pytest
from snaketune.cli.started import Started, started
from snaketune.errors import StudyError
from snaketune.session.hopeless import note_session


def test_by_the_command_line():
    typed = Started(["snaketune", "run", "mine.yaml", "--cores", "3", "--", "--profile", "slurm", "--config", "seed=1"])
    assert (typed.by_us, typed.configuration, typed.cores) == (True, "mine.yaml", 3)
    assert (typed.options.cluster, typed.options.configuration) == (True, ["seed=1"])
    assert Started(["snaketune", "run", "mine.yaml"]).cores is None


def test_by_snakemake():
    typed = Started(["snakemake", "--cores", "1", "--configfile", "mine.yaml", "--config", "seed=1"])
    assert (typed.by_us, typed.configuration, typed.cores) == (False, "mine.yaml", None)
    assert typed.options.configuration == ["seed=1"]
    assert not typed.options.say_how_many
    assert Started([*typed.words, "--profile", "slurm"]).options.say_how_many
    assert Started(["snakemake", "--cores", "1"]).configuration == "config/config.yaml"
    assert Started(["snakemake", "--cores", "1", "--configfile", "a.yaml", "b.yaml"]).configuration is None


def test_it_is_noted_in_the_folder_of_the_study_and_holds_there_alone(begun, tmp_path, monkeypatch):
    study = begun()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="is not noted; start it once more"):
        started(study.layout)
    note_session(study.layout, study.study, 1, here=True, again=["snaketune", "run", "mine.yaml"])
    assert started(study.layout).words == ["snaketune", "run", "mine.yaml"]
    monkeypatch.chdir(tmp_path.parent)  # it was a part of another workflow, below a prefix
    note_session(study.layout, study.study, 1, here=True, again=["snakemake", "--cores", "1"])
    assert started(study.layout).words == ["snakemake", "--cores", "1"]
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.chdir("elsewhere")
    with pytest.raises(StudyError, match="go there first"):
        started(study.layout)
