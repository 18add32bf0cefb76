"""What the model says it believes, in the metric's units, whatever it is made of."""

import json
import time

import numpy as np
import pytest
from sampler_cases import SPACES, complete, spread
from snaketune.samplers.base import Observation
from snaketune.samplers.explained import INTERVAL, Belief, LeftOut
from snaketune.samplers.gp import GPSampler
from snaketune.space import space_from_config

SQUARE = space_from_config(
    {"x": {"type": "uniform", "low": 0.0, "high": 1.0}, "y": {"type": "uniform", "low": 0.0, "high": 1.0}}, seed=0
)
NOTHING = "there is no parameter that varies"


def bowl(params):
    return 5 + 100 * ((params["x"] - 0.3) ** 2 + 0.1 * (params["y"] - 0.6) ** 2)


def observed(space, value, n=24, **more):
    return [complete(o.params, value(o.params), **more) for o in spread(space, n)]


def explained(space, seen):
    return GPSampler(space, seed=0).explain(seen)


def slice_of(found, *names):
    return next(each for each in found.slices if each.names == names)


def test_slices_go_through_the_best_and_follow_the_function():
    found = explained(SQUARE, observed(SQUARE, bowl))
    along = slice_of(found, "x")
    best = min(found.left_out, key=lambda each: each.observed).params
    assert along.through == best
    expected = [bowl({**best, "x": x}) for (x,) in along.values]
    assert [b.mean for b in along.beliefs] == pytest.approx(expected, rel=0.05)
    assert all(b.low < b.mean < b.high for b in along.beliefs)
    assert along.values[0] == (0.0,)
    assert along.values[-1] == (1.0,)
    assert not along.separate


def test_left_out_results_are_predicted_where_there_is_something_to_learn_and_not_where_all_is_noise():
    found = explained(SQUARE, observed(SQUARE, bowl)).left_out
    assert len(found) == 24
    errors = [abs(each.belief.mean - each.observed) for each in found]
    assert np.median(errors) < 0.05 * np.ptp([each.observed for each in found])
    assert np.mean([each.inside for each in found]) > 0.9

    rng = np.random.default_rng(4)
    noises = [explained(SQUARE, observed(SQUARE, lambda params: rng.normal())).left_out for _ in range(5)]
    agree = [np.corrcoef([e.observed for e in noise], [e.belief.mean for e in noise])[0, 1] for noise in noises]
    assert np.mean(agree) < 0.3
    assert np.mean([each.inside for noise in noises for each in noise]) > 0.8


def test_an_interval_and_the_chance_below_say_the_same():
    rng = np.random.default_rng(1)
    seen = observed(SQUARE, lambda params: bowl(params) + 10 * rng.standard_t(2), 40)
    for each in explained(SQUARE, seen).left_out:
        assert each.inside == (each.belief.low <= each.observed <= each.belief.high)
    assert LeftOut({}, 1.0, Belief(0, -1, 1), (1 + INTERVAL) / 2 + 1e-3).inside is False


def test_it_is_a_pure_function_whatever_the_order_and_what_still_runs():
    seen = observed(SPACES["conditional"], lambda params: len(str(params)), 20)
    running = Observation(spread(SPACES["conditional"], 21)[-1].params, "running")
    assert explained(SPACES["conditional"], seen) == explained(SPACES["conditional"], [*seen[::-1], running])


@pytest.mark.parametrize("name", SPACES)
def test_every_space_has_slices_that_lie_in_it(name):
    space = SPACES[name]
    found = explained(space, spread(space, 20))
    if found.why:
        assert found.why == NOTHING
        return
    assert found.known == len(found.left_out) > 2
    for along in found.slices:
        assert space.contains(along.through)
        assert any(along.beliefs)
        parameter = next(axis.parameter for axis in space.axes if axis.names == along.names)
        values = [v if len(along.names) > 1 else v[0] for v in along.values]
        assert all(map(parameter.contains, values))
    json.dumps([[each.values, dict(each.through), each.separate] for each in found.slices])


def test_choices_stand_apart_and_constraints_leave_gaps():
    space = space_from_config(
        {"x": {"type": "uniform", "low": 0, "high": 1}, "kind": ["a", "b", "c"]},
        seed=0,
        constraints=["x < 0.5 or kind == 'a'"],
    )
    found = explained(space, observed(space, lambda p: (p["x"] - 0.8) ** 2 + (p["kind"] != "a")))
    along = slice_of(found, "kind")
    assert along.separate
    assert along.values == (("a",), ("b",), ("c",))
    assert [b is not None for b in along.beliefs] == [True, False, False]


def test_a_conditional_parameter_goes_through_the_best_trial_that_has_it():
    space = SPACES["conditional"]
    child = next(axis for axis in space.axes if axis.condition)
    # Trials without it are far better.
    found = explained(space, observed(space, lambda p: 50.0 + p[child.name] if child.name in p else len(str(p)), 30))
    along = slice_of(found, *child.names)
    assert child.name in along.through
    parent = next(each for each in found.slices if each.names != child.names and child.name not in each.through)
    assert all(parent.beliefs)


def test_a_rung_is_explained_by_the_highest_budget_with_results_enough():
    low = [complete(o.params, bowl(o.params) + 40, budget=1 / 9) for o in spread(SQUARE, 18)]
    high = [complete(o.params, bowl(o.params), budget=1.0) for o in low[:6]]
    found = explained(SQUARE, low + high)
    assert (found.share, found.known) == (1.0, 6)
    assert sorted(each.observed for each in found.left_out) == sorted(o.values[0] for o in high)


def test_trials_without_a_value_and_those_outside_constraints_are_not_the_best():
    seen = observed(SQUARE, bowl)
    best = min(seen, key=lambda o: o.values[0])
    outside = [complete(o.params, o.values[0], violations=(1.0,)) if o is best else o for o in seen]
    failed = Observation({"x": 0.31, "y": 0.61}, "failed")
    found = explained(SQUARE, [*outside, failed])
    assert found.known == len(seen)
    assert slice_of(found, "x").through != best.params


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        ([], "fewer than two"),
        ([complete({"x": 0.5, "y": 0.5}, 1.0)], "fewer than two"),
        ([Observation({"x": i / 5, "y": 0.5}, "failed") for i in range(5)], "fewer than two"),
        ([complete({"x": i / 5, "y": 0.5}, 3.0) for i in range(5)], "the same result"),
        ([Observation({"x": i / 5, "y": 0.5}, "complete", (1.0, i)) for i in range(5)], "several objectives"),
    ],
)
def test_where_there_is_no_model_it_says_why(seen, why):
    found = explained(SQUARE, seen)
    assert why in found.why
    assert (found.slices, found.left_out) == ((), ())


def test_two_results_are_explained():
    found = explained(SQUARE, [complete({"x": 0.2, "y": 0.5}, 1.0), complete({"x": 0.8, "y": 0.1}, 2.0)])
    assert (found.why, found.known, len(found.slices)) == ("", 2, 2)


def test_the_other_sign_turns_all_round():
    found = explained(SQUARE, observed(SQUARE, bowl))
    turned = found.negative
    assert turned.negative.slices == found.slices
    a, b = found.left_out[0], turned.left_out[0]
    assert (b.observed, b.belief.low, b.inside) == (-a.observed, -a.belief.high, a.inside)


def test_ten_thousand_results_take_as_long_as_the_rows_of_the_model():
    points = np.random.default_rng(0).random((10_000, 2)).round(6).tolist()
    seen = [complete(params, bowl(params)) for x, y in points for params in [{"x": x, "y": y}]]
    begin = time.process_time()
    found = explained(SQUARE, seen)
    assert time.process_time() - begin < 10
    assert found.known == 10_000
    assert 2 <= len(found.left_out) < 1000
