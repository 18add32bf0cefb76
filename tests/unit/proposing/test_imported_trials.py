"""Imported results among a search's trials: they are not run, and where they count they are its first ones."""

from typing import Any

import pytest
from made_up import MadeUp
from snaketune.proposing.graph import Graph
from snaketune.proposing.plan import plan_of, plan_text
from snaketune.resources import Given
from snaketune.results.study import read_results
from snaketune.values import trial_id

UNIT = {"type": "uniform", "low": 0.0, "high": 1.0}
SPACE = {"x": UNIT, "k": ["a", "b"]}
RANDOM = {"strategy": "random", "n_trials": 6, "batch_size": 3}
BAYES = {"strategy": "bayes", "n_trials": 9, "n_initial_points": 5, "batch_size": 2}
KNOWN = [(0.5, "a", 1.0), (0.25, "b", 0.5), (0.75, "a", 2.0)]


def study(root, search, known=KNOWN, count=True, space=SPACE, **changes) -> MadeUp:
    lines = "".join(f"{x},{k},{loss}\n" for x, k, loss in known)
    (root / "old.csv").write_text("x,k,loss\n" + lines)
    imported = [{"file": "old.csv", "count": count}]
    return MadeUp(root, space=space, searches={"s": search}, imported=imported, **changes)


def all_rounds(made: MadeUp, loss=lambda params: params["x"]):
    rows = []
    for round_ in made.study.searches["s"].rounds():
        new = made.propose("s", round_.number)
        for row in new:
            for _, run in made.study.searches["s"].runs_in([row.asked]):
                made.run(row.trial, run, {"loss": loss(row.params)})
        rows += made.gather("s", round_.number)
        if len(new) < round_.size:
            break
    return rows


@pytest.mark.parametrize("strategy", ["random", "sobol", "halton", "lhs", "bayes"])
def test_what_counts_comes_first_and_the_others_follow(tmp_path, strategy):
    search = BAYES if strategy == "bayes" else RANDOM | {"strategy": strategy}
    trials = all_rounds(study(tmp_path, search))
    assert len(trials) == search["n_trials"]
    assert len({trial.trial for trial in trials}) == len(trials)
    assert [trial.number for trial in trials] == list(range(len(trials)))
    assert [(t.params["x"], t.params["k"], t.metrics["loss"]) for t in trials[:3]] == KNOWN
    assert {trial.origin for trial in trials[:3]} == {"imported"}
    assert "imported" not in {trial.origin for trial in trials[3:]}
    first = trials[0]
    assert (first.status, first.runs, first.seconds, first.started) == ("complete", 0, 0.0, "")
    assert first.reason == "imported from old.csv, line 2"


def test_draws_are_those_without_imported_rows(tmp_path):
    """But those that are imported are not made twice."""
    alone = [t.params for t in all_rounds(MadeUp(tmp_path / "alone", space=SPACE, searches={"s": RANDOM}))]
    known = [(alone[1]["x"], alone[1]["k"], 5.0), KNOWN[0]]
    trials = all_rounds(study(tmp_path, RANDOM, known))
    expected = [alone[1], {"x": 0.5, "k": "a"}, alone[0], *alone[2:5]]
    assert [trial.params for trial in trials] == expected


def test_a_bayesian_search_learns_from_them_at_once(tmp_path):
    made = study(tmp_path, BAYES | {"overlap": 2})
    made.propose("s", 0)
    low, high = tmp_path / "low", tmp_path / "high"
    found = []
    for root, sign in ((low, 1), (high, -1)):
        root.mkdir()
        known = [(x / 10 + 0.05, k, sign * x) for x in range(10) for k in "ab"]
        other = study(root, BAYES | {"n_trials": 24, "overlap": 2}, known)
        found.append([row for number in (0, 1) for row in other.propose("s", number)][len(known) :])
    assert {row.origin for rows in found for row in rows} == {"model"}
    assert max(row.params["x"] for row in found[0]) < 0.3
    assert min(row.params["x"] for row in found[1]) > 0.7


def test_more_rows_than_trials_leave_nothing_to_run(tmp_path):
    for strategy in (RANDOM, BAYES, RANDOM | {"strategy": "lhs"}):
        trials = all_rounds(study(tmp_path, strategy | {"n_trials": 2}))
        assert [trial.origin for trial in trials] == ["imported"] * 3


@pytest.mark.parametrize("count", [True, False])
def test_a_grid_takes_the_values_of_its_own_trials(tmp_path, count):
    """Whether they count or not: it has them anyway."""
    made = study(tmp_path, {"strategy": "grid"}, count=count, space={"x": [0.25, 0.5], "k": ["a", "b"]})
    trials = all_rounds(made)
    assert [(t.params["x"], t.params["k"], t.origin) for t in trials] == [
        (0.25, "a", "grid"), (0.25, "b", "imported"), (0.5, "a", "imported"), (0.5, "b", "grid"),
    ]  # fmt: skip
    assert made.study.notices == ("imported: old.csv, line 4, is left out: x can't be 0.75",)


@pytest.mark.parametrize(("stop", "trials"), [
    ({"target": 0.5}, 3),  # an imported trial has reached it
    ({"patience": 2}, 5),  # those that are imported have not been waited for
    ({"max_hours": 1}, 9),
])  # fmt: skip
def test_reasons_to_stop(tmp_path, stop, trials):
    made = study(tmp_path, BAYES | {"n_initial_points": 2, "stop": stop})
    found = all_rounds(made, lambda params: 3.0)
    assert len(found) == trials
    assert (read_results(made.layout, made.study).endings["s"] is None) == (trials == 9)


def test_no_run_is_asked_for(tmp_path):
    for packed in (1, 2):
        made = study(tmp_path, RANDOM, objective={"replicates": 2, "trials_per_job": packed})
        rows = made.propose("s")[3:]
        none: Any = None
        graph = Graph(made.study, made.layout, made.layout.proposed, none, none, LookupError)
        results = [made.layout.result(row.trial, f"r{i}") for row in rows for i in (0, 1)]
        assert graph.done_of_round("s", 0) == (
            results if packed == 1 else [made.layout.block("s", 0, i) for i in range(3)]
        )
    assert graph.runs_of_block("s", 0, 0) == [f"{rows[0].trial}/r0", f"{rows[0].trial}/r1"]


def test_a_trial_that_was_run_too_has_the_imported_result(tmp_path):
    made = study(tmp_path, RANDOM)
    trial = trial_id({"x": 0.5, "k": "a"})
    made.run(trial, "r0", {"loss": 77.0})
    trials = all_rounds(made)
    assert trials[0].metrics == {"loss": 1.0}
    assert made.layout.result(trial, "r0").exists()


def test_the_plan_counts_what_is_to_run(tmp_path):
    made = study(tmp_path, RANDOM)
    plan = plan_of(made.study, made.study.searches["s"], made.store)
    text = plan_text([plan], made.study, made.store, Given())
    assert [proposal.origin for proposal in plan.proposals] == ["imported"] * 3 + ["random"] * 3
    assert "3 runs in all (3 trials × 1), 0 done, 3 to run, 3 more trials are imported" in text


def test_results_of_a_study_with_imported_trials(tmp_path):
    made = study(tmp_path, RANDOM)
    all_rounds(made)
    results = read_results(made.layout, made.study)
    runs = results.runs()
    assert [len(runs[trial.trial]) for trial in results.trials] == [0, 0, 0, 1, 1, 1]
