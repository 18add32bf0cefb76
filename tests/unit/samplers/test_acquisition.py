import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from snaketune.samplers.support.acquisition import Acquisition, log_feasibility, log_success

MEANS = np.array([-1.0, 0.0, 0.4, 2.0])
SDS = np.array([0.5, 1.0, 0.1, 0.7])


def identity(x):
    return x


def test_expected_improvement_is_its_integral():
    ours = np.exp(Acquisition("ei", xi=0.1).log_utility(MEANS, SDS, 0.3))
    for value, mean, sd in zip(ours, MEANS, SDS, strict=True):
        integral = quad(lambda y, m=mean, s=sd: (0.2 - y) * norm.pdf(y, m, s), -12, 0.2)[0]
        assert value == pytest.approx(integral, rel=1e-5)


def test_expected_improvement_keeps_its_order_far_from_the_data():
    means = np.array([1.0, 10.0, 100.0, 990.0, 1010.0, 1e5, 1e8])
    values = Acquisition("ei").log_utility(means, np.ones(7), 0.0)
    assert np.isfinite(values).all()
    assert (np.diff(values) < 0).all()


def test_probability_of_improvement():
    ours = Acquisition("pi", xi=0.1).log_utility(MEANS, SDS, 0.3)
    assert np.exp(ours) == pytest.approx(norm.cdf((0.2 - MEANS) / SDS))


def test_lower_confidence_bound_orders_by_the_bound():
    ours = Acquisition("lcb", kappa=1.5).log_utility(MEANS, SDS, 0.3)
    assert (np.argsort(-ours) == np.argsort(MEANS - 1.5 * SDS)).all()


@pytest.mark.parametrize("kind", ["ei", "pi", "lcb"])
def test_what_is_reported_is_in_the_metrics_units(kind):
    acquisition = Acquisition(kind, kappa=1.0)
    plain = acquisition.reported(0.5, 0.4, 0.3, identity)
    scaled = acquisition.reported(0.5, 0.4, 0.3, lambda x: 100 * x)
    exact = {
        "ei": np.exp(Acquisition("ei").log_utility(np.array(0.5), np.array(0.4), 0.3)),
        "pi": norm.cdf(-0.5),
        "lcb": 0.1,
    }[kind]
    assert plain == pytest.approx(exact, rel=0.02)
    assert scaled == pytest.approx(plain * (1 if kind == "pi" else 100))


def test_weights_follow_from_probabilities():
    assert np.exp(log_feasibility(np.array([0.0, -5.0]), np.ones(2))) == pytest.approx([0.5, 1.0], abs=1e-5)
    chances = np.exp(1 / 3 * log_success(np.array([0.0, -0.5, -1.0, -1.0]), np.array([0.5, 0.5, 0.5, 0.1])))
    assert chances == pytest.approx([0.841, 0.5, 0.159, 3e-7], abs=1e-3)


@pytest.mark.parametrize("options", [{"kind": "eips"}, {"xi": -1.0}, {"kappa": float("nan")}])
def test_wrong_options_are_refused(options):
    with pytest.raises(ValueError, match="must be"):
        Acquisition(**options)
