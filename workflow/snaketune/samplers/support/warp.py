"""Makes a metric fit for a Gaussian process: outliers clipped, skew removed (Yeo-Johnson), mean 0, variance 1.

Yeo and Johnson (2000), A new family of power transformations to improve normality or symmetry, Biometrika
87(4).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from snaketune.samplers.support.arrays import Floats

__all__ = ["Warp", "clipped", "yeo_johnson", "yeo_johnson_inverse", "yeo_johnson_slope"]

# Values further than this many interquartile ranges from the quartiles tell nothing by their distance.
_FENCE = 50.0
# From a logarithm to its mirror image. Stronger warps blow up differences among the best trials, and the
# search stays at one of several minima.
_LAMBDA_BOUNDS = (0.0, 2.0)
_TINY = 1e-12
# As good as infinite: beyond it squares and ranges would leave the doubles.
_INFINITE = 1e140
_LARGEST_LOG = 500.0


@dataclass(frozen=True)
class Warp:
    """y -> (YeoJohnson((clip(y) - centre) / scale) - mean) / sd, increasing; all fields in that order."""

    low: float
    high: float
    centre: float
    scale: float
    power: float
    mean: float
    sd: float

    @classmethod
    def of(cls, values: Floats) -> "Warp | None":
        """The warp for values (n,), all finite; None if they do not differ."""
        low, high = _fences(values)
        clipped = np.clip(values, low, high)
        sd = float(clipped.std())
        if sd <= _TINY * max(abs(low), abs(high)):
            return None
        centre, scale = float(np.median(clipped)), _scale(clipped, sd)
        standard = (clipped - centre) / scale
        power = _most_likely_power(standard)
        warped = yeo_johnson(standard, power)
        return cls(low, high, centre, scale, power, float(warped.mean()), float(warped.std()))

    def forward(self, values: Floats) -> Floats:
        """From the metric's units to the model's."""
        standard = (np.clip(values, self.low, self.high) - self.centre) / self.scale
        return (yeo_johnson(standard, self.power) - self.mean) / self.sd

    def backward(self, warped: Floats) -> Floats:
        """From the model's units to the metric's; the inverse of `forward` between the fences."""
        standard = yeo_johnson_inverse(np.asarray(warped) * self.sd + self.mean, self.power)
        reach = (self.high - self.low) / self.scale
        return np.clip(standard, -2 * reach, 2 * reach) * self.scale + self.centre

    def slope(self, values: Floats) -> Floats:
        """The derivative of `forward`, with which standard errors are carried over."""
        standard = (np.clip(values, self.low, self.high) - self.centre) / self.scale
        return yeo_johnson_slope(standard, self.power) / (self.scale * self.sd)


def clipped(values: Floats) -> Floats:
    """Values (n,), all finite, with those far beyond the others moved to the edge of what is reasonable."""
    return np.clip(values, *_fences(values)) if len(values) else values


def yeo_johnson(x: Floats, power: float) -> Floats:
    """Yeo and Johnson's eq. 2.1 with lambda = `power`, elementwise."""
    above, below = np.maximum(x, 0.0), np.minimum(x, 0.0)
    up = np.log1p(above) if abs(power) < _TINY else np.expm1(power * np.log1p(above)) / power
    rest = 2.0 - power
    down = -np.log1p(-below) if abs(rest) < _TINY else -np.expm1(rest * np.log1p(-below)) / rest
    return up + down


def yeo_johnson_inverse(w: Floats, power: float) -> Floats:
    """The inverse of `yeo_johnson`; beyond the transformation's range, which may be bounded, its last value."""
    above, below = np.maximum(w, 0.0), np.minimum(w, 0.0)
    rest = 2.0 - power
    up = above if abs(power) < _TINY else _log_within(power * above) / power
    down = -below if abs(rest) < _TINY else _log_within(-rest * below) / rest
    return np.expm1(np.minimum(up, _LARGEST_LOG)) - np.expm1(np.minimum(down, _LARGEST_LOG))


def yeo_johnson_slope(x: Floats, power: float) -> Floats:
    """The derivative of `yeo_johnson` by x."""
    return np.exp((power - 1.0) * np.sign(x) * np.log1p(np.abs(x)))


def _log_within(t: Floats) -> Floats:
    return np.log1p(np.maximum(t, -1 + 1e-9))


def _fences(values: Floats) -> tuple[float, float]:
    values = np.clip(values, -_INFINITE, _INFINITE)
    lower, upper = np.quantile(values, [0.25, 0.75])
    if lower == upper:  # most values are the same: let those that differ say how far is far
        lower, upper = np.quantile(np.unique(values), [0.25, 0.75])
    reach = _FENCE * (upper - lower)
    return max(float(lower - reach), float(values.min())), min(float(upper + reach), float(values.max()))


def _scale(values: Floats, sd: float) -> float:
    """Where the logarithm begins to bend: between the spread of all values and that of the middle half.

    The standard deviation of skewed values is that of their tail, the quartiles late in a search tell of the
    best trials alone; hence the geometric mean of both.
    """
    lower, upper = np.quantile(values, [0.25, 0.75])
    middle = max(float(upper - lower) / 1.349, 1e-3 * sd)  # 1.349: a normal variable's quartiles, in sd
    return min(sd, float(np.sqrt(middle) * np.sqrt(sd)))


def _most_likely_power(standard: Floats) -> float:
    """The lambda under which the transformed values are most nearly normal (Yeo and Johnson's eq. 3.1)."""
    logs = (np.sign(standard) * np.log1p(np.abs(standard))).sum()

    def negative_log_likelihood(power: float) -> float:
        variance = yeo_johnson(standard, power).var()
        return float(0.5 * len(standard) * np.log(variance + _TINY) - (power - 1.0) * logs)

    result = minimize_scalar(negative_log_likelihood, bounds=_LAMBDA_BOUNDS, method="bounded")
    return float(result.x)
