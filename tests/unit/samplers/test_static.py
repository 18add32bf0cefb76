"""What every sampler that does not learn must do: grid, random, sobol, halton, lhs, list."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_spaces import built, space_configs
from snaketune.errors import StudyError
from snaketune.samplers import sampler_for
from snaketune.space import space_from_config
from snaketune.values import trial_id

DRAWN = ["random", "sobol", "halton", "lhs"]
MIXED = space_from_config(
    {
        "lr": {"type": "loguniform", "low": "1e-5", "high": 0.1},
        "momentum": {"type": "uniform", "low": 0, "high": 0.99, "when": {"optimizer": "sgd"}},
        "optimizer": ["adam", "sgd"],
        "layers": {"type": "int", "low": 1, "high": 4},
        "fixed": 7,
    },
    seed=0,
)
SMALL = space_from_config(
    {"a": [1, 2, 3], "b": ["x", "y"], "c": {"choices": [0, 1], "when": {"b": "y"}}},
    seed=0,
    constraints=["a != 2 or b == 'x'"],
)


def asked(strategy: str, space, n: int, *, seed=1, n_trials=None, start=0) -> list[dict]:
    sampler = sampler_for(strategy, space, seed=seed, n_trials=n_trials or n, options={})
    return [proposal.params for proposal in sampler.ask(range(start), n)]


@pytest.mark.parametrize("strategy", DRAWN)
def test_proposals_are_distinct_and_in_the_space(strategy):
    proposals = asked(strategy, MIXED, 200)
    assert len({trial_id(params) for params in proposals}) == 200
    assert all(MIXED.contains(params) for params in proposals)
    assert {params["optimizer"] for params in proposals} == {"adam", "sgd"}


@pytest.mark.parametrize("strategy", DRAWN)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(config=space_configs(), seed=st.integers(0, 10**6))
def test_in_any_space(strategy, config, seed):
    space = built(config)
    try:
        proposals = asked(strategy, space, 12, seed=seed)
    except StudyError:
        assert space.size is None  # hardly anything satisfies the constraints
        return
    assert len({trial_id(params) for params in proposals}) == len(proposals)
    assert all(space.contains(params) for params in proposals)
    if len(proposals) < 12:
        assert len(proposals) == len(list(space.grid()))


@pytest.mark.parametrize("strategy", ["random", "sobol", "halton"])
@pytest.mark.parametrize("space", [MIXED, SMALL])
def test_a_trial_does_not_depend_on_how_many_there_are(strategy, space):
    many = asked(strategy, space, 9)
    assert asked(strategy, space, 4) == many[:4]
    assert asked(strategy, space, 5, start=4) == many[4:9]
    assert asked(strategy, space, 4, n_trials=1000) == many[:4]


def test_a_latin_hypercube_is_a_design_as_a_whole():
    space = space_from_config(
        {"x": {"type": "uniform", "low": 0, "high": 1}, "y": {"type": "uniform", "low": 0, "high": 1}}, seed=0
    )
    design = asked("lhs", space, 10)
    for name in "xy":
        assert sorted(int(params[name] * 10) for params in design) == list(range(10))
    assert asked("lhs", space, 4, n_trials=10) + asked("lhs", space, 6, n_trials=10, start=4) == design


@pytest.mark.parametrize("strategy", ["grid", *DRAWN])
def test_a_finite_space_is_drawn_from_without_replacement(strategy):
    whole = sorted(map(trial_id, SMALL.grid()))
    proposals = asked(strategy, SMALL, 100)
    assert sorted(map(trial_id, proposals)) == whole
    assert asked(strategy, SMALL, 5, start=len(whole)) == []


@pytest.mark.parametrize("strategy", DRAWN)
def test_the_seed_alone_decides(strategy):
    assert asked(strategy, MIXED, 5) == asked(strategy, MIXED, 5)
    assert asked(strategy, MIXED, 5) != asked(strategy, MIXED, 5, seed=2)
    first = asked(strategy, SMALL, 4, seed=0)
    assert any(asked(strategy, SMALL, 4, seed=seed) != first for seed in range(1, 6))


def test_random_draws_never_change():
    frozen = [
        {"lr": 0.003431170989, "momentum": 0.794782521, "optimizer": "sgd", "layers": 1, "fixed": 7},
        {"lr": 0.01027723669, "optimizer": "adam", "layers": 2, "fixed": 7},
    ]
    assert asked("random", MIXED, 2, seed=123) == frozen, "a new version would propose other trials for the same seed"


def test_a_random_draw_of_one_parameter_does_not_depend_on_the_others():
    one = space_from_config({"x": {"type": "uniform", "low": 0, "high": 1}}, seed=0)
    two = space_from_config({"y": [1, 2], "x": {"type": "uniform", "low": 0, "high": 1}}, seed=0)
    assert [p["x"] for p in asked("random", one, 20)] == [p["x"] for p in asked("random", two, 20)]


@pytest.mark.parametrize("strategy", DRAWN)
def test_draws_are_uniform(strategy):
    from scipy import stats

    space = space_from_config(
        {"x": {"type": "uniform", "low": 0, "high": 1}, "y": {"type": "normal", "mu": 5, "sigma": 2}}, seed=0
    )
    proposals = asked(strategy, space, 512)
    assert stats.kstest([p["x"] for p in proposals], "uniform").pvalue > 0.01
    assert stats.kstest([p["y"] for p in proposals], "norm", (5, 2)).pvalue > 0.01
    assert abs(stats.spearmanr([p["x"] for p in proposals], [p["y"] for p in proposals]).statistic) < 0.1


@pytest.mark.parametrize("strategy", ["sobol", "halton", "lhs"])
def test_quasirandom_points_are_more_even_than_random_ones(strategy):
    space = space_from_config({"x": {"type": "uniform", "low": 0, "high": 1}}, seed=0)

    def largest_gap(name):
        points = sorted(p["x"] for p in asked(name, space, 128))
        return max(b - a for a, b in itertools.pairwise(points))

    assert largest_gap(strategy) < 0.6 * largest_gap("random")


def test_the_grid_in_parts():
    whole = asked("grid", SMALL, 100)
    assert asked("grid", SMALL, 3) + asked("grid", SMALL, 100, start=3) == whole == list(SMALL.grid())


def test_given_points_as_they_are():
    points = [{"a": 3}, {"a": 1}, {"a": 2}]
    sampler = sampler_for("list", SMALL, seed=0, n_trials=None, options={"points": points})
    assert [p.params for p in sampler.ask([], 2)] == points[:2]
    assert [p.params for p in sampler.ask(range(2), 9)] == points[2:]
    assert {p.origin for p in sampler.ask([], 9)} == {"list"}


@pytest.mark.parametrize("strategy", DRAWN)
def test_constraints_that_hardly_anything_satisfies(strategy):
    space = space_from_config({"x": {"type": "uniform", "low": 0, "high": 1}}, seed=0, constraints=["x < 1e-9"])
    with pytest.raises(StudyError, match="loosen the constraints or ask for fewer trials"):
        asked(strategy, space, 3)


def test_a_constraint_that_cannot_be_computed_is_the_users_mistake():
    space = space_from_config({"x": [0, 1]}, seed=0, constraints=["1 / x > 0"])
    with pytest.raises(StudyError, match="can't be computed for"):
        asked("random", space, 2)


@pytest.mark.parametrize("strategy", DRAWN)
def test_a_space_of_constants_has_one_trial(strategy):
    assert asked(strategy, space_from_config({"x": 1, "y": "a"}, seed=0), 5) == [{"x": 1, "y": "a"}]


def test_an_unknown_strategy():
    with pytest.raises(ValueError, match="unknown strategy"):
        sampler_for("gird", SMALL, seed=0, n_trials=1, options={})
