"""What inputs hold that other rules make becomes part of the contract once it is noted."""

import json

from snaketune.config.inputs import note_inputs, noted_inputs, with_inputs


def test_a_study_without_inputs_stays_as_it_is(made):
    study = made().study
    assert with_inputs(study, {"a": "b"}) is study


def test_the_contract_follows_from_what_was_noted(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = made(objective={"inputs": ["table.csv", "folder"]}).study  # not there yet
    (tmp_path / "folder").mkdir()

    def contract(table: str, inside: str) -> tuple[str, str]:
        (tmp_path / "table.csv").write_text(table)
        (tmp_path / "folder" / "a").write_text(inside)
        note_inputs(study.inputs, tmp_path / "note.json", tmp_path / "cache.json")
        spec = with_inputs(study, noted_inputs(tmp_path / "note.json")).run_spec
        return spec.contract, spec.training

    first = contract("1", "x")
    assert contract("1", "x") == first
    others = [contract("2", "x"), contract("1", "y"), (study.run_spec.contract, study.run_spec.training)]
    assert len({first, *others}) == 4
    assert all(one != first[i] for other in others for i, one in enumerate(other))


def test_a_note_that_is_not_what_was_written_says_nothing(tmp_path):
    note = tmp_path / "note.json"
    assert noted_inputs(note) == {}
    (tmp_path / "a").write_text("1")
    note_inputs([str(tmp_path / "a")], note, tmp_path / "cache.json")
    assert list(noted_inputs(note)) == [str(tmp_path / "a")]
    note.write_text(json.dumps({"a": "b"}))
    assert noted_inputs(note) == {}


def test_a_file_named_in_the_command_is_not_read_twice(made, tmp_path):
    (tmp_path / "train.py").write_text("")
    options = {"command": "python train.py made.csv {args}", "inputs": ["made.csv"], "code": None}
    before = made(objective=options).study.run_spec.contract
    (tmp_path / "made.csv").write_text("1")
    assert made(objective=options).study.run_spec.contract == before
