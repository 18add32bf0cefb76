"""Parameters: to the unit interval and back, evenly, and within their limits."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_spaces import PARAMETERS
from snaketune.space import Categorical, Constant, Float, Integer, Normal
from snaketune.values import key, shortened

UNITS = st.floats(0, 1, exclude_max=True)
FINITE = [
    Integer(-3, 3), Integer(1, 10, step=4), Integer(1, 20, log=True), Float(0, 1, step=0.1), Float(-0.3, 0.31,
    step=0.2),
    Categorical((1, 1.0, True, "1", None, [1])), Constant("x"),
]  # fmt: skip


@given(PARAMETERS, UNITS)
def test_a_value_drawn_is_inside_and_survives_the_round_trip(parameter, u):
    value = parameter.from_unit(u)
    assert parameter.contains(value)
    place = parameter.to_unit(value)
    assert 0 <= place <= 1
    if parameter.finite:
        assert key(parameter.from_unit(place)) == key(value)
    else:
        assert math.isclose(parameter.to_unit(parameter.from_unit(place)), place, abs_tol=1e-6)
        assert value == shortened(value) or value in (parameter.low, parameter.high)


@given(PARAMETERS, UNITS, UNITS)
def test_numbers_keep_their_order(parameter, u, v):
    if isinstance(parameter, Categorical):
        return
    low, high = parameter.from_unit(min(u, v)), parameter.from_unit(max(u, v))
    assert low <= high


@pytest.mark.parametrize("parameter", FINITE)
def test_finite_parameters_list_their_values_and_draw_each(parameter):
    values = parameter.values()
    assert len(values) == parameter.count == len({key(value) for value in values})
    assert all(parameter.contains(value) for value in values)
    assert {key(parameter.from_unit(i / 5000)) for i in range(5000)} == {key(value) for value in values}


@pytest.mark.parametrize("parameter", [p for p in FINITE if not getattr(p, "log", False)])
def test_values_are_equally_likely(parameter):
    n = 1000 * parameter.count
    counts = Counter(key(parameter.from_unit((i + 0.5) / n)) for i in range(n))
    assert set(counts.values()) == {1000}


def test_the_ends_can_be_drawn():
    assert Float(0.1, 0.7, step=0.3).values() == (0.1, 0.4, 0.7)
    assert Integer(1, 3).from_unit(1.0) == 3
    assert Float(2, 5).from_unit(0.0) == 2.0
    assert Float(2, 5).from_unit(1.0) == 5.0
    assert Float(1e-5, 0.1, log=True).from_unit(0.0) == 1e-5
    assert Float(1e-5, 0.1, log=True).from_unit(1.0) == 0.1
    assert type(Float(2, 5).from_unit(1.0)) is float


def test_logarithmic_scales():
    assert Float(1e-4, 1, log=True).from_unit(0.5) == 0.01
    assert Integer(1, 100, log=True).from_unit(0.0) == 1
    assert Integer(1, 100, log=True).from_unit(1.0) == 100
    below = sum(Integer(1, 1000, log=True).from_unit(i / 1000) <= 30 for i in range(1000))
    assert 450 < below < 560


def test_a_normal_parameter_is_normal():
    assert Normal(3, 2).from_unit(0.5) == 3.0
    assert Normal(0, 1).from_unit(0.975) == pytest.approx(1.959963985)
    assert Normal(0, 1, log=True).from_unit(0.5) == 1.0
    assert math.isfinite(Normal(0, 1).from_unit(0.0))
    assert not Normal(0, 1, log=True).contains(-1.0)


@pytest.mark.parametrize(
    ("parameter", "outside"),
    [
        (Float(0, 1), [-0.1, 1.1, True, "0.5", None, float("nan"), 10**400]),
        (Float(0, 1, step=0.25), [0.3, 1.25]),
        (Integer(1, 9, step=2), [2, 1.0, True, "1", 11]),
        (Categorical((1, "a")), [1.0, True, "1", None]),
        (Constant(1), [1.0, True]),
        (Normal(0, 1), ["0", True, None]),
    ],
)
def test_what_is_outside(parameter, outside):
    assert not any(parameter.contains(value) for value in outside)


def test_parameters_too_large_to_list_still_work():
    wide = Integer(0, 10**30)
    assert wide.count == 10**30 + 1
    assert wide.contains(wide.from_unit(0.3))
    assert Float(0, 1e6, step=1e-6).count == 10**12 + 1


@pytest.mark.parametrize("parameter", [Float(0, 1), Normal(0, 1)])
def test_continuous_parameters_have_no_list_of_values(parameter):
    assert not parameter.finite
    for question in (lambda: parameter.values(), lambda: parameter.count):
        with pytest.raises(TypeError):
            question()


def test_ordered():
    assert Categorical((1, 2.5)).ordered
    assert not Categorical((1,)).ordered
    assert not Categorical((1, True)).ordered
    assert not Categorical((1, "2")).ordered
