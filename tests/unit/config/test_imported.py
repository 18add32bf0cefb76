"""Results that the user already has: which rows are trials of a search, and what is said of the others."""

import pytest
from good_configs import SMALL, edited, problems_of, study_of
from snaketune.config import load_study, read_study, save_study

TABLE = """\
x,y,loss,status
1,0.25,0.5,
2,0.5,0.25,COMPLETE
"""


@pytest.fixture
def table(root):
    def write(text: str, name: str = "old.csv") -> str:
        (root / name).write_text(text)
        return name

    return write


def rows_of(root, study=SMALL, search="random", /, *, count=False, columns=None, **changes):
    source = {"file": "old.csv", "count": count} | ({"columns": columns} if columns else {})
    found = study_of(root, study, imported=[source], **changes)
    return found, found.searches[search]


def test_rows_become_results_by_the_ids_of_their_trials(root, table):
    table(TABLE)
    study, search = rows_of(root)
    assert [(known.params, known.status, known.metrics, known.source) for known in search.imported.values()] == [
        ({"x": 1, "y": 0.25}, "complete", {"loss": 0.5}, "old.csv, line 2"),
        ({"x": 2, "y": 0.5}, "complete", {"loss": 0.25}, "old.csv, line 3"),
    ]
    assert search.counted == ()
    assert study.notices == ()
    assert rows_of(root, count=True)[1].counted == tuple(search.imported)


def test_columns_go_by_the_names_that_they_have(root, table):
    table("\ufeffX,param.y,Val Loss,State,metric.loss\n1,0.25,3,FINISHED,9\n2,0.5,,fail,\n")
    _, search = rows_of(root, columns={"x": "X", "loss": "Val Loss", "status": "State"})
    assert [(known.status, known.metrics) for known in search.imported.values()] == [
        ("complete", {"loss": 3}), ("failed", {}),
    ]  # fmt: skip


@pytest.mark.parametrize(("form", "cell", "value"), [
    ({"type": "uniform", "low": 0, "high": 8}, "2", 2.0),
    ({"type": "int", "low": 0, "high": 8}, "2.0", 2),
    ({"type": "normal", "mu": 0, "sigma": 8}, "2", 2.0),
    ([1, 2, 3], "2.0", 2),
    ([1.0, 2.0], "2", 2.0),
    (["2", "3"], "2", "2"),
    ([True, False], "true", True),
])  # fmt: skip
def test_a_value_is_that_of_the_parameter_whatever_type_the_table_gives_it(root, table, form, cell, value):
    table(f"x,y,loss\n1,{cell},0.5\n")
    _, search = rows_of(root, space={"x": [1, 2], "y": form})
    (known,) = search.imported.values()
    assert known.params["y"] == value
    assert type(known.params["y"]) is type(value)


def test_constants_need_no_column_and_inactive_parameters_no_cell(root, table):
    space = {"x": [1, 2], "y": 7, "z": {"choices": [5, 6], "when": {"x": 2}}}
    table("x,z,loss\n1,,0.5\n2,6,0.25\n")
    _, search = rows_of(root, space=space)
    assert [known.params for known in search.imported.values()] == [{"x": 1, "y": 7}, {"x": 2, "y": 7, "z": 6}]


@pytest.mark.parametrize(("row", "why"), [
    ("3,0.5,1,", "x can't be 3"),
    ("1,,1,", "'y' is missing"),
    ("1,0.5,,", 'loss is no finite number ("")'),
    ("1,0.5,nan,", 'loss is no finite number ("nan")'),
    ("1,0.5,1e999,", 'loss is no finite number ("1e999")'),
    ("1,0.5,1,running", 'its status is "running"'),
    ("1,0.25,9,", "old.csv, line 2 has another result for the same parameters, which holds"),
])  # fmt: skip
def test_rows_that_are_of_no_use_are_named(root, table, row, why):
    table(TABLE + row + "\n")
    study, search = rows_of(root)
    assert study.notices == (f"imported: old.csv, line 4, is left out: {why}",)
    assert len(search.imported) == 2


def test_a_row_that_one_search_has_a_use_for_is_not_named(root, table):
    table("x,y,loss\n1,0.25,1\n5,0.25,1\n" + "7,0,1\n" * 8)
    other = {"strategy": "random", "n_trials": 2, "space": {"x": [5, 6]}}
    study = study_of(
        root, search=..., searches={"a": SMALL["search"], "b": other}, imported=[{"file": "old.csv", "count": ["b"]}]
    )
    assert [len(study.searches[name].imported) for name in "ab"] == [1, 1]
    assert [len(study.searches[name].counted) for name in "ab"] == [0, 1]
    assert study.notices[0] == "imported: old.csv, line 4, is left out: x can't be 7"
    assert study.notices[-1] == "imported: 3 more rows are left out"


@pytest.mark.parametrize(("text", "changes", "path", "words"), [
    (None, {}, "imported[0].file", "old.csv can't be read"),
    ("x,y,loss\n", {}, "imported[0].file", "holds no row"),
    ("x,y,Loss\n1,0,1\n", {}, "imported[0].file", "no column 'loss', a metric of the study; say which it is, as in "
        "columns: {loss: …}. Did you mean 'Loss'?"),
    ("a,b,loss\n1,0,1\n", {}, "imported[0].file", "has no column that is a parameter (x, y)"),
    ("x,y,loss\n1,0,1\n", {"outcome_constraints": {"metric": "size", "max": 3}}, "imported[0].file",
        "no column 'size', a metric"),
    ("x,y,loss\n1,0,1\n", {"columns": {"x": "X"}}, "imported[0].columns.x", "has no column 'X'. Allowed: loss, x, y."),
    ("x,y,loss\n1,0,1\n", {"columns": {"X": "x"}}, "imported[0].columns.X", "neither a parameter nor a metric"),
    ("x,y,loss\n1,0,1\n", {"count": ["bayes"]}, "imported[0].count", "there is no search 'bayes'"),
])  # fmt: skip
def test_what_is_wrong_is_said_before_any_job(root, table, text, changes, path, words):
    if text is not None:
        table(text)
    of_study = {key: value for key, value in changes.items() if key == "outcome_constraints"}
    source = {"file": "old.csv"} | {key: value for key, value in changes.items() if key not in of_study}
    assert words in problems_of(root, SMALL, imported=[source], **of_study)[path]


def test_a_saved_study_needs_no_file(root, table, tmp_path):
    file = table(TABLE)
    study, search = rows_of(root, count=True)
    save_study(study, tmp_path / "study.json")
    (root / file).unlink()
    loaded = load_study(tmp_path / "study.json")
    assert loaded.searches["random"] == search
    assert (loaded.measure, loaded.reading) == (study.measure, study.reading)


def test_what_of_a_file_counts(root, table):
    """Its rows as the study sees them: neither other columns nor the time at which it was written."""

    def digests(text: str):
        table(text)
        study, search = rows_of(root)
        return study.objective["contract"], study.measure, search.fingerprint

    first = digests(TABLE)
    assert digests("more," + TABLE.replace("\n1", "\na,1").replace("\n2", "\nb,2")) == first
    other = digests(TABLE.replace("0.25,0.5", "0.25,0.75"))
    assert other[0] == first[0]
    assert not set(other[1:]) & set(first[1:])
    without = read_study(edited(SMALL), root)
    assert without.objective["contract"] == first[0]
    assert "imported" not in without.config


def test_of_a_table_with_budgets_the_trials_that_were_trained_in_full_count(root, table):
    table("bracket,rung,budget,x,y,loss\n0,0,3,1,0.25,0.5\n0,1,9,2,0.5,0.25\n,,,2,0.75,0.125\n")
    study, search = rows_of(root)
    assert [known.source for known in search.imported.values()] == ["old.csv, line 3", "old.csv, line 4"]
    assert study.notices == (
        "imported: old.csv, line 2, is left out: it was trained with 3 only, which is not the full budget",
    )


def test_a_budget_that_is_a_parameter_is_no_budget(root, table):
    table("budget,y,loss\n3,0.25,0.5\n9,0.5,0.25\n")
    _, search = rows_of(root, space={"budget": [3, 9], "y": {"type": "uniform", "low": 0, "high": 1}})
    assert len(search.imported) == 2
