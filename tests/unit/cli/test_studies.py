import os

import pytest
from snaketune.cli.studies import found
from snaketune.errors import StudyError


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_only_study_needs_no_name(begun):
    study = begun()
    assert found(None).root.resolve() == study.layout.root


def test_a_study_has_a_name_a_folder_and_a_configuration(begun, tmp_path):
    begun(study="mine")
    (tmp_path / "any.yaml").write_text("study: mine\n")
    for name in ("mine", "results/mine", "results/mine/", str(tmp_path / "results" / "mine"), "any.yaml"):
        assert found(name).root.resolve() == tmp_path / "results" / "mine"


def test_of_several_the_one_that_was_used_last_is_meant_and_that_is_said(begun, capsys):
    first, second = begun(study="first"), begun(study="second")
    os.utime(first.layout.study, (1, 1))
    assert found(None).root.name == second.study.name
    assert "second, which was used last (there are also first" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "said"), [
    ("mien", "There is no study 'mien' in .*Did you mean 'mine'"),
    ("other.yaml", "The study of other.yaml has not begun .*: snaketune run other.yaml"),
    ("none.yaml", "none.yaml names no study: the key 'study' is missing"),
    ("broken.yaml", "broken.yaml can't be read as YAML: while parsing"),
    ("absent.yaml", "There is no study 'absent.yaml'"),
])  # fmt: skip
def test_what_is_not_there(begun, tmp_path, name, said):
    begun(study="mine")
    for file, text in {"other": "study: other", "none": "a: 1", "broken": "a: [1"}.items():
        (tmp_path / f"{file}.yaml").write_text(text)
    with pytest.raises(StudyError, match=said):
        found(name)


def test_a_folder_without_studies():
    for name in (None, "mine"):
        with pytest.raises(StudyError, match="No study has begun in this folder"):
            found(name)
