import math

import pytest
from race_table import FLOOR, Signs, compared, regret_after, report


def row(engine, problem, seed, regret, **more):
    family = problem.partition("-")[0]
    cells = {"engine": engine, "problem": problem, "family": family, "half": "choose", "q": "8", "seed": str(seed)}
    return {**cells, "regret": str(regret), "recommended": "", "seconds": "10", **more}


def of(rows):
    return compared(rows, lambda each: float(each["regret"]))


ROWS = [
    row("a", "smooth-0", 0, 0.1), row("a", "smooth-0", 1, 0.3), row("a", "valleys-0", 0, 1e-9),
    row("b", "smooth-0", 0, 0.2), row("b", "smooth-0", 1, 0.2), row("b", "valleys-0", 0, 1e-6),
    row("b", "valleys-0", 1, 5.0),
]  # fmt: skip


def test_engines_are_compared_on_the_runs_that_all_have():
    assert of(ROWS).runs == [("smooth-0", 0), ("smooth-0", 1), ("valleys-0", 0)]
    assert of([]).runs == []


def test_ranks_share_ties_and_regrets_below_the_floor_are_ties():
    assert of(ROWS).ranks() == {"a": 1.5, "b": 1.5}
    assert of([*ROWS[:2], *ROWS[3:5], row("c", "smooth-0", 0, 0.2), row("c", "smooth-0", 1, 0.4)]).ranks() == {
        "a": 1.5, "b": 1.75, "c": 2.75
    }  # fmt: skip


def test_means_are_geometric_over_problems_of_medians_over_seeds():
    assert of(ROWS).medians("a") == {"smooth-0": 0.2, "valleys-0": FLOOR}
    assert of(ROWS).mean("a") == pytest.approx(math.sqrt(0.2 * FLOOR))


def test_signs():
    found = of(ROWS).signs("a", "b")
    assert found == Signs(1, 1, 1)
    assert found.chance == 1.0
    assert Signs(0, 0, 3).chance == 1.0
    assert str(Signs(9, 1, 0)) == "9–1 (0.021)"


def test_a_report_has_a_table_for_each_question():
    rows = [
        row(engine, problem, seed, 0, best_50=str(value), recommended=recommended)
        for engine, value, recommended in (("ours@abc", 6.0, "5.0"), ("ours", 5.0, "5.0"), ("random", 9.0, ""))
        for problem in ("smooth-2", "valleys-0")
        for seed in (0, 1)
    ]
    text = report(rows, "ours@abc")
    assert "| `ours` | 1.00 |" in text
    assert "| `random` | 3.00 |" in text
    assert "| `ours` against `ours@abc` | smooth | valleys | all |" in text
    assert "| q = 8 | 2–0 (0.5) | 2–0 (0.5) | 4–0 (0.12) |" in text
    assert "believes" in text
    assert "| 2.00 |" in text  # ten seconds in five rounds
    assert "confirm" not in text


def test_a_run_that_ends_at_the_best_value_known_has_no_regret():
    assert regret_after(50)({"problem": "smooth-2", "best_50": "4.455842577"}) == pytest.approx(0.0, abs=1e-6)


def test_a_report_may_be_of_what_was_known_earlier():
    rows = [
        row(engine, "smooth-2", 0, 0, best_20=str(early), best_50="5.0", recommended="5.0")
        for engine, early in (("ours", 9.0), ("random", 6.0))
    ]
    text = report(rows, None, 20)
    assert "| `random` | 1.00 |" in text
    assert "20 evaluations a run" in text
    assert "believes" not in text
