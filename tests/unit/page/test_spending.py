from dataclasses import replace

import pages
import pytest
from snaketune.page.spending import spending
from snaketune.runner.run_id import RunId
from snaketune.samplers import Rung

BUDGET = {"name": "epochs", "min": 1, "max": 9}
SEARCHES = {
    "halving": {"strategy": "halving", "n_trials": 9, "budget": BUDGET},
    "full": {"strategy": "random", "n_trials": 2, "budget": 9},
}
STUDY = pages.config() | {"searches": SEARCHES}
STUDY["objective"] = STUDY["objective"] | {"command": ["python", "train.py", "{budget}"]}
VALUES = {1: (0.3, 0.5, 0.4), 3: (0.6, None, 0.45), 9: (0.8, 0.7)}  # of the trials by number; None has failed


@pytest.fixture
def spent():
    """Three trials with 1 epoch, of which three go on to 3 and two to 9, and two of another search in full."""
    study, trials_of, *_ = pages.sample(6, STUDY, failing=0)
    first, others = trials_of["halving"], trials_of["full"]

    def trained(trial, number, rung, value):
        status = {"status": "failed"} if value is None else {"metrics": {"val_accuracy": value}}
        return replace(trial, rung=rung, round=rung.rung, finished=f"2030-01-01T00:00:0{number}Z", **status)

    rungs = [
        trained(first[number], number, Rung(0, i, budget, budget // 3 or None, 9), value)
        for i, (budget, values) in enumerate(VALUES.items())
        for number, value in enumerate(values)
    ]
    in_full = [trained(trial, i, Rung(0, 0, 9, None, 9), 0.75) for i, trial in enumerate(others[:2])]
    rungs_of = {"halving": rungs[::-1], "full": in_full}  # whatever their order
    amounts = {
        (trial.trial, RunId(0, None, trial.budget)): trial.budget - (trial.rung.from_budget or 0)
        for listed in rungs_of.values()
        for trial in listed
    }
    return study, rungs_of, {"halving": first[:1], "full": others[:2]}, amounts


def test_where_the_best_changes_and_what_had_been_trained_by_then(spent):
    study, rungs_of, shown, amounts = spent
    halving, full = spending(rungs_of, shown, study, amounts)
    assert (halving["search"], halving["total"], halving["in_full"]) == ("halving", 3 + 6 + 12, 27)
    assert halving["best"] == {"at": [15], "value": [0.8], "row": [0]}
    assert halving["any"] == {"at": [1, 2, 5, 15], "value": [0.3, 0.5, 0.6, 0.8], "row": [0, None, 0, 0]}
    assert (full["total"], full["in_full"]) == (18, 18)
    assert full["best"] == full["any"] == {"at": [9], "value": [0.75], "row": [1]}


def test_without_budgets_there_is_nothing(spent):
    study, trials_of, *_ = pages.sample(3)
    assert spending(trials_of, trials_of, study, {}) is None
