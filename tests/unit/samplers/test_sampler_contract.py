"""What every Bayesian engine must do, ours and the adapters alike."""

import json

import pytest
from sampler_cases import ENGINES, SMALL, SPACES, complete, history, spread
from snaketune.samplers.base import Observation
from snaketune.values import canonical

# Forests are slow, and see spaces as the Gaussian process of the same adapter does.
CASES = [(engine, space) for engine in ENGINES for space in SPACES if engine != "skopt rf" or space == "plain"]


def as_text(proposals) -> str:
    return json.dumps([vars(p) for p in proposals])


def names(proposals) -> list[str]:
    return [canonical(p.params) for p in proposals]


@pytest.mark.parametrize(("engine", "space"), CASES)
def test_proposals_are_new_allowed_plain_and_repeatable(engine, space):
    space = SPACES[space]
    seen = spread(space, 12)

    proposals = ENGINES[engine](space).ask(seen, 3)

    assert len(proposals) == 3
    for proposal in proposals:
        assert space.why_outside(proposal.params) is None
        assert all(type(v) in (int, float, str, bool, type(None), list) for v in proposal.params.values())
    assert all(type(p.params["depth"]) is int for p in proposals if "depth" in p.params)
    assert not set(names(proposals)) & {canonical(o.params) for o in seen}
    assert len(set(names(proposals))) == 3
    assert as_text(ENGINES[engine](space).ask(seen, 3)) == as_text(proposals)


@pytest.mark.parametrize("engine", ENGINES)
def test_another_call_between_changes_nothing(engine):
    space = SPACES["plain"]
    sampler = ENGINES[engine](space)
    seen = spread(space, 10)
    first = as_text(sampler.ask(seen, 2))
    sampler.ask(seen[:7], 1)
    assert as_text(sampler.ask(seen, 2)) == first


@pytest.mark.parametrize("engine", ENGINES)
def test_a_longer_batch_begins_with_the_shorter_one(engine):
    space = SPACES["plain"]
    sampler = ENGINES[engine](space)
    for seen in ([], spread(space, 10)):
        assert as_text(sampler.ask(seen, 8)[:3]) == as_text(sampler.ask(seen, 3))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_seed_and_the_results_matter(engine):
    if engine == "optuna qmc":
        pytest.skip("an unscrambled sequence is the same for all seeds and results")
    space = SPACES["plain"]
    seen = spread(space, 10)
    other = [complete(o.params, -o.values[0]) for o in seen]
    assert names(ENGINES[engine](space).ask(seen, 2)) != names(ENGINES[engine](space).ask(other, 2))
    assert names(ENGINES[engine](space).ask([], 2)) != names(ENGINES[engine](space, seed=2).ask([], 2))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_finite_space_is_exhausted_and_then_empty(engine):
    sampler = ENGINES[engine](SMALL)
    seen = history(sampler, 30, q=5)
    assert len(seen) == SMALL.size == len({canonical(o.params) for o in seen})
    assert sampler.ask(seen, 3) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_failed_and_running_trials_are_not_proposed_again(engine):
    states = ("failed", "timeout", "oom", "invalid", "pruned", "running")
    all_but_one = list(SMALL.grid())[:-1]
    seen = [Observation(params, states[i % 6]) if i % 2 else complete(params) for i, params in enumerate(all_but_one)]
    proposals = ENGINES[engine](SMALL).ask(seen, 4)
    assert [p.params for p in proposals] == [list(SMALL.grid())[-1]]


def odd_histories():
    plain = spread(SPACES["plain"], 12)
    params = [o.params for o in plain]
    return {
        "outliers": [complete(p, 1e300 if i % 4 == 0 else float(i)) for i, p in enumerate(params)],
        "best is an outlier": [complete(p, -1e300 if i == 3 else float(i)) for i, p in enumerate(params)],
        "largest doubles": [complete(p, 1.7e308 * (-1) ** i) for i, p in enumerate(params)],
        "tiny differences": [complete(p, 1.0 + i * 1e-15) for i, p in enumerate(params)],
        "constant": [complete(p, 3.0) for p in params],
        "constant but one": [complete(p, 3.0 + (i == 5)) for i, p in enumerate(params)],
        "all failed": [Observation(p, "failed") for p in params],
        "nearly all failed": [complete(p, float(i)) if i < 2 else Observation(p, "oom") for i, p in enumerate(params)],
        "one complete": [complete(p, 1.0) if i == 0 else Observation(p, "failed") for i, p in enumerate(params)],
        "not a number": [complete(p, float("nan") if i % 2 else float(i)) for i, p in enumerate(params)],
        "infinite": [complete(p, float("inf") if i % 2 else float(i)) for i, p in enumerate(params)],
        "repeated": [complete(params[0], float(i)) for i in range(12)],
        "running only": [Observation(p, "running") for p in params],
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", odd_histories())
@pytest.mark.filterwarnings("error")
def test_odd_histories_do_not_stop_a_search(engine, case):
    seen = odd_histories()[case]
    proposals = ENGINES[engine](SPACES["plain"]).ask(seen, 2)
    assert len(proposals) == 2
    assert not set(names(proposals)) & {canonical(o.params) for o in seen}


@pytest.mark.parametrize("engine", ENGINES)
def test_two_objectives(engine):
    space = SPACES["plain"]
    seen = [complete(o.params, o.values[0], -o.params["depth"]) for o in spread(space, 12)]
    if engine.startswith("skopt") or engine == "optuna cmaes":
        with pytest.raises(ValueError, match="one objective"):
            ENGINES[engine](space).ask(seen, 2)
        return
    sampler = ENGINES[engine](space)
    proposals = sampler.ask(seen, 4)
    assert len(set(names(proposals))) == 4
    assert as_text(sampler.ask(seen, 2)) == as_text(proposals[:2])


@pytest.mark.parametrize("engine", ENGINES)
def test_points_given_come_first_and_once(engine):
    from snaketune.samplers.gp import GPSampler
    from snaketune.samplers.optuna import OptunaSampler
    from snaketune.samplers.skopt import SkoptSampler

    points = [{"x": 0.25}, {"x": 1.5}]
    make = {
        "gp": lambda p: GPSampler(SPACES["line"], seed=1, points=p),
        "skopt gp": lambda p: SkoptSampler(SPACES["line"], seed=1, points=p),
        "optuna tpe": lambda p: OptunaSampler(SPACES["line"], seed=1, sampler={"type": "TPESampler"}, points=p),
    }.get(engine)
    if make is None:
        pytest.skip("shares this code with another engine")
    proposals = make(points).ask([], 4)
    assert [p.params for p in proposals[:2]] == points
    assert [p.origin for p in proposals[:2]] == ["given", "given"]
    after = make(points).ask([complete(p.params) for p in proposals[:1]], 3)
    assert after[0].params == points[1]
    assert "given" not in {p.origin for p in after[1:]}
    with pytest.raises(ValueError, match="not in the space"):
        make([{"x": 9.0}])
