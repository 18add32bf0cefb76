"""Which trials the page of a very large study has."""

import pages
import pytest
from snaketune.page import choice, page_payload
from snaketune.page.choice import chosen, whole
from snaketune.results.ranking import pareto, ranked
from snaketune.results.trials import each_once


@pytest.fixture
def small(monkeypatch):
    """Pages have room for some 60 trials."""
    monkeypatch.setattr(choice, "FEWEST_TRIALS", 60)
    monkeypatch.setattr(choice, "MOST_CELLS", 1)


def test_all_trials_of_some_thousand():
    study, trials_of, *_ = pages.sample(30)
    assert chosen(trials_of, study) is trials_of
    assert whole(trials_of, trials_of) == {}


def test_of_very_many_those_that_people_look_for(small):
    study, trials_of, *_ = pages.sample(400, failing=0.3)
    shown = chosen(trials_of, study)
    assert list(shown) == list(trials_of)
    everything = [trial for listed in trials_of.values() for trial in listed]
    ids = set(each_once(shown))
    assert {trial.trial for trial in ranked(everything, study)[:6]} <= ids
    assert len(ids) == 60
    assert sum(not trial.complete for trial in each_once(shown).values()) == 20
    for search, listed in trials_of.items():
        best = min(study.metric.sign * trial.value(study) for trial in listed[:50] if trial.complete)
        assert any(study.metric.sign * t.value(study) == best for t in shown[search] if t.complete), "the best so far"


def test_the_whole_front_is_there(small):
    study, trials_of, *_ = pages.sample(300, pages.config(objectives=2))
    front = {trial.trial for trial in pareto(list(each_once(trials_of).values()), study)}
    assert len(front) <= 15 and front <= set(each_once(chosen(trials_of, study)))


def test_what_is_said_of_all(small):
    study, trials_of, endings, runs, curves, tails = pages.sample(300)
    shown = chosen(trials_of, study)
    kept = {id: runs[id] for id in each_once(shown)}
    found = page_payload(study, trials_of, endings, kept, curves, tails, shown=shown)
    told = found["whole"]
    assert told["trials"] == len(each_once(trials_of)) > len(found["trials"]) == 60
    assert len(told["spent"]) == len(found["trial_of_row"])
    last = next(iter(trials_of.values()))
    rows = len(shown[next(iter(trials_of))])
    assert told["spent"][rows - 1] <= round(sum(trial.seconds for trial in last), 3)
    ranks = next(column for column in found["columns"] if column["name"] == "rank")["values"]
    assert max(rank for rank in ranks if rank) > 60, "among all"
