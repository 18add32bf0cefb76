"""A configuration file that can't be used is told of in one message."""

import pytest
from snaketune.driving.configured import configured
from snaketune.errors import StudyError

GOOD = """\
study: s
objective: {command: "true", metric: loss, code: []}
space: {x: [1, 2]}
search: {strategy: grid}
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read(tmp_path, text, entries=()):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return configured(path.relative_to(tmp_path), entries, cluster=False)


def test_a_study_with_values_of_the_command_line(tmp_path):
    study, layout = read(tmp_path, GOOD, ["space={x: [1, 2, 3]}", "study=other"])
    assert (study.name, study.space.size, layout.root.as_posix()) == ("other", 3, "results/other")


@pytest.mark.parametrize(("text", "said"), [
    ("a: [1", r"mine.yaml, line 1, column 6: no valid YAML: expected ',' or ']'"),
    ("", r"mine.yaml describes no study: it must hold keys"),
    (GOOD.replace("grid", "gird"), r"mine.yaml can't be used:\n  search.strategy: .* Did you mean 'grid'"),
    (GOOD.replace("true", "nowhere"), r"mine.yaml can't be used:\n  objective.command: .*nowhere"),
])  # fmt: skip
def test_what_is_wrong(tmp_path, text, said):
    with pytest.raises(StudyError, match=said):
        read(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path):
    read(tmp_path, GOOD)
    with pytest.raises(StudyError, match=r"There is no file mien\.yaml\. Did you mean 'mine\.yaml'"):
        configured(tmp_path.joinpath("mien.yaml").relative_to(tmp_path), (), cluster=False)
