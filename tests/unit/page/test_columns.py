import json

import pages
import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.page.columns import ABSENT, LONGEST_TEXT, column, columns_of


def named(columns):
    return {found["name"]: found for found in columns}


def test_numbers_stay_numbers_and_what_json_has_no_text_for_is_named():
    found = column([1, 2.5, ABSENT, float("nan"), float("-inf")])
    assert found == {
        "kind": "number",
        "values": [1, 2.5, None, None, None],
        "odd": {3: "NaN", 4: "-Infinity"},
    }


def test_texts_are_codes_into_levels_in_the_given_order():
    found = column(["b", "a", ABSENT, "b", "c"], levels=["c", "b", "never used"])
    assert found == {"kind": "text", "levels": ["c", "b", "a"], "codes": [1, 2, -1, 1, 0]}


def test_values_of_different_types_stay_different_levels():
    assert column([1, "1", True, None, 1.0])["codes"] == [0, 1, 2, 3, 4]


def test_booleans_are_no_numbers():
    assert column([True, False])["kind"] == "text"


def test_nothing_at_all_is_an_empty_column():
    assert column([ABSENT, ABSENT]) == {"kind": "text", "levels": [], "codes": [-1, -1]}


def test_long_texts_are_cut():
    assert len(column(["x" * 10_000])["levels"][0]) == LONGEST_TEXT


@given(st.lists(st.one_of(st.integers(), st.floats(), st.text(), st.booleans(), st.none(), st.just(ABSENT))))
def test_every_column_is_strict_json_and_as_long_as_its_values(values):
    found = column(values)
    json.dumps(found, allow_nan=False)
    assert len(found.get("values", found.get("codes"))) == len(values)


def test_columns_of_a_study_have_roles_scales_and_ranks():
    study, trials_of, *_ = pages.sample(40, failing=0.3)
    found = named(columns_of(trials_of, study))
    assert found["val_accuracy"]["role"] == "objective"
    assert found["val_loss"]["role"] == "metric"
    assert found["lr"]["role"] == "parameter"
    assert [found[name]["log"] for name in ("lr", "momentum", "hidden", "val_accuracy")] == [
        True,
        False,
        True,
        False,
    ]
    values, ranks = found["val_accuracy"]["values"], found["rank"]["values"]
    assert ranks[max((v, i) for i, v in enumerate(values) if v is not None)[1]] == 1
    assert [rank is None for rank in ranks] == [value is None for value in values]
    assert {"pareto", "feasible"}.isdisjoint(found)


def test_an_inactive_parameter_is_absent_and_a_null_is_a_value():
    space = {"a": [None, "x"], "b": {"choices": [1, 2], "when": {"a": "x"}}}
    study, trials_of, *_ = pages.sample(30, pages.config(space, tags=()), failing=0)
    found = named(columns_of(trials_of, study))
    assert set(found["a"]["codes"]) == {0, 1} and found["a"]["levels"] == [None, "x"]
    assert {None, 1, 2} == set(found["b"]["values"])


@pytest.mark.parametrize(("choices", "log"), [([0.001, 0.01, 0.1], True), ([16, 32, 64], False), ([0, 1, 1000], False)])
def test_a_list_of_numbers_is_logarithmic_if_it_spans_two_decades(choices, log):
    study, trials_of, *_ = pages.sample(40, pages.config({"x": choices}, tags=()))
    assert named(columns_of(trials_of, study))["x"]["log"] is log


def test_several_objectives_have_a_pareto_column():
    study, trials_of, *_ = pages.sample(30, pages.config(objectives=2), failing=0.2)
    found = named(columns_of(trials_of, study))
    front = [found["pareto"]["levels"][code] if code >= 0 else None for code in found["pareto"]["codes"]]
    points = list(zip(found["val_accuracy"]["values"], found["size"]["values"], strict=True))
    for mark, (accuracy, size) in zip(front, points, strict=True):
        if accuracy is None:
            assert mark is None
            continue
        beaten = any(a is not None and a >= accuracy and s <= size and (a, s) != (accuracy, size) for a, s in points)
        assert mark is not beaten


def test_outcome_constraints_have_a_feasible_column():
    limits = {"constraint": {"metric": "size", "max": 100}}
    study, trials_of, *_ = pages.sample(30, pages.config(**limits), failing=0)
    found = named(columns_of(trials_of, study))
    marks = [found["feasible"]["levels"][code] for code in found["feasible"]["codes"]]
    assert marks == [size <= 100 for size in found["size"]["values"]]
    assert set(marks) == {True, False}


def test_a_study_without_trials_has_no_columns():
    study, *_ = pages.sample(0)
    assert columns_of({"random": []}, study) == []


def test_an_incomplete_trial_has_no_objective_although_some_of_its_runs_have():
    study, trials_of, *_ = pages.sample(30, pages.config(replicates=3), failing=0.2)
    partial = [t.status != "complete" and "val_accuracy" in t.metrics for t in trials_of["random"]]
    assert any(partial)
    values = named(columns_of(trials_of, study))["val_accuracy"]["values"]
    assert [value is None for value in values] == [t.status != "complete" for t in trials_of["random"]]
