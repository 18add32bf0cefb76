"""Spaces: conditions, constraints and pairs hold in every parameter set, in grid and draw alike."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import built, space_configs
from snaketune.errors import ConfigError
from snaketune.space import Categorical, space_from_config
from snaketune.values import trial_id


def space_of(raw, **options):
    return space_from_config(raw, seed=0, **options)


def problems(raw, **options) -> dict:
    with pytest.raises(ConfigError) as caught:
        space_of(raw, **options)
    return dict(caught.value.problems)


@given(space_configs(finite=True))
@settings(max_examples=60)
def test_a_grid_has_every_parameter_set_once(config):
    space = built(config)
    grid = list(space.grid())
    assert len({trial_id(params) for params in grid}) == len(grid) <= space.size
    assert all(space.why_outside(params) is None for params in grid)
    assert all(list(params) == [name for name in space.parameters if name in params] for params in grid)
    json.dumps(grid, allow_nan=False)


@given(space_configs(), st.lists(st.floats(0, 1, exclude_max=True), min_size=7, max_size=7))
@settings(max_examples=100)
def test_a_draw_is_in_the_space_unless_a_constraint_rules_it_out(config, units):
    space = built(config)
    places = dict(zip([axis.name for axis in space.axes], units, strict=False))
    params = space.from_units(places.__getitem__)
    assert space.contains(params) == space.allows(params)
    if space.size is not None and space.allows(params):
        assert params in list(space.grid())
    for name, form in config["raw"].items():
        if isinstance(form, dict) and "when" in form:
            parent, wanted = next(iter(form["when"].items()))
            active = any(parent in params and type(params[parent]) is type(w) and params[parent] == w for w in wanted)
            assert (name in params) == active


def test_the_grid_in_order():
    space = space_of({"a": [1, 2], "b": ["x", "y"], "c": 5})
    assert [tuple(p.values()) for p in space.grid()] == [(1, "x", 5), (1, "y", 5), (2, "x", 5), (2, "y", 5)]
    assert space.size == 4


def test_nested_conditions():
    space = space_of(
        {
            "nesterov": {"choices": [True, False], "when": "momentum > 0"},
            "momentum": {"choices": [0, 0.9], "when": {"optimizer": ["sgd", "rms"]}},
            "optimizer": ["adam", "sgd"],
        }
    )
    assert list(space.grid()) == [
        {"optimizer": "adam"},
        {"momentum": 0, "optimizer": "sgd"},
        {"nesterov": True, "momentum": 0.9, "optimizer": "sgd"},
        {"nesterov": False, "momentum": 0.9, "optimizer": "sgd"},
    ]
    assert space.why_outside({"optimizer": "adam", "momentum": 0}) == "'momentum' is inactive here"
    assert space.why_outside({"optimizer": "sgd"}) == "'momentum' is missing"
    assert space.why_outside({"optimizer": "rms", "momentum": 0}) == "optimizer can't be 'rms'"
    assert space.why_outside({"optimizer": "adam", "x": 0}) == "'x' is not a parameter"


def test_a_condition_compares_numbers_as_numbers_and_nothing_else():
    space = space_of({"n": [1.0, 2.0], "b": [True, False], "x": {"choices": [0], "when": {"n": 1, "b": True}}})
    assert [p for p in space.grid() if "x" in p] == [{"n": 1.0, "b": True, "x": 0}]
    assert not any("x" in p for p in space_of({"b": [True], "x": {"choices": [0], "when": {"b": 1}}}).grid())


def test_constraints_and_a_parameter_that_is_inactive():
    space = space_of(
        {"a": [1, 2, 3], "b": {"choices": [1, 2], "when": {"a": [1, 2]}}},
        constraints=["a < b or a == 2", "a != 2 or b == 1"],
    )
    assert list(space.grid()) == [{"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": 3}]


def test_pairs():
    space = space_of({"a": [1, 1, 2], "x": [0, 1], "b": "['u' 'u' 'v']"}, pairs=[["b", "a"]])
    assert list(space.grid()) == [{"a": a, "x": x, "b": b} for a, b in [(1, "u"), (2, "v")] for x in (0, 1)]
    pair = space.axes[0]
    assert pair.paired
    assert pair.parameter == Categorical(((1, "u"), (2, "v")))
    assert pair.value_in({"a": 1, "b": "u", "x": 0}) == (1, "u")
    assert space.why_outside({"a": 1, "b": "v", "x": 0}) == "a and b can't be (1, 'v')"
    assert space.why_outside({"a": 1, "x": 0}) == "'b' is missing"


def test_pairs_under_a_condition():
    when = {"o": "sgd"}
    space = space_of(
        {
            "o": ["sgd", "adam"],
            "a": {"choices": [1, 2], "when": when},
            "b": {"choices": [3, 4], "when": when},
        },
        pairs=[["a", "b"]],
    )
    assert list(space.grid()) == [{"o": "sgd", "a": 1, "b": 3}, {"o": "sgd", "a": 2, "b": 4}, {"o": "adam"}]


def test_sizes():
    assert space_of({"x": {"type": "uniform", "low": 0, "high": 1}, "y": [1]}).size is None
    assert space_of({"x": {"type": "uniform", "low": 0, "high": 1}, "y": [1]}).infinite == ("x",)
    assert space_of({"x": {"type": "int", "low": 1, "high": 10**12}}).size == 10**12


def test_every_mistake_is_found():
    found = problems(
        {
            "lr": {"choices": [1], "when": {"optimiser": 1}},
            "optimizer": ["a"],
            "bad": "uniform(0)",
            "e": {"choices": [1], "when": "x +"},
        },
        constraints=["lr < hidden", "lr <", "lr < 3"],
        pairs=[["lr", "nothing"], ["lr", "optimizer"]],
    )
    assert list(found) == [
        "space.lr.when",
        "space.bad",
        "space.e.when",
        "constraints[0]",
        "constraints[1]",
        "zip[0]",
        "zip[1]",
    ]
    assert (
        found["space.lr.when"]
        == "'optimiser' is not a parameter. Did you mean 'optimizer'? Allowed: bad, e, lr, optimizer."
    )
    assert "'hidden' is not a parameter" in found["constraints[0]"]
    assert "not an expression" in found["constraints[1]"]
    assert "'nothing' is not a parameter" in found["zip[0]"]


@pytest.mark.parametrize(
    ("raw", "pairs", "words"),
    [
        ({"a": [1, 2], "b": [1, 2, 3]}, ["a", "b"], "lists of the same length; a has 2, b has 3"),
        ({"a": [1], "b": "uniform(0, 1)"}, ["a", "b"], "'b' has too many values"),
        ({"a": [1], "b": "int(1, 999999999999)"}, ["a", "b"], "'b' has too many values"),
        ({"a": [1], "b": {"choices": [1], "when": "a > 0"}}, ["a", "b"], "need the same 'when'"),
        ({"a": [1], "b": [2]}, ["a", "a"], "'a' is paired twice"),
    ],
)
def test_what_cannot_be_paired(raw, pairs, words):
    assert words in problems(raw, pairs=[pairs])["zip[0]"]


def test_conditions_in_a_circle():
    found = problems({"a": {"choices": [1], "when": {"b": 1}}, "b": {"choices": [1], "when": "a > 0"}, "c": [1]})
    assert found == {"space": "the conditions ('when') of these parameters form a circle: a, b"}
    assert "circle" in problems({"a": {"choices": [1], "when": {"a": 1}}})["space"]
