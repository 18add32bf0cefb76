"""Every way of a result from one state to another."""

import json

import pytest
from snaketune.runner import states


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "result.json", "c")
    return tmp_path


def write(path, contract) -> None:
    path.write_text(json.dumps({"contract": contract, "status": "complete"}))


def names(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_offered_and_adopted(folder):
    whole = (folder / "result.json").read_bytes()
    states.offer(folder)
    assert names(folder) == ["result.adopt.json"]
    assert not states.adopt(folder, "other", None)
    assert names(folder) == ["result.adopt.json"]
    assert states.adopt(folder, "c", None)
    assert names(folder) == ["result.json"]
    assert (folder / "result.json").read_bytes() == whole


def test_a_newer_result_of_the_same_contract_is_adopted(folder):
    written = (folder / "result.json").stat().st_mtime_ns
    assert states.adopt(folder, "c", written)
    assert states.adopt(folder, "c", written - 1)
    assert not states.adopt(folder, "c", written + 1)
    assert not states.adopt(folder, "other", written - 1)
    assert not states.adopt(folder, "c", None)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"status": "complete"}'])
def test_what_is_not_whole_is_not_adopted(folder, content):
    (folder / "result.json").write_text(content)
    states.offer(folder)
    assert not states.adopt(folder, "c", 0)
    assert not states.is_of(folder / "result.adopt.json", "c")


def test_set_aside_under_the_first_free_number(folder):
    states.set_aside(folder)
    write(folder / "result.json", "d")
    states.set_aside(folder)
    assert names(folder) == ["result.1.json", "result.2.json"]
    assert states.is_of(folder / "result.2.json", "d")


def test_damaged_under_the_first_free_number(folder):
    (folder / "result.damaged.1.json").mkdir()  # whatever a program makes there
    assert states.set_aside_damaged(folder, "result.json") == str(folder / "result.damaged.2.json")
    write(folder / "result.adopt.json", "d")
    states.set_aside_damaged(folder, "result.adopt.json")
    assert names(folder) == ["result.damaged.2.json", "result.damaged.3.json"]
    assert states.is_of(folder / "result.damaged.3.json", "d")


def test_outdated(folder):
    states.outdate(folder)
    write(folder / "result.json", "d")
    states.outdate(folder)
    assert names(folder) == ["result.outdated.json"]
    assert states.is_of(folder / "result.outdated.json", "d")


def test_outdated_and_taken_back(folder):
    states.outdate(folder)
    assert not states.adopt(folder, "other", None)
    write(folder / "result.json", "other")
    assert not states.adopt(folder, "c", None)  # there is another result by now
    (folder / "result.json").unlink()
    assert states.adopt(folder, "c", None)
    assert names(folder) == ["result.json"]


def test_left_behind(folder):
    for name in ("metrics.json", "history.jsonl", "result.adopt.json", "model.pt", "result.json.host.7.tmp"):
        (folder / name).write_text("x")
    states.leave_behind(str(folder), 3)
    moved = ["history.jsonl", "metrics.json", "result.adopt.json", "result.json"]
    assert names(folder) == [*(f"attempts/3/{name}" for name in moved), "model.pt"]
