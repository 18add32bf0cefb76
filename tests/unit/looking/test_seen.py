import os
import time

import pytest
from snaketune.errors import StudyError
from snaketune.looking import seen as seen_module
from snaketune.looking.seen import look, of_search
from snaketune.results.outcome import NAME, still_holds, write_outcome
from snaketune.results.study import read_finished


def loss_of(params, run):
    return {"loss": float(params["x"])}


@pytest.fixture
def finished(begun):
    """A finished study with its outcome, written after all else."""

    def finish(**changes):
        study = begun(**changes)
        study.finish(loss_of)
        outcome(study)
        return study

    return finish


def outcome(study):
    write_outcome(study.layout.file(NAME), read_finished(study.layout, study.study))


def holds(study):
    return still_holds(read_finished(study.layout, study.study))


def later(path):
    """Has a file be written after all that there is."""
    soon = time.time_ns() + 10**9
    os.utime(path, ns=(soon, soon))


def test_a_finished_study_is_read_from_its_tables_alone(finished, monkeypatch):
    study = finished()
    monkeypatch.setattr(seen_module, "SoFar", None)
    seen = look(study.layout)
    assert len(seen.results.trials) == 13
    assert seen.remarks == []


@pytest.mark.parametrize("change", ["result", "proposed", "gathered", "record", "gone", "no outcome"])
def test_tables_do_not_hold_when_what_they_are_made_of_has_changed(finished, change):
    study = finished()
    assert holds(study)
    trial = next(study.layout.trials.iterdir()).name
    match change:
        case "result":
            later(study.layout.result(trial, "r0"))
        case "proposed":
            later(study.layout.proposed("few", 0))
        case "gathered":
            later(study.layout.gathered("grid", 0))
        case "record":
            study.fold(trial, "r0", {"loss": 0.0})
            later(next(study.layout.records.glob("*.jsonl")))
        case "gone":
            study.layout.result(trial, "r0").unlink()
        case "no outcome":
            study.layout.file(NAME).unlink()
    assert not holds(study)
    assert len(look(study.layout).results.trials) >= 11


def test_tables_do_not_hold_for_another_metric_or_contract(finished, begun):
    study = finished()
    assert not holds(begun(objective={"metric": "other"}))
    assert not holds(begun(objective={"command": "false"}))
    assert holds(study)


def test_recorded_runs_hold_until_they_are_forgotten(begun):
    study = begun()
    for search in study.study.searches:
        for row in study.propose(search):
            study.fold(row.trial, "r0", {"loss": float(row.params["x"])})
        study.gather(search)
    outcome(study)
    assert holds(study)
    study.store.set_aside([(row.trial, "r0") for row in study.gather("few")[:1]])
    assert not holds(study)
    assert look(study.layout).results.incomplete


def test_damaged_tables_are_said_and_the_runs_are_read(finished):
    study = finished()
    study.layout.gathered("grid", 0).write_text("trial,number\n")
    seen = look(study.layout)
    assert len(seen.results.trials) == 13
    assert "grid/rounds/0/results.csv is damaged" in seen.remarks[0]


def test_a_round_whose_proposals_are_damaged_is_not_there(finished):
    study = finished()
    study.layout.proposed("grid", 0).write_text("")
    study.layout.gathered("grid", 0).unlink()
    seen = look(study.layout)
    assert set(seen.results.trials_of["grid"]) == set()
    assert any("trials.csv is damaged" in text for text in seen.remarks)
    assert "few 4 of 4" in seen.remarks[0]


def test_a_study_without_results(made):
    with pytest.raises(StudyError, match="has no results yet"):
        look(made().layout)


def test_one_search_alone(finished):
    results = look(finished().layout).results
    assert list(of_search(results, "few").trials_of) == ["few"]
    assert of_search(results, None) is results
    with pytest.raises(StudyError, match=r"no search 'fewer'\. Did you mean 'few'"):
        of_search(results, "fewer")
