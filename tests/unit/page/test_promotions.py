from dataclasses import replace

import pages
from snaketune.page import page_payload
from snaketune.page.promotions import promotions
from snaketune.results.trained import Trained
from snaketune.samplers import Rung
from snaketune.samplers.brackets import Budget

BUDGET = {"name": "epochs", "min": 1, "max": 9}
HALVING = pages.config() | {"searches": {"halving": {"strategy": "halving", "n_trials": 9, "budget": BUDGET}}}
HALVING["objective"] = HALVING["objective"] | {"command": ["python", "train.py", "{budget}"]}


def halved(failing=0.0):
    """A study with nine trials, those of its second rung, and all of them as often as they were trained."""
    study, trials_of, *rest = pages.sample(9, HALVING, failing=failing)
    first = [replace(trial, rung=Rung(0, 0, 1, None, 9)) for trial in trials_of["halving"]]
    second = [replace(trial, rung=Rung(0, 1, 3, 1, 9)) for trial in first[:3]]
    return study, {"halving": second + first[3:]}, {"halving": first + second}, rest


def test_a_place_for_each_trial_and_budget_with_the_row_of_the_table():
    study, shown, rungs, _ = halved()
    found = promotions(rungs, shown, study)
    assert found["row"] == [*range(9), 0, 1, 2]
    assert found["budget"] == [1] * 9 + [3] * 3
    assert set(found["bracket"]) == {0}
    values = [trial.metrics["val_accuracy"] for trial in rungs["halving"]]
    assert found["value"] == [float(f"{value:.6g}") for value in values]


def test_trials_that_are_not_shown_are_not_there_and_failed_ones_have_no_value():
    study, shown, rungs, _ = halved(failing=1)
    found = promotions(rungs, {"halving": shown["halving"][2:]}, study)
    assert found["row"] == [*range(7), 0]
    assert set(found["value"]) == {None}


def test_searches_without_rungs_have_none():
    study, trials_of, *_ = pages.sample(5)
    assert promotions(trials_of, trials_of, study) is None


def test_the_budget_is_told_where_there_is_one():
    study, shown, _, rest = halved()
    spent = Trained(Budget("epochs", 1, 9), 15, 18, 81)
    payload = page_payload(study, shown, *rest, trained=spent)
    assert payload["budget"] == {"name": "epochs", "full": 9, "trained": 15, "in_full": 81, "said": str(spent)}
    names = [column["name"] for column in payload["columns"]]
    assert {"bracket", "rung", "budget"} <= {*names}
    assert "budget" not in page_payload(*pages.sample(2))
