"""What every sampler must do: strategies that do not learn and all engines alike."""

import pytest
from contracts import CONTRACTS, LEARNING, STATIC
from snaketune.samplers.engines import ENGINES
from snaketune.samplers.gp import GPSampler
from snaketune.samplers.optuna import OptunaSampler
from snaketune.samplers.quasirandom import QuasirandomSampler
from snaketune.samplers.random import RandomSampler
from snaketune.samplers.registry import STRATEGIES
from snaketune.samplers.skopt import SkoptSampler
from snaketune.samplers.testing import SPACES, complete

IN_RUNGS = ("halving", "hyperband", "asha")


@pytest.mark.parametrize(
    ("sampler", "name"), [(s, name) for s, contract in CONTRACTS.items() for name in contract.names]
)
def test_the_contract_of_samplers(sampler, name):
    CONTRACTS[sampler].check(name)


@pytest.mark.parametrize(
    ("sampler", "name"), [(s, name) for s, contract in CONTRACTS.items() for name in contract.exempt]
)
def test_no_sampler_is_exempt_from_what_it_does(sampler, name):
    with pytest.raises(AssertionError):
        CONTRACTS[sampler].check(name)


def test_every_strategy_and_engine_is_checked():
    assert {*STATIC, "bayes", *IN_RUNGS} == set(STRATEGIES)
    assert {name.split()[0] for name in LEARNING} == set(ENGINES)


@pytest.mark.parametrize("strategy", IN_RUNGS)
def test_new_trials_of_strategies_in_rungs_come_from_samplers_that_are_checked(strategy):
    for name, kind in {"gp": GPSampler, "random": RandomSampler, "sobol": QuasirandomSampler}.items():
        options = {"sampler": name, "n_initial_points": 10, "eta": 3}
        built = STRATEGIES[strategy].build(SPACES["line"], seed=1, n_trials=9, options=options)
        assert type(built) is kind


POINTS_FIRST = {
    "gp": lambda points: GPSampler(SPACES["line"], seed=1, points=points),
    "skopt gp": lambda points: SkoptSampler(SPACES["line"], seed=1, points=points),
    "optuna tpe": lambda points: OptunaSampler(SPACES["line"], seed=1, sampler={"type": "TPESampler"}, points=points),
}


@pytest.mark.parametrize("engine", POINTS_FIRST)
def test_points_given_come_first_and_once(engine):
    points = [{"x": 0.25}, {"x": 1.5}]
    make = POINTS_FIRST[engine]
    proposals = make(points).ask([], 4)
    assert [p.params for p in proposals[:2]] == points
    assert [p.origin for p in proposals[:2]] == ["given", "given"]
    after = make(points).ask([complete(p.params) for p in proposals[:1]], 3)
    assert after[0].params == points[1]
    assert "given" not in {p.origin for p in after[1:]}
    with pytest.raises(ValueError, match="not in the space"):
        make([{"x": 9.0}])
