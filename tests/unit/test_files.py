"""Files that appear whole, and tables that give back what was put in."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.files import csv_rows, csv_text, write_text
from snaketune.layout import Layout, write_params

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    [
        "",
        "a,b",
        'say "no"',
        "two\nlines",
        "car\rriage",
        "both\r\n",
        " padded ",
        "ü – 漢",
        ";",
        "\ufeff",
        "x" * 200_000,
    ]
)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=4))
def test_cells_come_back_as_they_were(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "table.csv"
    write_text(path, csv_text(["a", "b", "c"], rows))
    assert [list(row.values()) for row in csv_rows(path)] == rows
    assert csv_text(["a", "b", "c"], csv_rows_as_lists(path)) == path.read_bytes().decode()


def csv_rows_as_lists(path):
    return [list(row.values()) for row in csv_rows(path)]


def test_the_table_of_plain_cells_is_plain():
    assert csv_text(["a", "b"], [["1", ""], ["x y", "0.1"]]) == "a,b\n1,\nx y,0.1\n"


def test_half_a_surrogate_pair_can_be_written(tmp_path):
    write_text(tmp_path / "file", "a\ud800b")
    assert (tmp_path / "file").read_text() == "a\\ud800b"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_text(path, "old")

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == [".sums", "file"]


def test_parameters_are_written_once_and_keep_their_digits(tmp_path):
    layout = Layout(tmp_path / "results" / "s")
    write_params(layout, "t1", {"lr": 1e-5, "n": 3, "on": True, "null": None})
    path = layout.params("t1")
    assert path.read_text() == '{"lr":1e-05,"n":3,"null":null,"on":true}\n'
    stamp = path.stat().st_mtime_ns
    write_params(layout, "t1", {"lr": 1e-5, "n": 3, "on": True, "null": None})
    assert path.stat().st_mtime_ns == stamp


def test_logs_mirror_results(tmp_path):
    layout = Layout(tmp_path / "results" / "s")
    assert layout.run_logs("t1", "r0") == tmp_path / "logs" / "s" / "trials" / "t1" / "r0"
    assert layout.result("t1", "r0f2") == tmp_path / "results" / "s" / "trials" / "t1" / "r0f2" / "result.json"
