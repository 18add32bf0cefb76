"""How much was trained: of runs that did not end, as far as their steps tell it."""

import json

import pytest
from snaketune.results.records import record_from
from snaketune.results.runs import RunResult
from snaketune.results.trained import reached_by, trained_by
from snaketune.samplers.brackets import Budget

EPOCHS = Budget("epochs", 1, 27)


def run(name, status="complete", **known):
    record = {
        "trial": "t", "run": name, "seed": 0, "attempt": 1, "status": status, "reason": None, "metrics": {},
        "started": "", "finished": "", "seconds": 1.0, "cpu_seconds": 1.0, "max_rss_mb": 1.0, "host": "", "log": "",
        "exit_code": 0, "signal": None, "command": None,
    }  # fmt: skip
    return RunResult(status, None, {}, record_from(record | known))


def reports(*rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def steps(*numbers):
    return reports(*({"epoch": number, "loss": 1.0} for number in numbers))


def trained(*runs, histories=()):
    """What they trained, where each but the named ones has reported a step for each unit of its budget."""
    told = {str(one.run): steps(*range(1, int(one.run.budget or 0) + 1)) for one in runs} | dict(histories)
    found = trained_by(runs, EPOCHS, reached_by(runs, lambda trial, name: told[str(name)]))
    return found.trained, found.anew, found.in_full


def test_a_run_that_went_on_counts_what_it_added():
    assert trained(run("r0b9"), run("r0b27", from_budget=9)) == (27, 36, 27)


def test_a_run_that_was_pruned_counts_up_to_its_step():
    full = run("r1b27")
    assert trained(full, run("r0b27", "pruned", pruned_at=4)) == (31, 31, 54)
    assert trained(full, run("r0b27", "pruned", pruned_at=12, from_budget=9)) == (30, 39, 54)


@pytest.mark.parametrize("status", ["failed", "timeout", "oom", "invalid", "pruned"])
def test_one_that_ended_without_success_counts_up_to_its_last_step(status):
    full, lost = run("r1b27"), run("r0b27", status)
    assert trained(full, lost, histories={"r0b27": steps(1, 2, 3)}) == (30, 30, 54)
    assert trained(full, lost, histories={"r0b27": None}) == (27, 27, 54)
    going_on = run("r0b27", status, from_budget=9)
    assert trained(full, going_on, histories={"r0b27": steps(*range(1, 12))}) == (29, 38, 54)
    assert trained(full, going_on, histories={"r0b27": None}) == (27, 36, 54), "it did not get any further"


def test_steps_may_count_from_0_or_be_rows():
    from_0 = {"r1b27": steps(*range(27)), "r0b27": steps(0, 1, 2)}
    assert trained(run("r1b27"), run("r0b27", "failed"), histories=from_0)[0] == 30
    assert trained(run("r1b27"), run("r0b27", "pruned", pruned_at=2), histories=from_0)[0] == 30
    rows = {"r1b27": reports(*[{"loss": 1.0}] * 27), "r0b27": reports(*[{"loss": 1.0}] * 4)}
    assert trained(run("r1b27"), run("r0b27", "failed"), histories=rows)[0] == 31


@pytest.mark.parametrize(
    "of_complete",
    [steps(100, 2700), steps(1, 2), None, reports(*[{"loss": 1.0}] * 54), b"nothing"],
    ids=["batches", "every tenth", "no history", "two rows each", "no rows"],
)
def test_steps_that_are_not_the_budgets_count_as_all_of_it(of_complete):
    lost = [run("r0b27", "failed"), run("r2b27", "pruned", pruned_at=4)]
    assert trained(run("r1b27"), *lost, histories={"r1b27": of_complete}) == (81, 81, 81)


def test_without_a_complete_run_nobody_knows_what_steps_are():
    assert trained(run("r0b27", "pruned", pruned_at=4)) == (27, 27, 27)


def test_steps_behind_the_budget_count_no_more_than_it():
    assert trained(run("r1b27"), run("r0b9", "failed"), histories={"r0b9": steps(1, 20)})[0] == 36


def test_runs_without_a_budget_do_not_count():
    assert trained(run("r0")) == (0, 0, 0)
