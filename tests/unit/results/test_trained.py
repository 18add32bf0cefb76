from snaketune.results.records import record_from
from snaketune.results.runs import RunResult
from snaketune.results.trained import trained_by
from snaketune.samplers.brackets import Budget

EPOCHS = Budget("epochs", 1, 27)


def run(name, **known):
    record = {
        "trial": "t", "run": name, "seed": 0, "attempt": 1, "status": "complete", "reason": None, "metrics": {},
        "started": "", "finished": "", "seconds": 1.0, "cpu_seconds": 1.0, "max_rss_mb": 1.0, "host": "", "log": "",
        "exit_code": 0, "signal": None, "command": None,
    }  # fmt: skip
    return RunResult("complete", None, {}, record_from(record | known))


def trained(*runs):
    found = trained_by(runs, EPOCHS)
    return found.trained, found.anew, found.in_full


def test_a_run_that_went_on_counts_what_it_added():
    assert trained(run("r0b9"), run("r0b27", from_budget=9)) == (27, 36, 27)


def test_a_run_that_was_pruned_counts_up_to_its_step():
    assert trained(run("r0b27", pruned_at=4)) == (4, 4, 27)
    assert trained(run("r0b27", pruned_at=12, from_budget=9)) == (3, 12, 27)


def test_steps_that_are_not_the_budgets_count_as_all_of_it():
    assert trained(run("r0b27", pruned_at=4000)) == (27, 27, 27)
    assert trained(run("r0b27", pruned_at=4, from_budget=9)) == (0, 9, 27)


def test_runs_without_a_budget_do_not_count():
    assert trained(run("r0")) == (0, 0, 0)
