"""The rules of pruners: those of Optuna, step by step, and what is ours."""

import json
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wilcoxon
from snaketune.runner.pruning import cut_of, until
from snaketune.runner.pruning_rules import percentile_of
from snaketune.runner.signed_rank import p_above

optuna = pytest.importorskip("optuna")
optuna.logging.set_verbosity(optuna.logging.ERROR)

VALUES = st.one_of(st.floats(-10, 10, width=16), st.integers(0, 3).map(float), st.just(math.nan))
CURVE = st.lists(VALUES, min_size=1, max_size=12)
CURVES = st.lists(CURVE, min_size=0, max_size=8)
DIRECTION = st.sampled_from(["minimize", "maximize"])
TIMING = {
    "n_startup_trials": st.integers(0, 4),
    "n_warmup_steps": st.integers(0, 4),
    "interval_steps": st.integers(1, 4),
}


def history(curve, first=0, stride=1) -> bytes:
    """A history that reports the values of a curve."""
    return "".join(json.dumps({"step": first + stride * i, "loss": v}) + "\n" for i, v in enumerate(curve)).encode()


def compared(curves, percentile, direction):
    """The group of a rule that compares with curves which all begin at step 0."""
    steps = []
    for step in range(max(map(len, curves), default=0)):
        values = [curve[step] for curve in curves if len(curve) > step]
        steps.append(
            [step, len(values), percentile_of(values, 100 - percentile if direction == "maximize" else percentile)]
        )
    return {"": {"trials": len(curves), "steps": steps}}


def in_optuna(pruner, direction, curves, curve):
    """The step at which Optuna stops a trial that reports the curve, after complete ones; None if it does not."""
    study = optuna.create_study(direction=direction, pruner=pruner)
    for earlier in curves:
        value = float(np.nan_to_num(earlier[-1], nan=99.0))
        steps = dict(enumerate(earlier))
        study.add_trial(optuna.trial.create_trial(value=value, intermediate_values=steps))
    trial = study.ask()
    for step, value in enumerate(curve):
        trial.report(value, step)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if trial.should_prune():
                return step
    return None


def step_of(rule, curve):
    cut = cut_of(rule, None, history(curve))
    return cut and cut.step


@settings(max_examples=150, deadline=None)
@given(
    CURVES,
    CURVE,
    DIRECTION,
    st.sampled_from([0.0, 25.0, 50.0, 60.0, 100.0]),
    st.fixed_dictionaries(TIMING),
    st.integers(1, 3),
)
def test_percentiles_are_those_of_optuna(curves, curve, direction, percentile, timing, least):
    pruner = optuna.pruners.PercentilePruner(percentile, **timing, n_min_trials=least)
    rule = {"type": "percentile", "percentile": percentile, "n_min_trials": least, **timing}
    rule |= {"objectives": [["loss", direction]], "groups": compared(curves, percentile, direction)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert step_of(rule, curve) == in_optuna(pruner, direction, curves, curve)


@settings(max_examples=80, deadline=None)
@given(CURVE, st.floats(-5, 0), st.floats(0, 5), st.integers(0, 4), st.integers(1, 4))
def test_limits_are_those_of_optuna(curve, lower, upper, warmup, interval):
    pruner = optuna.pruners.ThresholdPruner(lower, upper, n_warmup_steps=warmup, interval_steps=interval)
    rule = {"type": "threshold", "lower": lower, "upper": upper, "n_warmup_steps": warmup, "interval_steps": interval}
    rule |= {"objectives": [["loss", "minimize"]]}
    assert step_of(rule, curve) == in_optuna(pruner, "minimize", [], curve)


@settings(max_examples=150, deadline=None)
@given(CURVES, CURVE, DIRECTION, st.integers(0, 4), st.sampled_from([0.0, 0.5]), st.booleans())
def test_patience_is_that_of_optuna_alone_and_around_another_rule(curves, curve, direction, patience, delta, wrapped):
    timing = {"n_startup_trials": 2, "n_warmup_steps": 1, "interval_steps": 2}
    inner = optuna.pruners.MedianPruner(**timing) if wrapped else None
    pruner = optuna.pruners.PatientPruner(inner, patience, delta)
    rule = {"type": "median" if wrapped else "patient", "patience": patience, "min_delta": delta, "percentile": 50.0}
    rule |= {**timing, "n_min_trials": 1, "objectives": [["loss", direction]]}
    rule |= {"groups": compared(curves, 50.0, direction)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert step_of(rule, curve) == in_optuna(pruner, direction, curves, curve)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(-3, 3), min_size=8, max_size=8, unique=True),
    st.lists(st.floats(-3, 3), min_size=1, max_size=8, unique=True),
    DIRECTION, st.floats(0.05, 0.6), st.integers(0, 4),
)  # fmt: skip
def test_the_signed_rank_test_is_that_of_optuna(best, curve, direction, threshold, startup):
    pruner = optuna.pruners.WilcoxonPruner(p_threshold=threshold, n_startup_steps=startup)
    rule = {
        "type": "wilcoxon",
        "p_threshold": threshold,
        "n_startup_steps": startup,
        "objectives": [["loss", direction]],
    }
    rule |= {"groups": {"": {"trials": 1, "best": "t1/r0", "steps": [[i, v] for i, v in enumerate(best)]}}}
    if _clear([own - of for own, of in zip(curve, best, strict=False)]):
        assert step_of(rule, curve) == in_optuna(pruner, direction, [best], curve)


def _clear(differences):
    """Whether SciPy takes the way that we take: it tries all signs of a few differences of which some are equal."""
    return 0 not in differences and len({abs(d) for d in differences}) == len(differences)


@pytest.mark.parametrize("n", [1, 2, 7, 50, 51, 200])
@pytest.mark.parametrize("shift", [-0.5, 0.0, 0.3])
def test_the_signed_rank_test_is_that_of_scipy(n, shift):
    differences = np.random.default_rng(n).normal(shift, 1, n)
    assert p_above(list(differences)) == pytest.approx(wilcoxon(differences, alternative="greater").pvalue, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_ties_and_zeros_are_treated_as_scipy_does_by_the_normal_distribution(seed):
    differences = np.random.default_rng(seed).integers(-2, 4, 30).astype(float)
    expected = wilcoxon(differences, alternative="greater", zero_method="zsplit", method="approx").pvalue
    assert p_above(list(differences)) == pytest.approx(expected, rel=1e-9)


def test_nothing_but_zeros_says_nothing():
    assert p_above([0.0, 0.0, 0.0]) >= 0.5


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-10, 10, width=16), min_size=1, max_size=12), st.floats(0, 100))
def test_a_percentile_is_that_of_numpy(values, percentile):
    assert percentile_of(values, percentile) == np.percentile(values, percentile)


def test_a_percentile_next_to_an_infinity_is_no_nan():
    assert percentile_of([1.0, math.inf], 50) == math.inf
    assert math.isnan(percentile_of([math.nan], 50))


def rule_of(curves, **options):
    """A rule by the median after no warm-up."""
    rule = {"type": "median", "percentile": 50.0, "n_startup_trials": 1, "n_warmup_steps": 0, "interval_steps": 1}
    rule |= {"n_min_trials": 1, "objectives": [["loss", "minimize"]], "groups": compared(curves, 50.0, "minimize")}
    return {**rule, **options}


def test_the_reason_is_in_words():
    cut = cut_of(rule_of([[0.5, 0.25]] * 12), None, history([0.3, 0.31]))
    assert cut.reason == "pruned at step 1: 0.3 is worse than the median 0.25 of 12 earlier trials"


def test_the_history_ends_with_the_row_that_the_run_is_cut_behind():
    lines = b'{"step": 0, "loss": 1}\nnoise\n{"step": 1, "loss": 9}\n{"step": 1, "more": 1}\n{"step": 2, "loss": 0}\n'
    cut = cut_of(rule_of([[5.0, 0.5]]), None, lines)
    assert (cut.step, cut.line) == (1, 2)
    assert until(lines, cut) == b'{"step": 0, "loss": 1}\nnoise\n{"step": 1, "loss": 9}\n'


def test_rows_without_the_metric_and_steps_that_come_again_do_not_count():
    lines = [{"step": 0, "loss": 1}, {"step": 1, "other": 1}, {"step": 1, "loss": 1}, {"step": 1, "loss": 0}]
    content = "".join(json.dumps(row) + "\n" for row in lines).encode()
    assert cut_of(rule_of([[5.0, 0.5]]), None, content).step == 1


def test_without_steps_rows_are_counted_from_one():
    content = b"".join(b'{"loss": %d}\n' % v for v in (5, 5, 5))
    assert cut_of(rule_of([[9, 9, 9, 1.0]]), None, content).step == 3


def test_a_rule_without_others_to_compare_with_prunes_nobody():
    assert cut_of(rule_of([]), None, history([9.0, 9.0])) is None
    assert cut_of({}, None, history([9.0])) is None


def test_folds_are_compared_with_the_same_fold():
    rule = rule_of([], groups={"0": {"trials": 1, "steps": [[0, 1, 5.0]]}, "1": {"trials": 1, "steps": [[0, 1, 1.0]]}})
    assert cut_of(rule, 0, history([3.0])) is None
    assert cut_of(rule, 1, history([3.0])).step == 0


def test_steps_that_were_trained_before_are_known_and_not_judged():
    rule = rule_of([[1.0, 1.0, 1.0]])
    assert cut_of(rule, None, history([9.0, 9.0, 9.0]), after=1).step == 2
    assert cut_of(rule, None, history([1.0, 9.0, 9.0]), after=0) is None, "its best value so far counts"


def two(rows):
    return "".join(json.dumps({"step": i, "a": a, "b": b}) + "\n" for i, (a, b) in enumerate(rows)).encode()


def test_with_several_objectives_one_is_pruned_that_too_many_are_better_than_in_all_of_them():
    others = [[1, 9], [2, 8], [3, 7], [4, 6], [5, 5]]
    rule = rule_of([], objectives=[["a", "minimize"], ["b", "minimize"]])
    rule |= {"groups": {"": {"trials": 5, "steps": [[0, 5, others], [1, 5, others]]}}}
    assert cut_of(rule, None, two([(9, 9)])).step == 0, "behind all of them"
    assert cut_of(rule, None, two([(3.5, 7.5)])) is None, "behind one of five"
    assert cut_of(rule, None, two([(0, 99), (9, 9)])) is None, "what it has reported before counts"
    assert "all objectives" in cut_of(rule, None, two([(9, 9)])).reason


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.floats(-10, 10, width=16), min_size=1, max_size=9),
    st.floats(-10, 10, width=16),
    st.integers(0, 100),
    DIRECTION,
)
def test_with_one_objective_that_is_the_rule_of_one(values, own, percentile, direction):
    alone = {
        "trials": 9,
        "steps": [[0, 9, percentile_of(values, 100 - percentile if direction == "maximize" else percentile)]],
    }
    among = {"trials": 9, "steps": [[0, 9, [[value] for value in values]]]}
    rule = rule_of([], type="percentile", percentile=float(percentile), objectives=[["loss", direction]])
    by = [step_of({**rule, "groups": {"": group}}, [own]) for group in (alone, among)]
    gap = abs(own - alone["steps"][0][2])
    assert by[0] == by[1] or gap < 1e-9


@pytest.mark.parametrize("percentile", [25.0, 50.0])
def test_of_equal_independent_trials_the_share_is_stopped_that_the_rule_says(percentile):
    draws = np.random.default_rng(0)
    pruned = 0
    for _ in range(400):
        group = {"": {"trials": 99, "steps": [[0, 99, percentile_of(list(draws.normal(size=99)), percentile)]]}}
        rule = rule_of([], type="percentile", percentile=percentile, groups=group)
        pruned += step_of(rule, [draws.normal()]) is not None
    assert pruned / 400 == pytest.approx(1 - percentile / 100, abs=4 * math.sqrt(0.25 / 400))
