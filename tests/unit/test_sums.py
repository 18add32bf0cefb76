"""Readers know whether a file is what was written."""

import pytest
from snaketune.files import csv_rows, csv_text, write_text
from snaketune.sums import NAME, DamagedFile, add_sum, read_whole, sums_in


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "results.csv"
    write_text(path, csv_text(["a", "b"], [["1", "ü"], ["2", "x"]]))
    return path


def test_what_was_written_is_read(table):
    assert read_whole(table) == "a,b\n1,ü\n2,x\n"
    assert csv_rows(table) == [{"a": "1", "b": "ü"}, {"a": "2", "b": "x"}]


@pytest.mark.parametrize("change", [
    lambda content: b"",
    lambda content: bytes(len(content)),
    lambda content: content[: content.rindex(b"2,")],  # whole rows
    lambda content: content.replace(b"1", b"3"),
    lambda content: content + b"3,y\n",
])  # fmt: skip
def test_anything_else_is_not(table, change):
    table.write_bytes(change(table.read_bytes()))
    with pytest.raises(DamagedFile, match=r"results.csv is damaged: .*makes it again"):
        csv_rows(table)


def test_what_a_file_was_before_is_whole_too(table):
    before = table.read_bytes()
    write_text(table, "other\n")
    assert read_whole(table) == "other\n"
    table.write_bytes(before)  # a crash came between the line and the file
    assert read_whole(table) == before.decode()


def test_the_same_content_is_noted_once(table):
    lines = table.with_name(NAME).read_text()
    write_text(table, table.read_text())
    assert table.with_name(NAME).read_text() == lines


def test_sums_that_are_damaged_themselves_tell_less(table):
    sums = table.with_name(NAME)
    sums.write_bytes(b"\xff\0" + sums.read_bytes()[:30])
    assert sums_in(table.parent) == {}
    assert read_whole(table)


def test_names_with_spaces(tmp_path):
    add_sum(tmp_path / "a  b .csv", b"x")
    assert list(sums_in(tmp_path)) == ["a  b .csv"]


def test_a_file_without_a_sum_is_read_as_it_is(tmp_path):
    (tmp_path / "mine.csv").write_text("a\n")
    assert csv_rows(tmp_path / "mine.csv") == []
