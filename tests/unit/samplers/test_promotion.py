"""Which results of a rung go on."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.samplers.dominance import contribution, hypervolumes, nondominated
from snaketune.samplers.promotion import Contender, best

NAN, INF = math.nan, math.inf


def rung(*values, violations=()):
    """Contenders with these values (a number, several, or None), numbered in order."""
    several = [v if isinstance(v, tuple) or v is None else (v,) for v in values]
    told = dict(violations)
    return [Contender(number, v, told.get(number, ())) for number, v in enumerate(several)]


def test_the_lowest_values_go_on_and_of_equals_the_lower_number():
    assert best(rung(3.0, 1.0, 2.0, 1.0), 3) == [1, 3, 2]


def test_failed_and_nan_never_go_on_even_where_places_are_left():
    assert best(rung(None, NAN, 5.0, INF, -INF, (1.0, NAN)), 4) == [2]
    assert best(rung(None, NAN), 2) == []
    assert best([], 2) == []


def test_none_are_asked_for():
    assert best(rung(1.0, 2.0), 0) == []
    assert best(rung(1.0, 2.0), -1) == []


def test_what_breaks_a_constraint_comes_behind_whatever_its_value():
    contenders = rung(1.0, 3.0, 0.0, 2.0, violations={0: (0.5,), 1: (0.0,), 2: (NAN,), 3: (-1.0, -2.0)})
    assert best(contenders, 4) == [3, 1, 2, 0]


def test_of_several_objectives_front_after_front():
    # (1, 4), (2, 2) and (4, 1) are beaten by none, (3, 3) by (2, 2), (5, 5) by all.
    contenders = rung((5.0, 5.0), (3.0, 3.0), (1.0, 4.0), (4.0, 1.0), (2.0, 2.0))
    assert best(contenders, 1) == [4]
    assert set(best(contenders, 3)) == {2, 3, 4}
    assert best(contenders, 5)[3:] == [1, 0]


def test_within_a_front_crowded_ones_come_last():
    contenders = rung((0.0, 10.0), (0.1, 9.9), (0.2, 9.8), (5.0, 5.0), (10.0, 0.0))
    assert set(best(contenders, 3)) & {0, 1, 2} != {0, 1}
    assert {3, 4} <= set(best(contenders, 3))


def test_the_same_point_twice_is_of_no_use_before_others_of_its_front():
    assert best(rung((1.0, 1.0), (1.0, 1.0), (0.0, 2.0), (2.0, 0.0), (3.0, 3.0)), 5) == [0, 2, 3, 1, 4]


def test_what_a_point_adds_is_the_difference_of_the_volumes():
    points = [(0.0, 2.0, 2.0), (2.0, 0.0, 2.0), (2.0, 2.0, 0.0), (1.0, 1.0, 1.0), (0.0, 1.0, 1.5)]
    box = ((0.0, 0.0, 0.0), (2.2, 2.2, 2.2))
    *_, before, after = hypervolumes(points, box)
    assert contribution(points[-1], points[:-1], box) == pytest.approx(after - before)
    assert contribution(points[0], points, box) == pytest.approx(0.0)


numbers = st.integers(-4, 4).map(float)
values = st.one_of(st.none(), st.just(NAN), numbers)


@st.composite
def rungs(draw):
    objectives = draw(st.integers(1, 3))
    point = st.tuples(*[st.one_of(numbers, st.just(NAN)) for _ in range(objectives)])
    told = draw(st.lists(st.tuples(st.one_of(st.none(), point), st.sampled_from([(), (1.0,), (-1.0,)])), max_size=14))
    return [Contender(number, *given) for number, given in enumerate(told)]


def usable(contender):
    return contender.values is not None and all(map(math.isfinite, contender.values))


@given(rungs(), st.randoms(use_true_random=False), st.integers(0, 15))
def test_a_total_order_that_hangs_on_nothing_but_the_results(contenders, random, n):
    whole = best(contenders, len(contenders))
    assert sorted(whole) == [c.number for c in contenders if usable(c)]
    assert best(random.sample(contenders, len(contenders)), n) == whole[:n]


@given(rungs())
def test_none_goes_on_before_one_that_beats_it(contenders):
    place = {number: i for i, number in enumerate(best(contenders, len(contenders)))}
    among = [c for c in contenders if usable(c)]
    for a in among:
        for b in among:
            if (
                a.feasible == b.feasible
                and a.values != b.values
                and nondominated([a.values, b.values]) == [True, False]
            ):
                assert place[a.number] < place[b.number]
            if a.feasible and not b.feasible:
                assert place[a.number] < place[b.number]


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=12))
def test_one_objective_twice_is_as_good_as_once(points):
    once = [Contender(i, point[:1]) for i, point in enumerate(points)]
    twice = [Contender(i, point[:1] * 2) for i, point in enumerate(points)]
    assert best(once, 12) == best(twice, 12)
