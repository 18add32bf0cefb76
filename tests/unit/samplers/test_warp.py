import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import skew, yeojohnson
from snaketune.samplers.support.warp import Warp, clipped, yeo_johnson, yeo_johnson_inverse, yeo_johnson_slope

POWERS = (-2.0, -0.5, 0.0, 0.3, 1.0, 2.0, 2.7)
X = np.linspace(-4, 4, 41)


@pytest.mark.parametrize("power", POWERS)
def test_yeo_johnson_is_that_of_scipy_with_inverse_and_slope(power):
    assert yeo_johnson(X, power) == pytest.approx(yeojohnson(X, power))
    assert yeo_johnson_inverse(yeo_johnson(X, power), power) == pytest.approx(X, abs=1e-6)
    step = 1e-6
    slope = (yeo_johnson(X + step, power) - yeo_johnson(X - step, power)) / (2 * step)
    assert yeo_johnson_slope(X, power) == pytest.approx(slope, rel=1e-5)


def test_skew_is_removed_and_the_order_kept():
    values = np.exp(1.5 * np.random.default_rng(0).normal(size=60))
    warp = Warp.of(values)
    warped = warp.forward(values)
    assert abs(skew(warped)) < 0.5 * skew(values)
    assert warped.mean() == pytest.approx(0, abs=1e-9)
    assert warped.std() == pytest.approx(1)
    kept = values < warp.high
    assert (np.argsort(warped[kept], kind="stable") == np.argsort(values[kept], kind="stable")).all()
    assert warp.backward(warped) == pytest.approx(clipped(values), rel=1e-4)


def test_slope_carries_standard_errors():
    values = np.array([1.0, 2.0, 3.5, 9.0, 20.0])
    warp = Warp.of(values)
    ahead = (warp.forward(values - 1e-5) - warp.forward(values)) / -1e-5
    assert warp.slope(values)[1:4] == pytest.approx(ahead[1:4], rel=1e-3)


def test_what_does_not_vary_has_no_warp():
    assert Warp.of(np.full(5, 2.5)) is None
    assert Warp.of(np.zeros(5)) is None
    assert Warp.of(np.array([0.0, 0.0, 1.0])) is not None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=30))
def test_any_finite_values_give_finite_standardised_ones_in_order(values):
    values = np.array(values)
    warp = Warp.of(values)
    if warp is not None:
        warped = warp.forward(values)
        assert np.isfinite(warped).all()
        assert (np.diff(warped[np.argsort(values)]) >= -1e-9).all()
        assert np.isfinite(warp.backward(np.array([-1e9, -3.0, 0.0, 3.0, 1e9]))).all()
        assert np.isfinite(warp.slope(values)).all()


def test_an_outlier_does_not_hide_the_rest():
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1e300])
    warped = Warp.of(values).forward(values)
    assert warped[6] - warped[0] > 0.5
