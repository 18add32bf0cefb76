"""The problems that samplers are judged on: reproducible, their best values right, their halves alike."""

import inspect
import json
import math
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from collection.halves import CHOOSE, CONFIRM, NAMES, half_of, problem
from collection.measure import refined, usable
from collection.problem import REFERENCES, references
from collection.spaces import configuration, draw, from_unit, latin_hypercube, to_unit
from collection.trainings import TRAININGS
from snaketune.space import space_from_config

each = pytest.mark.parametrize("name", NAMES)


def drawn(target, n, seed=0):
    rng = np.random.default_rng(seed)
    return [draw(target.space, rng) for _ in range(n)]


@each
def test_the_best_value_is_that_of_its_point(name):
    target, reference = problem(name), references()[name]
    assert target.evaluate(reference.at, seed=0).value is not None or target.failing or target.noise
    assert not target.fails(reference.at)
    assert math.isclose(target.true_value(reference.at), target.best, rel_tol=1e-7, abs_tol=1e-9)


@each
def test_a_quick_search_does_not_beat_the_best_value(name):
    target, rng = problem(name), np.random.default_rng(7)
    starts = [rng.random(len(target.space)) for _ in range(60)]
    start = min(starts, key=lambda place: usable(target, from_unit(target.space, place)))
    near = np.nan_to_num(to_unit(target.space, references()[name].at), nan=0.5)
    found = min(refined(target, place, 150, rng)[0] for place in (start, near))
    assert found >= target.best - 1e-6 * (target.random - target.best)


@each
def test_random_search_ends_where_it_is_said_to(name):
    target = problem(name)
    bests = [min(usable(target, params) for params in drawn(target, 50, seed)) for seed in range(9)]
    assert min(bests) < target.random < max(bests)
    assert target.regret(target.best) == 0
    assert target.regret(target.random) == 1


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TRAININGS])
def test_the_best_point_is_at_no_centre_corner_or_edge(name):
    target = problem(name)
    places = to_unit(target.space, references()[name].at)
    inside = [u for p, u in zip(target.space, places, strict=True) if p["type"] in ("uniform", "loguniform") and u == u]
    assert all(abs(u - 0.5) > 1e-3 for u in inside)
    assert not all(u < 1e-3 or u > 1 - 1e-3 for u in inside)


def told(name, seed=5):
    target = problem(name)
    points = drawn(target, 3)
    return [[target.true_value(p), target.evaluate(p, seed).value, target.evaluate(p, seed, 1).value] for p in points]


def test_values_are_the_same_in_another_process_that_imports_numpy_alone():
    code = f"""
import json, sys
import numpy as np
from collection.halves import NAMES, problem
from collection.spaces import draw

{inspect.getsource(drawn)}
{inspect.getsource(told)}
others = sorted({{"snaketune", "scipy", "sklearn", "pandas"}} & set(sys.modules))
print(json.dumps([{{name: told(name) for name in NAMES}}, others]))
"""
    folder = REFERENCES.parents[1]
    run = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [{name: told(name) for name in NAMES}, []]


def test_a_space_means_the_same_to_snaketune():
    for name in NAMES:
        target = problem(name)
        space = space_from_config(configuration(target.space), seed=0)
        assert [space.why_outside(params) for params in drawn(target, 5)] == [None] * 5


@each
def test_a_place_and_its_value_belong_together(name):
    target = problem(name)
    for params in latin_hypercube(target.space, 5, np.random.default_rng(0)):
        places = np.nan_to_num(to_unit(target.space, params), nan=0.5)
        again = from_unit(target.space, places)
        assert list(again) == list(params)
        for value, was in zip(again.values(), params.values(), strict=True):
            assert value == was or math.isclose(value, was, rel_tol=1e-9, abs_tol=1e-9)


def test_each_half_has_half_of_each_family_and_neither_is_much_the_easier():
    halves = [[problem(name) for name in half] for half in (CHOOSE, CONFIRM)]
    families = [Counter(target.family for target in half) for half in halves]
    assert families[0] == families[1]
    assert len(families[0]) == 7
    assert min(families[0].values()) >= 2
    assert len(set(NAMES)) == len(NAMES) >= 28
    assert half_of(CHOOSE[0]) == "choose"
    assert half_of(CONFIRM[0]) == "confirm"
    for family in families[0]:
        chosen, confirming = ([target for target in half if target.family == family] for half in halves)
        assert 0.6 < parameters(chosen) / parameters(confirming) < 1 / 0.6
        assert abs(sum(map(has_conditions, chosen)) - sum(map(has_conditions, confirming))) <= 1


def parameters(problems):
    return sum(len(target.space) for target in problems)


def has_conditions(target):
    return any("when" in parameter for parameter in target.space)


def test_a_family_has_the_dimensions_and_kinds_that_it_is_for():
    def spaces(family):
        return [target.space for target in map(problem, NAMES) if target.family == family]

    for family, low, high in (("smooth", 2, 6), ("multimodal", 2, 10), ("valleys", 3, 6), ("wide", 10, 20)):
        assert {low <= len(space) <= high for space in spaces(family)} == {True}
    for space in spaces("mixed"):
        kinds = Counter(parameter["type"] for parameter in space)
        assert 2 <= kinds["choice"] <= 4
        assert kinds["ordinal"] == 1
        assert kinds["loguniform"] >= 1
        assert 1 <= sum("when" in parameter for parameter in space) <= 2


def test_noise_and_failures_are_those_of_the_run_and_of_how_often_a_point_was_evaluated():
    target = next(one for name in NAMES if (one := problem(name)).failing and one.noise)
    params = next(params for params in drawn(target, 50) if not target.fails(params))
    again = [target.evaluate(params, seed=1, count=count).value for count in range(300)]
    assert again == [target.evaluate(dict(reversed(params.items())), 1, np.int64(i)).value for i in range(300)]
    assert again[:20] != [target.evaluate(params, seed=2, count=count).value for count in range(20)]
    values = [value for value in again if value is not None]
    assert abs(1 - len(values) / 300 - target.failing) < 0.06
    assert abs(np.mean(values) - target.true_value(params)) < 0.25 * target.noise
    assert 0.8 < np.std(values) / target.noise < 1.2


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("noisy")])
def test_noise_is_a_part_of_the_range_and_some_points_always_fail(name):
    target, points = problem(name), drawn(problem(name), 300)
    low, high = np.quantile([target.true_value(params) for params in points], [0.05, 0.95])
    assert 0.02 < target.noise / (high - low) < 0.35
    assert sum(map(target.fails, points)) < 0.4 * len(points)
    assert all(target.evaluate(params, 0).value is None for params in points if target.fails(params))


def test_most_of_the_noisy_problems_have_a_region_that_fails():
    noisy = [problem(name) for name in NAMES if name.startswith("noisy")]
    assert sum(any(map(target.fails, drawn(target, 100))) for target in noisy) > len(noisy) / 2


def test_hardly_anything_but_what_matters_changes_the_value_of_a_wide_problem():
    for target in map(problem, NAMES):
        if target.family == "wide":
            place = to_unit(target.space, target.optimum)
            others = [
                place + np.where(np.arange(len(place)) == i, 0.4 - 0.8 * (u > 0.5), 0) for i, u in enumerate(place)
            ]
            rises = [target.true_value(from_unit(target.space, other)) - target.best for other in others]
            assert 3 <= sum(rise > 0.1 * max(rises) for rise in rises) <= 5


def test_an_unknown_problem_is_refused_with_those_that_there_are():
    with pytest.raises(LookupError, match="no problem is called 'smoth-1'; there are smooth-0"):
        problem("smoth-1")
    with pytest.raises(LookupError, match=r"python -m collection\.measure smooth-99"):
        _ = problem("smooth-99").best
