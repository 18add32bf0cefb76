"""Whatever happens to a record file: the runs of its damaged lines are missing, and all others are read."""

import fcntl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import MadeUp
from snaketune.session.damage import damaged_files, set_aside_damaged

RUNS = [(f"t{i}", "r0") for i in range(4)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A study with four records in one file, and the file's content."""
    study = MadeUp(tmp_path_factory.mktemp("study"))
    for number, run in enumerate(RUNS):
        study.fold(*run, {"loss": float(number)}, stdout="ü\n", reported='{"loss": 1}\n')
    (path,) = study.layout.records.iterdir()
    return study, path, path.read_bytes()


def mended(study) -> tuple[list[str], list[tuple[str, str]]]:
    """What is said by a start, and the runs that are read behind it; each is as it was written."""
    said = set_aside_damaged(study.store)
    store = study.store
    found = sorted(store.runs())
    for trial, run in found:
        assert store.record(trial, run).metrics == {"loss": float(trial[1:])}
        assert store.history(trial, run) == b'{"loss": 1}\n'
    assert set_aside_damaged(store) == []
    return said, found


def left_of(content: bytes, damaged: bytes) -> list[tuple[str, str]]:
    """The runs of which the whole line is in a damaged file, between line ends or the file's."""
    lines = damaged.split(b"\n")
    return [run for run, line in zip(RUNS, content.split(b"\n"), strict=False) if line in lines]


def put(whole, content: bytes):
    study, path, _ = whole
    for old in path.parent.iterdir():
        old.unlink()
    path.write_bytes(content)
    return study


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_change_costs_no_other_run(whole, data):
    content = whole[2]
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "insert", "zeros"])):
            case "flip":
                damaged[place] ^= 1 << data.draw(st.integers(0, 7))
            case "cut":
                del damaged[place : place + data.draw(st.integers(1, 3000))]
            case "insert":
                damaged[place:place] = data.draw(st.binary(min_size=1, max_size=20))
            case "zeros":
                damaged[place : place + 50] = bytes(len(damaged[place : place + 50]))
        if not damaged:
            break
    study = put(whole, bytes(damaged))
    expected = left_of(content, bytes(damaged))
    assert sorted(study.store.runs()) == expected, "also before it is mended"
    said, found = mended(study)
    assert found == expected
    other = [line for line in bytes(damaged).split(b"\n") if line and line not in content.split(b"\n")]
    assert len(said) == bool(other)


@pytest.mark.parametrize(
    ("damage", "left"),
    [
        (lambda content: b"", []),
        (lambda content: bytes(len(content)), []),
        (lambda content: content[:-1], RUNS),  # all but the last line's end
        (lambda content: content[:-20], RUNS[:3]),
        (lambda content: content + b"\xff\xfe\x00 no text\n", RUNS),
        (lambda content: content + content, RUNS),
        (lambda content: content.replace(b"\n", b"\r\n"), []),
    ],
    ids=["empty", "zeros", "without the last end", "cut", "no UTF-8", "twice", "other ends"],
)
def test_kinds_of_damage(whole, damage, left):
    content = damage(whole[2])
    study = put(whole, content)
    said, found = mended(study)
    assert found == left
    if said:
        aside = whole[1].with_name(said[0].split("set aside as ")[1].split(";")[0])
        assert aside.read_bytes() == content
    assert bool(said) == (content not in (b"", whole[2][:-1], whole[2] * 2))


def test_a_line_says_which_file_and_what_of_it(whole):
    study = put(whole, whole[2].replace(b'"loss":1.0', b'"loss":9.0').replace(b'"loss":3.0', b'"loss":7.0'))
    (said,), _ = mended(study)
    assert said == (
        f"{whole[1]} is damaged (lines 2, 4 are not what was written): set aside as {whole[1].name}.damaged; its 2 "
        "whole lines are kept, and the other runs are done again"
    )
    whole[1].write_bytes(b"{}\n")
    (said,), _ = mended(study)
    assert "(line 1 is not what was written)" in said
    assert {path.name for path in whole[1].parent.iterdir()} == {
        whole[1].name, f"{whole[1].name}.damaged", f"{whole[1].name}.1.damaged",
    }  # fmt: skip


def test_a_file_that_is_being_written_is_not_touched(whole):
    study = put(whole, whole[2][:-20])
    with whole[1].open("ab") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        assert list(damaged_files(study.store)) == []
    assert [damaged.path for damaged in damaged_files(study.store)] == [whole[1]]


def test_what_is_forgotten_stays_so(whole):
    study = put(whole, whole[2])
    study.store.set_aside(RUNS[:2])
    forgotten = study.layout.records / "forgotten.jsonl"
    forgotten.write_bytes(forgotten.read_bytes() + b'{"dig\n')
    said, found = mended(study)
    assert len(said) == 1 and "forgotten.jsonl is damaged (line 3 " in said[0]
    assert found == RUNS[2:]
