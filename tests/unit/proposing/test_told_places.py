"""Where what was told by hand has its place, and who knows of it when."""

import pytest
import snaketune
from made_up import MadeUp
from snaketune.config import load_study, save_study
from snaketune.config.told import with_told
from snaketune.proposing.told import load_told_by_now, note_places, with_told_at_start, with_told_by_now
from snaketune.results.told import read_told

CONFIG = {"searches": {"few": {"strategy": "random", "n_trials": 4, "batch_size": 2}, "grid": {"strategy": "grid"}}}


@pytest.fixture
def begun(made, tmp_path, monkeypatch):
    """A study of which one round is proposed, and its counterpart in Python."""
    monkeypatch.chdir(tmp_path)
    study: MadeUp = made(**CONFIG)
    for row in study.propose("few"):
        study.run(row.trial, "r0", {"loss": 1.0})
    study.gather("few")
    save_study(study.study, study.layout.study)
    study.layout.session.write_text("{}")
    return study, snaketune.Study("results/s")


def start(study: MadeUp):
    """As a workflow begins."""
    found = with_told_by_now(study.study, study.layout)
    note_places(found, study.layout)
    save_study(found, study.layout.study)
    return found


def test_a_place_is_found_at_the_start_and_stays(begun):
    study, python = begun
    (first,) = python.ask(1, search="few")
    python.tell(first, 3)
    assert not read_told(study.layout.told).told[first.id].noted
    before = with_told_by_now(study.study, study.layout)  # a start that is killed before it notes anything
    found = start(study)
    assert found == before
    assert found.searches["few"].told == {1: (first.id,)}
    assert read_told(study.layout.told).told[first.id].noted
    study.study = found
    study.propose("few", 1)
    assert start(study).searches["few"].told == {1: (first.id,)}
    (second,) = python.ask(1, search="few")
    python.tell(second, 4)
    assert start(study).searches["few"].told == {1: (first.id,), 2: (second.id,)}


def test_jobs_know_what_their_workflow_began_with(begun):
    study, python = begun
    (first,) = python.ask(1, search="few")
    python.tell(first, 3)
    at_start = start(study)
    python.tell(python.ask(1, search="few")[0], 4)
    assert with_told_at_start(study.study, study.layout).searches == at_start.searches
    assert load_study(study.layout.study).searches == at_start.searches
    assert len(load_told_by_now(study.layout).searches["few"].by_hand) == 2
    study.layout.study.unlink()
    assert with_told_at_start(study.study, study.layout) == study.study


def test_what_a_search_comes_to_anyway_has_no_place(begun):
    study, python = begun
    python.tell({"x": 3, "o": "b", "m": 0}, 1, search="grid")
    found = start(study)
    (trial,) = found.searches["grid"].imported
    assert (found.searches["grid"].told, found.searches["grid"].by_hand) == ({}, (trial,))
    study.study = found
    rows = {row.trial: row.origin for row in study.propose("grid")}
    assert len(rows) == 9
    python.tell(next(each for each in rows if each != trial and not study.store.done(each, "r0")), 2, search="grid")
    assert [len(trials) for trials in start(study).searches["grid"].found.values()] == [1]


def test_what_is_to_be_known_is_said(begun):
    study, python = begun
    trials = python.ask(3, search="few")
    python.tell(trials[0], 1)
    content = study.layout.told.read_bytes()
    study.layout.told.write_bytes(content.replace(b'"loss":1', b'"loss":2'))
    python.tell(trials[1], 1)
    notices = with_told_by_now(study.study, study.layout).notices
    assert notices[0].endswith("told.jsonl, line 4, is damaged: what was told there is not known any more")
    assert notices[1].startswith("few: of 2 trials that were asked for nothing has been told yet (t")


def test_another_space_leaves_it_out(begun, made):
    study, python = begun
    python.tell({"x": 3, "o": "a"}, 1, search="few")
    smaller = made(**CONFIG, space={"x": [1, 2], "o": ["a", "b"]})
    found = with_told_by_now(smaller.study, study.layout)
    assert found.notices[0].endswith("is in the space of no search any more; it is left out")
    assert with_told(smaller.study.searches["few"], found.config["told"]) == smaller.study.searches["few"]
