"""A parameter as one axis over several searches."""

import math

import numpy as np
import pytest
from snaketune.importance.scales import ABSENT, Categories, Numeric, categories_of, scale_of
from snaketune.space import Categorical, Constant, Float, Integer, Normal


@pytest.mark.parametrize(
    ("forms", "observed", "expected"),
    [
        ([Float(0, 1)], [0.5], Numeric(0, 1)),
        ([Float(1e-4, 1, log=True), Categorical((0.001, 0.1))], [0.1], Numeric(1e-4, 1, log=True)),
        ([Integer(1, 8)], [3], Numeric(1, 8, whole=True, step=1)),
        ([Integer(1, 8), Categorical((0.5, 16))], [0.5], Numeric(0.5, 16, step=1)),
        ([Float(0, 1, step=0.25), Integer(0, 4)], [0.5], Numeric(0, 4, step=0.25)),
        ([Float(0, 1, step=0.25), Float(0, 1)], [0.5], Numeric(0, 1)),
        ([Categorical((32, 16))], [16], Categories(("16", "32"), (16.0, 32.0))),
        ([Categorical(("b", "a"))], ["a"], Categories(("b", "a"))),
        ([Categorical((True, False))], [True], Categories(("true", "false"))),
        ([Categorical((None, 3))], [None, 3], Categories(("null", "3"))),
        ([Categorical(("true", True, "", "a"))], [], Categories(('"true"', "true", '""', "a"))),
        ([Categorical((1, 1.0))], [1], Categories(("1", "1.0"), (1.0, 1.0))),
        ([Constant(5)], [5], Categories(("5",), (5.0,))),
        ([Float(0, 1)], [], Numeric(0, 1)),
        ([Normal(0, 2)], [1.0], Numeric(-6, 6, normal=(0, 2))),
        # A list search may go beyond the range of the study.
        ([Float(0, 1)], [7.0, ABSENT], Numeric(0, 7)),
        ([Float(1, 10, log=True)], [-1.0], Numeric(-1, 10)),
    ],
)  # fmt: skip
def test_scale_of(forms, observed, expected):
    assert scale_of(forms, observed) == expected


def test_many_numbers_are_an_axis_of_numbers():
    assert scale_of([Categorical(tuple(range(21)))], []) == Numeric(0, 20, whole=True)
    assert isinstance(scale_of([Categorical(tuple(range(20)))], []), Categories)
    assert scale_of([Categorical(tuple(10.0**i for i in range(-11, 11)))], []).log


def test_units_follow_the_scale():
    assert Numeric(1e-4, 1, log=True).units([1e-4, 1e-2, 1, ABSENT]) == pytest.approx(
        [0, 0.5, 1, math.nan], nan_ok=True
    )
    assert Numeric(1, 4, whole=True, step=1).units([1, 4]) == pytest.approx([0.125, 0.875])
    assert Numeric(0, 4).units([1, 4]) == pytest.approx([0.25, 1])
    assert Numeric(-6, 6, normal=(0, 2)).units([0.0, 2.0]) == pytest.approx([0.5, 0.8413], abs=1e-4)
    assert Numeric(3, 3).units([3, ABSENT]) == pytest.approx([0.5, math.nan], nan_ok=True)
    assert Categories(("a", "b")).units(["b", ABSENT]) == pytest.approx([0.75, math.nan], nan_ok=True)


def test_numbers_are_found_however_they_are_spelled():
    scale = categories_of([1, 0.5, 1])
    assert scale.labels == ("0.5", "1")
    assert np.array_equal(scale.positions([1.0, 1, 0.5]), [1, 1, 0])


def test_values_that_differ_in_their_type_alone_stand_apart():
    values = ["true", True, "1", 1, 1.0, "null", None, "", '"1"']
    scale = categories_of(values)
    assert len(set(scale.labels)) == len(values)
    assert list(scale.positions([*values, ABSENT])) == pytest.approx([*range(9), math.nan], nan_ok=True)
    assert list(categories_of([1.0, 1]).positions([1, 1.0])) == [0, 1]
