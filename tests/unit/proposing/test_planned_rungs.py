"""What a plan says of searches with budgets: brackets and rungs, and what they train against training all in full."""

import pytest
from snaketune.files import csv_rows
from snaketune.proposing.plan import plan_of, plan_text, write_plan
from snaketune.proposing.planned_rungs import rungs_text
from snaketune.resources import Given

BUDGET = {"name": "epochs", "min": 1, "max": 81}
HALVING = {"strategy": "halving", "n_trials": 81, "sampler": "random", "budget": BUDGET}


@pytest.fixture
def planned(made):
    """Makes a study of some searches."""

    def make(searches, **changes):
        objective = {"command": "true {budget} {args}"} | changes.pop("objective", {})
        return made(objective=objective, space={"x": "uniform(0, 1)"}, searches=searches, **changes)

    return make


def lines_of(study):
    return rungs_text(list(study.searches.values()), study)


def test_halving_from_81_trials(planned):
    table, line = lines_of(planned({"h": HALVING}).study)
    rows = [[cell.strip() for cell in row.split("|")[2:-1]] for row in table.splitlines()[2:]]
    assert rows == [
        ["0", "0", "1", "81", "81", "81"],
        ["0", "1", "3", "27", "27", "54"],
        ["0", "2", "9", "9", "9", "54"],
        ["0", "3", "27", "3", "3", "54"],
        ["0", "4", "81", "1", "1", "54"],
    ]
    assert line == (
        "h: 81 trials, 1 bracket, 5 rungs, 121 runs; epochs to train: 297 (405 without continuing), all in full: 6,561"
    )


def test_runs_that_do_not_resume_train_from_the_beginning(planned):
    _, line = lines_of(planned({"h": HALVING}, objective={"resume": False, "replicates": 2}).study)
    assert line == "h: 81 trials, 1 bracket, 5 rungs, 242 runs; epochs to train: 810, all in full: 13,122"


def test_shares_are_told_without_what_their_sums_are_off_by(planned):
    budget = {"name": "share", "min": 0.1, "max": 1.0}
    table, line = lines_of(planned({"h": {"strategy": "hyperband", "sampler": "random", "budget": budget}}).study)
    assert [row.split("|")[-2].strip() for row in table.splitlines()[2:]] == ["0.9", "0.6", "0.7", "0.9", "0.7", "3"]
    assert line.endswith("20 runs; share to train: 6.8 (7.7 without continuing), all in full: 15")


def test_of_asha_bounds_are_said(planned):
    table, line = lines_of(planned({"a": HALVING | {"strategy": "asha"}}).study)
    assert "≥ 27" in table
    assert line == (
        "a: 81 trials, 1 bracket, 5 rungs, 121 to 405 runs; epochs to train: 297 to 6,561, all in full: 6,561"
    )


def test_other_searches_are_trained_in_full(planned):
    assert lines_of(planned({"r": {"strategy": "random", "n_trials": 2}}, objective={"command": "true"}).study) == []
    _, line = lines_of(planned({"r": {"strategy": "random", "n_trials": 2, "budget": BUDGET}}).study)
    assert line == "r: 2 trials, 1 bracket, 1 rung, 2 runs; epochs to train: 162, all in full: 162"


@pytest.mark.parametrize("search", [
    HALVING, HALVING | {"strategy": "asha"}, HALVING | {"sampler": "gp"},
    {key: value for key, value in HALVING.items() if key != "n_trials"} | {"strategy": "hyperband"},
])  # fmt: skip
def test_what_is_certain_is_what_is_proposed(planned, search):
    study = planned({"s": search})
    plan = plan_of(study.study, study.study.searches["s"], study.store)
    write_plan(plan, study.layout)
    rows = csv_rows(study.layout.file("plan.csv", "s"))
    first = study.propose("s")
    assert [row["trial"] for row in rows[: len(first)]] == [row.trial for row in first]
    assert {row["budget"] for row in rows[: len(first)]} == {str(row.budget) for row in first}
    text = plan_text([plan], study.study, study.store, Given())
    assert f"{len(rows)} runs are certain, 0 of them done" in text
    study.run(first[0].trial, f"r0b{first[0].budget}", {"loss": 1})
    study.run(first[0].trial, "r0b81", {"loss": 1})
    plan = plan_of(study.study, study.study.searches["s"], study.store)
    text = plan_text([plan], study.study, study.store, Given())
    assert f"1 of them done, {len(rows) - 1} to run" in text
    assert f"{plan.later - 1} more that follow from results" in text


def test_limits_count_the_runs_of_all_rungs(planned):
    assert planned({"h": HALVING}, max_failures="50%").study.run_spec.max_failures == 60
