from functools import partial

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from snaketune.samplers.support.acquisition import Acquisition, log_below, log_success

MEANS = np.array([-1.0, 0.0, 0.4, 2.0])
SDS = np.array([0.5, 1.0, 0.1, 0.7])


def identity(x):
    return x


def test_expected_improvement_is_its_integral():
    ours = np.exp(Acquisition("ei", xi=0.1).log_utility(MEANS, SDS, 0.3).value)
    for value, mean, sd in zip(ours, MEANS, SDS, strict=True):
        integral = quad(lambda y, m=mean, s=sd: (0.2 - y) * norm.pdf(y, m, s), -12, 0.2)[0]
        assert value == pytest.approx(integral, rel=1e-5)


def test_expected_improvement_keeps_its_order_far_from_the_data():
    means = np.array([1.0, 10.0, 100.0, 990.0, 1010.0, 1e5, 1e8])
    values = Acquisition("ei").log_utility(means, np.ones(7), 0.0).value
    assert np.isfinite(values).all()
    assert (np.diff(values) < 0).all()


def test_probability_of_improvement():
    ours = Acquisition("pi", xi=0.1).log_utility(MEANS, SDS, 0.3).value
    assert np.exp(ours) == pytest.approx(norm.cdf((0.2 - MEANS) / SDS))


def test_lower_confidence_bound_orders_by_the_bound():
    ours = Acquisition("lcb", kappa=1.5).log_utility(MEANS, SDS, 0.3).value
    assert (np.argsort(-ours) == np.argsort(MEANS - 1.5 * SDS)).all()


@pytest.mark.parametrize("kind", ["ei", "pi", "lcb"])
def test_what_is_reported_is_in_the_metrics_units(kind):
    acquisition = Acquisition(kind, kappa=1.0)
    plain = acquisition.reported(0.5, 0.4, 0.3, identity)
    scaled = acquisition.reported(0.5, 0.4, 0.3, lambda x: 100 * x)
    exact = {
        "ei": np.exp(Acquisition("ei").log_utility(np.array(0.5), np.array(0.4), 0.3).value),
        "pi": norm.cdf(-0.5),
        "lcb": 0.1,
    }[kind]
    assert plain == pytest.approx(exact, rel=0.02)
    assert scaled == pytest.approx(plain * (1 if kind == "pi" else 100))


def test_weights_follow_from_probabilities():
    means = np.array([0.0, -0.5, -1.0, -1.0])
    assert np.exp(log_below(0.0, np.array([0.0, -5.0]), np.ones(2)).value) == pytest.approx([0.5, 1.0], abs=1e-5)
    assert np.exp(log_below(1.0, means, np.full(4, 0.3), 0.16).value) == pytest.approx(norm.cdf((1 - means) / 0.5))
    chances = np.exp(
        1 / 3 * log_success(means, np.array([0.4, 0.4, 0.4, 0.0]), np.array([0.09, 0.09, 0.09, 0.01])).value
    )
    assert chances == pytest.approx([0.841, 0.5, 0.159, 3e-7], abs=1e-3)


JUDGES = {
    "ei": partial(Acquisition("ei", xi=0.1).log_utility, incumbent=0.4),
    "lcb": partial(Acquisition("lcb").log_utility, incumbent=0.4),
    "pi": partial(Acquisition("pi", xi=0.1).log_utility, incumbent=0.4),
    "below": partial(log_below, 0.3, noise=0.04),
    "success": partial(log_success, noise=0.04),
}
# From certainty to far beyond where probabilities underflow, and to either side of where formulas change.
DEVIATIONS = np.array([0.0, 0.7, 0.999, 1.001, 3.0, 25.0, 39.0, 41.0, 900.0, 999.0, 1001.0, 1e5])
DEVIATIONS = np.concatenate([DEVIATIONS, -DEVIATIONS])


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@pytest.mark.parametrize("sd", [0.02, 0.7])
def test_derivatives_are_those_of_finite_differences(judge, sd):
    means, sds, step = 0.3 + DEVIATIONS * sd, np.full(len(DEVIATIONS), sd), 1e-5 * sd
    _, by_mean, by_sd = judge(means, sds)
    along = (judge(means + step, sds).value - judge(means - step, sds).value) / (2 * step)
    across = (judge(means, sds + step).value - judge(means, sds - step).value) / (2 * step)
    assert by_mean == pytest.approx(along, rel=1e-5, abs=1e-4)
    assert by_sd == pytest.approx(across, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("kind", JUDGES)
def test_more_of_what_is_good_is_better_at_any_distance(kind):
    """Without a break where one formula follows another."""
    means = np.concatenate([np.linspace(-40, 45, 400), np.linspace(995, 1005, 50), [1e5, 1e8]])
    good = -1 if kind == "success" else 1
    value, by_mean, by_sd = JUDGES[kind](good * means, np.ones(len(means)))
    assert np.isfinite([value, by_mean, by_sd]).all()
    assert (np.diff(value) <= 0).all()
    assert (good * by_mean <= 0).all()


@pytest.mark.parametrize("options", [{"kind": "eips"}, {"xi": -1.0}, {"kappa": float("nan")}])
def test_wrong_options_are_refused(options):
    with pytest.raises(ValueError, match="must be"):
        Acquisition(**options)
