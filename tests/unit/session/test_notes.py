"""What Snakemake keeps no note of is judged by what it says itself."""

import base64
import json

import pytest
from snaketune.runner.seal import sealed
from snaketune.session.notes import Notes, judge_unnoted

GRID = {"strategy": "grid", "space": {"x": [1, 2]}}


@pytest.fixture
def study(made):
    """A finished study with a table of its search."""
    found = made(searches={"g": GRID})
    for row in found.propose("g"):
        fields = {"metrics": {"loss": 1.0}, "contract": found.study.run_spec.contract}
        found.run(row.trial, "r0", {"status": "complete", **fields})
    found.gather("g")
    found.layout.results("g").write_text("table\n")
    return found


def note(state, output) -> None:
    name = base64.urlsafe_b64encode(output.as_posix().encode()).decode()
    *folders, last = [name[i : i + 254] for i in range(0, len(name), 254)]
    path = state.joinpath("metadata", *(f"@{folder}" for folder in folders), last)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


def there(study) -> set[str]:
    return {path.name for path in study.layout.root.rglob("*") if path.is_file() and not path.name.startswith(".")}


def test_without_notes_results_are_judged_by_their_contract_and_tables_made_again(study, tmp_path):
    other = study.layout.result(study.propose("g")[0].trial, "r0")
    other.write_text(sealed(json.loads(other.read_text()) | {"contract": "other"}))
    (said,) = judge_unnoted(study.study, study.store, Notes(tmp_path / "state"))
    assert "5 finished runs are taken over by their contract, 1 of other code" in said
    assert there(study) == {"trials.csv", "round.json", "params.json", "result.json", "result.outdated.json"}
    assert not other.exists()


def test_proposals_of_another_search_are_made_again(made, study, tmp_path):
    changed = made(searches={"g": GRID | {"space": {"x": [1, 3]}}})
    judge_unnoted(changed.study, study.store, Notes(tmp_path / "state"))
    assert not {"trials.csv", "round.json"} & there(study)


def test_what_is_noted_is_snakemakes_to_judge(study, tmp_path):
    state = tmp_path / "state"
    for path in study.layout.root.rglob("*"):
        note(state, path)
    before = there(study)
    for path in study.layout.root.rglob("result.json"):
        path.write_text(path.read_text().replace("contract", "contract_"))
    assert judge_unnoted(study.study, study.store, Notes(state)) == []
    assert there(study) == before


def test_a_long_path_is_found(tmp_path):
    output = tmp_path / ("long" * 50) / ("name" * 60) / "result.json"
    notes = Notes(tmp_path / "state")
    assert not notes.has(output)
    note(tmp_path / "state", output)
    assert notes.has(output)


def test_a_new_study_has_nothing_to_say(made, tmp_path):
    assert judge_unnoted(made().study, made().store, Notes(tmp_path / "state")) == []
