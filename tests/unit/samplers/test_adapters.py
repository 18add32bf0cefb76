"""What is special to the adapters; what all engines must do is in test_sampler_contract.py."""

import pytest
from sampler_cases import SMALL, SPACES, complete, history, spread
from snaketune.samplers import Observation
from snaketune.samplers.optuna import OptunaSampler
from snaketune.samplers.skopt import SkoptSampler


def optuna(space, type_, **options):
    return OptunaSampler(space, seed=1, sampler={"type": type_, **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"surrogate": "gbrt"}, "current scikit-learn"),
        ({"surrogate": "dummy"}, "strategy: random"),
        ({"surrogate": "svm"}, "gp, rf, et"),
        ({"acquisition": "eips"}, "ei, lcb, pi, gp_hedge"),
        ({"batch": "cl_best"}, "cl_min, cl_mean, cl_max, kb"),
        ({"xi": -1.0}, "xi must be"),
    ],
)
def test_what_scikit_optimize_can_not_do_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        SkoptSampler(SPACES["line"], seed=0, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"acquisition": "gp_hedge"},
        {"acquisition": "lcb", "batch": "cl_max"},
        {"acquisition": "pi", "batch": "cl_mean", "surrogate": "et"},
    ],
)
def test_options_of_scikit_optimize_work(options):
    seen = spread(SPACES["plain"], 10)
    proposals = SkoptSampler(SPACES["plain"], seed=0, n_initial_points=5, **options).ask(seen, 2)
    assert [p.origin for p in proposals] == ["model", "model"]
    assert all(p.mean is not None and p.sd > 0 for p in proposals)


def test_scikit_optimize_with_a_metric_of_small_scale_does_not_go_to_a_corner():
    """With its own xi of 0.01, in the metric's units, expected improvement would be 0 all over the space."""
    seen = [complete(o.params, 1e-6 * (o.params["x"] - 0.4) ** 2) for o in spread(SPACES["line"], 8)]
    proposal = SkoptSampler(SPACES["line"], seed=0, n_initial_points=5).ask(seen, 1)[0]
    assert proposal.params["x"] == pytest.approx(0.4, abs=0.2)


@pytest.mark.parametrize(
    ("sampler", "message"),
    [
        ({"type": "TPE"}, "TPESampler"),
        ({}, "unknown"),
        ({"type": "TPESampler", "n_startup": 3}, "Did you mean 'n_startup_trials'"),
        ({"type": "TPESampler", "gamma": 3}, "no option 'gamma'"),
        ({"type": "CmaEsSampler", "with_margin": True}, "with_margin"),
        ({"type": "NSGAIISampler", "population_size": 1}, "NSGAIISampler"),
        ({"type": "GridSampler"}, "infinitely many values"),
        ({"type": "GridSampler", "search_space": {"x": [5.0]}}, "can't be 5.0"),
        ({"type": "GridSampler", "search_space": {"z": [1.0]}}, "not a parameter"),
    ],
)
def test_wrong_options_of_optuna_are_refused(sampler, message):
    with pytest.raises(ValueError, match=message):
        OptunaSampler(SPACES["line"], seed=0, sampler=sampler)


def test_the_grid_is_run_through_once():
    seen = history(optuna(SMALL, "GridSampler"), 30, q=5)
    assert len(seen) == 12
    some = optuna(SPACES["line"], "GridSampler", search_space={"x": [-0.5, 0.0, 0.5]})
    assert sorted(o.params["x"] for o in history(some, 10, q=2)) == [-0.5, 0.0, 0.5]


def test_the_sequence_goes_on_where_it_was():
    sampler = optuna(SPACES["line"], "QMCSampler", scramble=True)
    one_by_one = [o.params["x"] for o in history(sampler, 17, q=1)]
    in_batches = [o.params["x"] for o in history(sampler, 17, q=4)]
    assert sorted(one_by_one[1:16]) == pytest.approx(sorted(in_batches[1:16]))
    # Fifteen points of a scrambled Sobol sequence leave no quarter of the line with fewer than two.
    quarters = [sum(q <= (x + 1) / 3 < q + 0.25 for x in one_by_one) for q in (0, 0.25, 0.5, 0.75)]
    assert min(quarters) >= 2


def test_cmaes_goes_on_with_its_distribution():
    """Rebuilt at every call, it still contracts around the minimum: a new start would be as wide as at first."""
    seen = []
    sampler = optuna(SPACES["constrained"], "CmaEsSampler")
    while len(seen) < 60:
        seen += [
            complete(p.params, (p.params["a"] - 0.2) ** 2 + (p.params["b"] - 0.4) ** 2) for p in sampler.ask(seen, 6)
        ]
    late = [o.values[0] for o in seen[-12:]]
    assert sum(late) / 12 < 0.03  # a new start in every round would stay near 0.15


def test_nsga2_goes_on_with_its_generations():
    """Without its generations it would draw at random for ever, with a mean of a third."""
    late = []
    for seed in (1, 2, 3):
        options = {"type": "NSGAIISampler", "population_size": 8}
        sampler = OptunaSampler(SPACES["constrained"], seed=seed, sampler=options)
        seen = []
        while len(seen) < 64:
            seen += [complete(p.params, p.params["a"], (p.params["b"] - 0.5) ** 2) for p in sampler.ask(seen, 8)]
        late += [o.params["a"] for o in seen[-16:]]
    assert sum(late) / len(late) < 0.23


@pytest.mark.parametrize(
    ("type_", "options", "origins"),
    [
        ("TPESampler", {"n_startup_trials": 5}, ["initial", "initial", "model"]),
        ("TPESampler", {"n_startup_trials": 0}, ["initial", "model", "model"]),
        ("TPESampler", {}, ["initial", "initial", "initial"]),
        ("CmaEsSampler", {}, ["initial", "model", "model"]),
        ("NSGAIISampler", {"population_size": 5}, ["initial", "initial", "model"]),
        ("RandomSampler", {}, ["random"] * 3),
        ("QMCSampler", {}, ["quasirandom"] * 3),
    ],
)
def test_origins_say_whether_optuna_made_use_of_results(type_, options, origins):
    sampler = optuna(SPACES["line"], type_, **options)
    seen = [complete(o.params, o.params["x"]) for o in spread(SPACES["line"], 5)]
    seen[1] = Observation(seen[1].params, "failed")
    late = [*seen, complete({"x": 0.123}, 0.1)]
    assert [sampler.ask(known, 1)[0].origin for known in ([], seen, late)] == origins


def test_optuna_is_told_of_outcome_constraints():
    sampler = optuna(SPACES["line"], "TPESampler", n_startup_trials=5)
    free = [complete(o.params, o.params["x"]) for o in spread(SPACES["line"], 30)]
    bound = [complete(o.params, o.params["x"], violations=(0.5 - o.params["x"],)) for o in free]
    low = [p.params["x"] for p in sampler.ask(free, 6)]
    high = [p.params["x"] for p in sampler.ask(bound, 6)]
    assert sum(low) / 6 < 0.0 < sum(high) / 6


def test_optunas_gaussian_process_works_where_torch_is():
    pytest.importorskip("torch")
    sampler = optuna(SPACES["plain"], "GPSampler", n_startup_trials=5)
    seen = spread(SPACES["plain"], 8)
    proposals = sampler.ask(seen, 2)
    assert proposals == sampler.ask(seen, 2)
    assert all(SPACES["plain"].contains(p.params) for p in proposals)


def test_optunas_verbosity_is_left_as_it_was():
    import optuna as library

    before = library.logging.get_verbosity()
    optuna(SPACES["line"], "TPESampler").ask([], 1)
    assert library.logging.get_verbosity() == before
