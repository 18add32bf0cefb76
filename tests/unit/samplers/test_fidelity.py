"""Results of several budgets as the Gaussian process sees them."""

from dataclasses import replace

import numpy as np
import pytest
from sampler_cases import SPACES, complete, spread
from snaketune.samplers.base import Observation
from snaketune.samplers.gp import GPSampler
from snaketune.samplers.support.fidelity import Ascent, Results, furthest
from snaketune.samplers.testing import promoted
from snaketune.space import space_from_config

SQUARE = space_from_config({name: {"type": "uniform", "low": 0.0, "high": 1.0} for name in "xy"}, seed=0)


def at(x, budget, value=0.0, status="complete"):
    return Observation({"x": x, "y": 0.5}, status, (value,), budget=budget)


def rung(count, budget):
    return [at(0.01 * i, budget, float(i)) for i in range(count)]


def test_the_model_looks_at_the_highest_budget_with_enough_results():
    results = Results.of([*rung(9, 1 / 9), *rung(3, 1 / 3), *rung(1, 1.0)])
    first, second, third = (results.places[i] for i in (0, 9, 12))
    assert second == 0
    assert first == -third < 0
    assert results.several


def test_where_no_budget_has_enough_it_looks_at_the_lowest():
    results = Results.of([*rung(2, 1 / 3), *rung(1, 1.0)])
    assert list(results.places == 0) == [True, True, False]
    assert list(Results.of([*rung(2, 1 / 3), *rung(1, 1.0)], enough=1).places == 0) == [False, False, True]


def test_one_budget_is_like_none():
    results = Results.of(rung(4, 1 / 3))
    assert not results.several
    assert results.places.tolist() == [0, 0, 0, 0]


def test_a_pruned_one_counts_at_the_next_budget_and_is_no_worse_than_the_worst_there():
    stopped = [at(0.9, 0.2, 7.0, "pruned"), at(0.8, 0.4, 1.5, "pruned"), at(0.7, 1.0, 99.0, "pruned")]
    results = Results.of([*rung(3, 1 / 3), *rung(3, 2 / 3), *stopped])
    assert results.values[-3:, 0].tolist() == [2.0, 1.5, 2.0]
    lower, higher = results.places[0], results.places[3]
    assert results.places[-3:].tolist() == [lower, higher, higher]


def test_pruned_ones_without_a_value_or_without_any_complete_one_are_no_results():
    assert len(Results.of([*rung(2, 1.0), Observation({"x": 0.9, "y": 0.5}, "pruned")]).observations) == 2
    assert len(Results.of([at(0.1, 0.2, 7.0, "pruned")]).observations) == 0


def test_the_furthest_of_each_parameter_set():
    low, high, other = at(0.1, 1 / 3), at(0.1, 1.0), at(0.2, 1 / 3)
    running = Observation(other.params, "running")
    failed = Observation(low.params, "failed")
    assert furthest([low, high, other, running]) == [high, other, running]
    assert furthest([low, failed]) == [failed]
    assert furthest([high, high]) == [high, high]


def test_values_of_other_budgets_are_brought_nearer_by_what_exceeds_their_spread():
    low, high = rung(4, 1 / 3), [replace(o, values=(o.values[0] - 100.0,), budget=1.0) for o in rung(3, 1.0)]
    values = Results.of([*low, *high]).values[:, 0]
    spread = np.std([0, 1, 2, 3])
    assert values[4:].tolist() == [-100, -99, -98]
    assert values[:4] == pytest.approx(np.arange(4) - 100 + spread)
    close = [replace(o, values=(o.values[0] + 99.0,)) for o in high]
    assert Results.of([*low, *close]).values[0, 0] == 0.0


def bowl(params, x):
    return (params["x"] - x) ** 2 + (params["y"] - 0.5) ** 2


def history(n, top, low_at, high_at, offset=0.3):
    """`n` trials at a third of the budget, every `top`-th of them also in full; with the minimum at a place each."""
    sets = [p.params for p in GPSampler(SQUARE, seed=0, n_initial_points=n, initial="halton").ask([], n)]
    low = [complete(params, offset + bowl(params, low_at), budget=1 / 3) for params in sets]
    return [*low, *(complete(params, bowl(params, high_at), budget=1.0) for params in sets[::top])]


@pytest.mark.parametrize("offset", [-0.3, 0.3, 5.0])
def test_results_of_low_budgets_tell_where_the_minimum_is(offset):
    (proposal,) = GPSampler(SQUARE, seed=0).ask(history(24, 3, 0.7, 0.7, offset), 1)
    assert proposal.origin == "model"
    assert bowl(proposal.params, 0.7) < 0.02
    assert proposal.mean == pytest.approx(0.0, abs=0.1)  # in the units of the full budget


def test_results_of_the_highest_budget_tell_more_where_low_ones_mislead():
    proposals = GPSampler(SQUARE, seed=0).ask(history(24, 2, 0.2, 0.8), 3)
    assert all(p.params["x"] > 0.6 for p in proposals)


def test_while_the_lowest_budget_alone_is_known_the_model_keeps_out_of_it():
    low, high = history(24, 8, 0.7, 0.7)[:24], history(24, 8, 0.7, 0.7)[24:]
    assert len(high) == 3
    origins = {
        len(seen): [p.origin for p in GPSampler(SQUARE, seed=0).ask(seen, 2)]
        for seen in (low, [*low, *high[:2]], low + high)
    }
    assert origins == {24: ["initial"] * 2, 26: ["initial"] * 2, 27: ["model"] * 2}
    in_full = [replace(o, budget=1.0) for o in low]
    assert GPSampler(SQUARE, seed=0).ask(in_full, 1)[0].origin == "model"


def test_a_rung_is_passed_with_what_its_share_of_the_best_have_reached():
    results = Results.of([*rung(9, 1 / 9), *rung(5, 1 / 3), *rung(3, 1.0), at(0.5, 0.2, 0.0, "pruned")])
    targets = results.values[:, 0]
    lowest, second = (results.places[i] for i in (0, 9))
    worst = np.quantile(targets[:9], 0.25), np.quantile(targets[9:14], 0.25)
    assert Ascent(1 / 9, 0.25).hurdles(results, targets) == [(lowest, worst[0]), (second, worst[1])]
    assert Ascent(1 / 3, 0.25).hurdles(results, targets) == [(second, worst[1])], "begins above the lowest"
    assert Ascent(1.0, 0.25).hurdles(results, targets) == []


def test_what_would_not_pass_a_low_rung_is_not_proposed_for_it_however_good_it_may_be_in_full():
    low = [replace(o, budget=1 / 9) for o in history(60, 60, 0.3, 0.3)[:60]]
    best = sorted(low, key=lambda o: o.values)
    hurdle = bowl(best[20].params, 0.3)
    seen = [*low, *(complete(o.params, bowl(o.params, 0.9), budget=1.0) for o in best[:6])]
    climbing = GPSampler(SQUARE, seed=0, ascent=Ascent(1 / 9, 1 / 3)).ask(seen, 12)
    assert [p.origin for p in climbing] == ["initial", "model"] * 6
    assert all(bowl(p.params, 0.3) < 1.5 * hurdle for p in climbing if p.origin == "model")
    at_once = GPSampler(SQUARE, seed=0, ascent=Ascent(1.0, 1 / 3)).ask(seen, 6)
    assert [p.origin for p in at_once] == ["model"] * 6
    assert any(bowl(p.params, 0.3) > 1.5 * hurdle for p in at_once)


def test_pruned_trials_do_not_keep_the_model_from_where_they_were():
    """Without values they tell nothing but that they have been: nearby, all goes as without them."""
    seen = spread(SQUARE, 12)
    seen = [complete(o.params, bowl(o.params, 0.7)) for o in seen]
    stopped = [Observation({"x": 0.7 + dx, "y": 0.5 + dy}, "pruned") for dx in (-0.01, 0.01) for dy in (-0.01, 0.01)]
    failed = [Observation(o.params, "failed") for o in stopped]
    near, far = (GPSampler(SQUARE, seed=0).ask([*seen, *some], 1)[0] for some in (stopped, failed))
    assert bowl(near.params, 0.7) < 0.01
    assert bowl(far.params, 0.7) > bowl(near.params, 0.7)


def test_a_promotion_under_way_neither_hides_its_result_nor_is_proposed_again():
    seen = promoted([o.params for o in spread(SPACES["plain"], 12)])
    running = Observation(seen[0].params, "running")
    proposals = GPSampler(SPACES["plain"], seed=0).ask([*seen, running], 3)
    assert running.params not in [p.params for p in proposals]
    assert all(np.isfinite(p.mean) for p in proposals)


def test_the_best_by_the_model_is_one_of_the_highest_budget():
    seen = [*rung(12, 1 / 3), at(0.11, 1.0, 5.0), at(0.05, 1.0, 6.0)]
    best = GPSampler(SQUARE, seed=0).model_best(seen)
    assert seen[best].budget == 1.0


def test_constraints_are_judged_at_the_budget_that_the_model_looks_at():
    """No trial keeps the constraint after a third of the budget, half of the space does in full."""
    seen = [
        complete(
            o.params, bowl(o.params, 0.1), budget=o.budget, violations=(0.5 - o.params["x"] + 1.5 * (1 - o.budget),)
        )
        for o in history(24, 2, 0.1, 0.1)
    ]
    proposals = GPSampler(SQUARE, seed=0).ask(seen, 4)
    assert sum(p.params["x"] > 0.4 for p in proposals) >= 3
