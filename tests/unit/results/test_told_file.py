"""The file of what was asked and told: several write at a time, and a kill in the middle of a line costs nothing."""

import multiprocessing
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.results.told import Asked, Told, opened, read_told


def asked(trial: str) -> Asked:
    return Asked(trial, {"x": 1}, "s", 3, "model")


def told(trial: str, value: float = 1.0) -> Told:
    return Told(trial, {"x": 1}, "complete", {"loss": value}, None, "s")


def write(path, *events):
    with opened(path) as file:
        file.add(events)


def test_what_was_asked_is_open_until_it_is_told_or_given_up(tmp_path):
    path = tmp_path / "s" / "told.jsonl"
    assert read_told(path).open == {}
    write(path, *(asked(trial).event for trial in "abc"))
    assert read_told(path).open == {trial: asked(trial) for trial in "abc"}
    write(path, told("a").event, {"event": "given up", "trial": "b"}, told("other").event)
    book = read_told(path)
    assert (list(book.open), book.told) == (["c"], {"a": told("a"), "other": told("other")})


def test_a_place_stays_when_something_else_is_told(tmp_path):
    path = tmp_path / "told.jsonl"
    with opened(path) as file:
        file.add([told("a").event, {"event": "placed", "trial": "a", "batch": 2, "found": {"grid": [0]}}])
    before = read_told(path).told["a"]
    assert (before.noted, before.batch, before.found) == (True, 2, {"grid": [0]})
    write(path, told("a", 2.0).event)
    after = read_told(path).told["a"]
    assert (after.noted, after.batch, after.found, after.metrics) == (False, 2, {"grid": [0]}, {"loss": 2.0})


@given(st.integers(1, 10_000))
def test_a_line_that_a_kill_has_cut_costs_itself_alone(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("cut") / "told.jsonl"
    write(path, told("a").event, told("b").event, told("c").event)
    whole = path.read_bytes()
    os.truncate(path, max(0, len(whole) - cut))
    left = list(read_told(path).told)
    assert left == list("abc")[: path.read_bytes().count(b"\n") + path.read_bytes().endswith(b'"}')]
    write(path, told("d").event)
    assert list(read_told(path).told) == [*left, "d"]


@pytest.mark.parametrize("spoil", [lambda line: line.replace(b"1.0", b"7.0"), lambda line: b"\0" * len(line)])
def test_a_damaged_line_is_named(tmp_path, spoil):
    path = tmp_path / "told.jsonl"
    write(path, told("a").event, told("b").event, told("c").event)
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0], spoil(lines[1]), lines[2], b""]))
    book = read_told(path)
    assert (list(book.told), book.damaged) == (["a", "c"], [2])


def _tell_many(path, name):
    for i in range(20):
        with opened(path) as file:
            file.add([told(f"{name}{i}-{len(file.book.told)}").event])


def test_several_processes_tell_at_a_time(tmp_path):
    path = tmp_path / "told.jsonl"
    processes = [multiprocessing.get_context("fork").Process(target=_tell_many, args=(path, name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    book = read_told(path)
    assert book.damaged == []
    assert [int(trial.partition("-")[2]) for trial in book.told] == list(range(40))  # each has seen all before it
