"""What several plots compute from objective values."""

from dataclasses import dataclass

import numpy as np

from snaketune.config.study import Metric

__all__ = ["Limits", "best_so_far", "goal", "limits_of", "thinned"]


@dataclass(frozen=True)
class Limits:
    """The range of an axis of objective values.

    `worse` is its worse end; `beyond` values are so much worse that they lie outside; `empty`: there is no value at
    all.
    """

    low: float
    high: float
    worse: float
    beyond: int
    empty: bool = False

    @property
    def remark(self) -> str:
        return f"{self.beyond:,} trial{'s' * (self.beyond != 1)} much worse than the others at the edge." * bool(
            self.beyond
        )

    def clip(self, values: np.ndarray) -> np.ndarray:
        clipped: np.ndarray = np.clip(values, self.low, self.high)
        return clipped


def goal(metric: Metric) -> str:
    """Which values are good, in words."""
    return "higher is better" if metric.direction == "maximize" else "lower is better"


def best_so_far(values: np.ndarray, feasible: np.ndarray, metric: Metric) -> np.ndarray:
    """The best feasible value up to each place; NaN before the first."""
    signed = np.where(feasible, metric.sign * values, np.inf)
    best = np.fmin.accumulate(signed) if len(signed) else signed
    return np.where(np.isfinite(best), metric.sign * best, np.nan)


def limits_of(values: np.ndarray, metric: Metric, *, marks: bool = False) -> Limits:
    """An axis' range for objective values, padded a little; `marks`: with room at its worse end for other marks.

    A few diverged trials must not press all others into a line: values beyond three interquartile ranges from
    the worse quartile are left outside if that leaves less than 40 % of the range.
    """
    good = metric.sign * values[np.isfinite(values)]
    if not len(good):
        return Limits(0.0, 1.0, 0.0 if metric.sign < 0 else 1.0, 0, empty=True)
    best, worst = good.min(), good.max()
    lower, upper = np.quantile(good, [0.25, 0.75])
    fence = upper + 3 * (upper - lower)
    if upper > lower and fence - best < 0.4 * (worst - best):
        worst = good[good <= fence].max()
    # Halves first: the range of very large numbers must not overflow.
    pad = 0.05 * 2 * (worst / 2 - best / 2) or 0.05 * abs(best) or 0.5
    ends = sorted((metric.sign * (best - pad), metric.sign * (worst + (3 if marks else 1) * pad)))
    return Limits(float(ends[0]), float(ends[1]), float(ends[metric.sign > 0]), int((good > worst).sum()))


def thinned(values: np.ndarray, metric: Metric, most: int) -> np.ndarray:
    """Places of at most `most` values, ascending: all, or the best third and an even choice of the rest by rank.

    Values that are missing come last.
    """
    if len(values) <= most:
        return np.arange(len(values))
    order = np.argsort(np.where(np.isnan(values), np.inf, metric.sign * values), kind="stable")
    foremost = max(1, most // 3)
    rest = order[foremost:]
    even = rest[np.linspace(0, len(rest) - 1, most - foremost).round().astype(int)]
    return np.sort(np.concatenate([order[:foremost], even]))
