"""The lines of a study that use a table come into its file, in which nothing else is changed."""

import pytest
import yaml
from snaketune.errors import StudyError
from snaketune.importing.into import Use, added, lines_of

IMPORTED, COUNTED = Use("old.csv"), Use("old.csv", count=True)
WARM = Use("old.csv", search="bayes")
BLOCK = """\
# about it
study: s   # its name
search:
  strategy: bayes
  # how many
  n_trials: 9
plots: {choose: []}  # none
# the end
"""


@pytest.mark.parametrize(("before", "use", "behind", "line"), [
    (BLOCK, IMPORTED, "plots: {choose: []}  # none", "imported:\n  - {file: old.csv}"),
    (BLOCK, WARM, "  n_trials: 9", "  warm_start:\n    - old.csv"),
    ("study: s\nimported:\n- file: a.csv\n  count: true  # all\n\nseed: 1\n", COUNTED, "  count: true  # all",
     "- {file: old.csv, count: true}"),
    ("study: s\nimported:\n  - {file: a.csv}  # one\n", IMPORTED, "  - {file: a.csv}  # one", "  - {file: old.csv}"),
    ("searches:\n  bayes:\n    warm_start:\n      - {study: a}\n    strategy: bayes\n", WARM, "      - {study: a}",
     "      - old.csv"),
    ("study: s\ndescription: |\n  a long\n  text\n", IMPORTED, "  text", "imported:\n  - {file: old.csv}"),
])  # fmt: skip
def test_lines_are_added_and_all_others_stay(tmp_path, before, use, behind, line):
    file = tmp_path / "study.yaml"
    file.write_text(before)
    assert added(file, use)
    assert file.read_text() == before.replace(f"{behind}\n", f"{behind}\n{line}\n", 1)
    assert not added(file, use)
    assert file.read_text().count("old.csv") == 1


@pytest.mark.parametrize(("before", "use", "after"), [
    ("searches: {bayes: {n_trials: 1}}  # it", WARM, "searches: {bayes: {n_trials: 1, warm_start: [old.csv]}}  # it"),
    ("{study: s, imported: []}\n", IMPORTED, "{study: s, imported: [{file: old.csv}]}\n"),
    ("{study: s, imported: [{file: a}]}\n", IMPORTED, "{study: s, imported: [{file: a}, {file: old.csv}]}\n"),
    ("study: s", IMPORTED, "study: s\nimported:\n  - {file: old.csv}\n"),
])  # fmt: skip
def test_in_braces_and_at_the_end(tmp_path, before, use, after):
    file = tmp_path / "study.yaml"
    file.write_text(before)
    assert added(file, use)
    assert file.read_text() == after


@pytest.mark.parametrize("before", [
    "a: &list\n  - {file: a.csv}\nimported: *list\nother: *list\n",
    "base: &b {strategy: bayes}\nsearches: {bayes: *b, other: *b}\n",
    "imported: a.csv\n",
])  # fmt: skip
def test_where_it_is_not_safe_the_lines_are_to_be_pasted(tmp_path, before):
    file = tmp_path / "study.yaml"
    file.write_text(before)
    use = WARM if "searches" in before else IMPORTED
    with pytest.raises(StudyError, match=r"these are to be put in:\n(searches|imported):"):
        added(file, use)
    assert file.read_text() == before


def test_the_lines_are_those_of_a_study():
    assert yaml.safe_load(lines_of(COUNTED)) == {"imported": [{"file": "old.csv", "count": True}]}
    assert yaml.safe_load(lines_of(WARM, {"search": {}})) == {"search": {"warm_start": ["old.csv"]}}
    assert yaml.safe_load(lines_of(WARM)) == {"searches": {"bayes": {"warm_start": ["old.csv"]}}}
