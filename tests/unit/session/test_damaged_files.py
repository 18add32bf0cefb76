"""Every file of a study that is not what was written is named and set aside, and no other."""

import json

import pytest
from snaketune.runner.seal import digest_of
from snaketune.session.damage import damaged_files, set_aside_damaged

GRID = {"strategy": "grid", "space": {"x": [1, 2]}}
DAMAGE = {
    "empty": lambda content: b"",
    "zeros": lambda content: bytes(200),
    "noise": lambda content: bytes(range(56, 256)),
    "cut": lambda content: content[: len(content) // 2],
    "flipped": lambda content: content[:10] + bytes([content[10] ^ 1]) + content[11:],
}


@pytest.fixture
def study(made):
    """A study whose only round is proposed, run and gathered."""
    found = made(searches={"g": GRID})
    for row in found.propose("g"):
        history = b'{"loss": 2.0}\n{"loss": 1.0}\n'
        told = {"size": len(history), "sha256": digest_of(history)}
        path = found.layout.history(row.trial, "r0")
        path.parent.mkdir()
        path.write_bytes(history)  # before the result, as a run does
        found.run(row.trial, "r0", {"status": "complete", "metrics": {"loss": 1.0}, "history": told})
    found.gather("g")
    marker = found.layout.block("g", 0, 0)
    marker.parent.mkdir()
    marker.write_text(json.dumps({"contract": "c", "runs": [f"{row.trial}/r0"]}))
    return found


def files(study) -> list[str]:
    return sorted(str(path.relative_to(study.layout.root)) for path in study.layout.root.rglob("*") if path.is_file())


def test_nothing_is_damaged(study):
    before = files(study)
    assert set_aside_damaged(study.store) == []
    assert files(study) == before


@pytest.mark.parametrize("how", DAMAGE)
def test_each_file_in_turn(study, how):
    places = [name for name in files(study) if not name.startswith(".") and "/." not in name]
    assert {name.rpartition("/")[2] for name in places} >= {
        *("trials.csv", "results.csv", "round.json", "params.json", "result.json", "history.jsonl", "0.done"),
    }  # fmt: skip
    for name in places:
        path = study.layout.root / name
        whole = path.read_bytes()
        damaged = DAMAGE[how](whole)
        path.write_bytes(damaged)
        line, *others = set_aside_damaged(study.store)
        if path.name == "round.json":  # with it the proposals are made again
            proposed = study.layout.proposed("g", 0)
            proposed.with_name("trials.csv.damaged").rename(proposed)
        else:
            assert others == []
        aside = path.with_name(line.split("set aside as ")[1].split(",")[0])
        if path.name == "history.jsonl":  # the run is done again, which sets its history aside
            result = path.with_name("result.json")
            assert str(result) in line and "history.jsonl" in line
            aside.rename(result)
        else:
            assert str(path) in line
            assert aside.read_bytes() == damaged
            assert not path.exists()
        path.write_bytes(whole)
        assert set_aside_damaged(study.store) == [], name


def test_without_sums_the_form_tells(study):
    """As in studies from before there were sums."""
    for sums in study.layout.root.rglob(".sums"):
        sums.unlink()
    assert list(damaged_files(study.store)) == []
    proposed, gathered = study.layout.proposed("g", 0), study.layout.gathered("g", 0)
    for path, content in (
        (proposed, proposed.read_text().replace('""x"": 1', '""x"": 7')),  # not the parameters of that id
        (proposed, proposed.read_text()[:-1]),
        (gathered, gathered.read_text().replace("complete", 'com"plete')),
        (gathered, ""),
        (study.layout.ending("g", 0), "{}"),
    ):
        whole = path.read_bytes()
        path.write_text(content)
        assert [damaged.path for damaged in damaged_files(study.store)] == [path], content
        path.write_bytes(whole)


def test_proposals_without_their_note_are_made_again(study):
    study.layout.ending("g", 0).unlink()
    (line,) = set_aside_damaged(study.store)
    assert str(study.layout.proposed("g", 0)) in line and "round.json" in line


def test_a_history_that_was_cleaned_away_is_no_damage(study):
    for history in study.layout.root.rglob("history.jsonl"):
        history.unlink()
    assert list(damaged_files(study.store)) == []


def test_a_result_of_another_run_and_a_folder_in_its_place(study):
    one, other, *_ = sorted(study.layout.root.rglob("result.json"))
    other.write_bytes(one.read_bytes())
    one.unlink()
    one.mkdir()
    said = set_aside_damaged(study.store)
    assert "it is a folder" in said[0] and "it is the result of" in said[1]
    assert (one.parent / "result.damaged.1.json").is_dir()


def test_files_of_the_users_own_are_not_touched(study):
    mine = study.layout.root / "g" / "notes.txt"
    mine.write_text("")
    (study.layout.root / "g" / "old.csv.damaged").write_text("")
    assert list(damaged_files(study.store)) == []
