"""What several plots compute from objective values: their axis' range and scale, what is best so far, a choice of many.

On a logarithmic axis values have one sign; 0, which has no logarithm, stands at the end of the axis next to it.
"""

from dataclasses import dataclass, field

import numpy as np

from snaketune.config.study import Metric

__all__ = ["MOST_POINTS", "Limits", "Shown", "best_so_far", "cloud_of", "cloud_remark", "goal", "limits_of", "thinned"]

# More points than these, in all of a panel, lie upon each other.
MOST_POINTS = 4000
_FOREMOST = 20  # one of so many of them is one of the best

# From this ratio of the worst to the best on, the best lie upon each other at the end of a linear axis, next to 0.
_RATIO = 50.0
# Where the best are far from 0, as accuracies are, so much has to lie between most values.
_BULK_RATIO = 1000.0
_LEAST_DECADES = 0.2  # that an axis spans
_MOST_DECADES = 307.0  # of ordinary floats, above and below 1


@dataclass(frozen=True)
class Shown(Metric):
    """A metric as plots show it.

    `scale` is auto, log or linear. With an `optimum`, what is shown is how far values are from it: less is better.
    Where trials have different budgets, and the values of one of them are shown, `budget` says of which, in words, and
    `remark` of how many trials.
    """

    scale: str = field(default="auto", kw_only=True)
    budget: str = field(default="", kw_only=True)
    remark: str = field(default="", kw_only=True)

    @classmethod
    def of(cls, metric: Metric, scale: str) -> "Shown":
        """The metric, or its distance from the optimum, where one is known."""
        if metric.optimum is None:
            return cls(metric.name, metric.direction, metric.take, scale=scale)
        signs = (metric.name, "optimum") if metric.sign > 0 else ("optimum", metric.name)
        return cls(" − ".join(signs), "minimize", None, metric.optimum, scale=scale)


@dataclass(frozen=True)
class Limits:
    """The range of an axis of objective values.

    `worse` is its worse end; `beyond` values are so much worse that they lie outside; `empty`: there is no value at
    all. `sign` is that of all values on a logarithmic axis, 0 on a linear one. `zeros` have no place on it and stand
    at its end next to 0, and so do those that are `better` than a known optimum. `why` says why an axis that was to be
    logarithmic is not.
    """

    low: float
    high: float
    worse: float
    beyond: int
    empty: bool = False
    sign: int = 0
    zeros: int = 0
    better: bool = False
    why: str = ""

    @property
    def log(self) -> bool:
        return self.sign != 0

    @property
    def remark(self) -> str:
        """What has to be said of the values at the edge, in sentences."""
        found = [self.why]
        if self.beyond:
            found.append(f"{self.beyond:,} trial{'s' * (self.beyond != 1)} much worse than the others at the edge.")
        if self.better:
            found.append("There are values better than the given optimum.")
        return " ".join(filter(None, found))

    def clip(self, values: np.ndarray) -> np.ndarray:
        clipped: np.ndarray = np.clip(values, self.low, self.high)
        return clipped

    def forward(self, values: np.ndarray) -> np.ndarray:
        """The values on a scale where equal steps are equally long on the axis."""
        if not self.sign:
            return np.asarray(values, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            logarithms: np.ndarray = self.sign * np.log10(self.sign * np.asarray(values, dtype=float))
        return logarithms

    def inverse(self, places: np.ndarray) -> np.ndarray:
        """The values at places that `forward` gives."""
        if not self.sign:
            return np.asarray(places, dtype=float)
        with np.errstate(over="ignore"):
            values: np.ndarray = self.sign * 10.0 ** (self.sign * np.asarray(places, dtype=float))
        return values

    def share(self, values: np.ndarray) -> np.ndarray:
        """How far along the axis values stand, from 0 to 1."""
        low, high = self.forward(np.array([self.low, self.high])).tolist()
        found: np.ndarray = (self.forward(self.clip(values)) - low) / (high - low)
        return found


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
    the worse quartile are left outside if that leaves less than 40 % of the range. Values of one sign that span orders
    of magnitude get a logarithmic axis, unless the metric's scale says what it gets.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return Limits(0.0, 1.0, 0.0 if metric.sign < 0 else 1.0, 0, empty=True)
    scale = metric.scale if isinstance(metric, Shown) else "auto"
    regret = isinstance(metric, Shown) and metric.optimum is not None
    better = regret and bool((known < 0).any())
    sign = _sign_of(np.maximum(known, 0.0) if regret else known)
    if scale != "linear" and sign and (scale == "log" or regret or _spans(known, sign, metric)):
        return _logarithmic(known, sign, metric, better, marks=marks)
    why = "" if scale != "log" or sign else "Linear, as there are values on both sides of 0, or none but 0."
    low, high, beyond = _range(metric.sign * known, marks=marks)
    ends = sorted((metric.sign * low, metric.sign * high))
    return Limits(ends[0], ends[1], ends[metric.sign > 0], beyond, better=better, why=why)


def _range(good: np.ndarray, *, marks: bool) -> tuple[float, float, int]:
    """The range of values of which less is better, padded, and how many are beyond it."""
    best, worst = good.min(), good.max()
    lower, upper = np.quantile(good, [0.25, 0.75])
    fence = upper + 3 * (upper - lower)
    if upper > lower and fence - best < 0.4 * (worst - best):
        worst = good[good <= fence].max()
    # Halves first: the range of very large numbers must not overflow.
    pad = 0.05 * 2 * (worst / 2 - best / 2) or 0.05 * abs(best) or 0.5
    return float(best - pad), float(worst + (3 if marks else 1) * pad), int((good > worst).sum())


def _sign_of(values: np.ndarray) -> int:
    """The sign of all values that are not 0; 0 if they have both, or none."""
    signs = {int(sign) for sign in np.unique(np.sign(values)).tolist()} - {0}
    return signs.pop() if len(signs) == 1 else 0


def _spans(values: np.ndarray, sign: int, metric: Metric) -> bool:
    """Whether values of one sign span orders of magnitude, such that a linear axis would hide what is best of them.

    Where the best values are next to 0, all that are not far worse than the others count; else the bulk of them.
    """
    sizes = np.sort(np.abs(values[values != 0]))
    if len(sizes) < 0.75 * len(values):
        return False
    if metric.sign * sign > 0:
        _, worst, _ = _range(sizes, marks=False)
        return bool(worst / _RATIO >= sizes[0])
    low, high = np.quantile(sizes, [0.1, 0.9])
    return bool(high / _BULK_RATIO >= low)


def _logarithmic(values: np.ndarray, sign: int, metric: Metric, better: bool, *, marks: bool) -> Limits:
    """The range of a logarithmic axis, with a place for 0 where there are values that have no logarithm."""
    scale = Limits(0.0, 0.0, 0.0, 0, sign=sign)
    placed = scale.forward(values[np.sign(values) == sign])
    low, high, beyond = _range(metric.sign * placed, marks=marks)
    ends = sorted((metric.sign * low, metric.sign * high))
    if ends[1] - ends[0] < _LEAST_DECADES:
        middle = (ends[0] + ends[1]) / 2
        ends = [middle - _LEAST_DECADES / 2, middle + _LEAST_DECADES / 2]
    without = len(values) - len(placed)
    if without:
        room = 0.12 * (ends[1] - ends[0])
        ends = [ends[0] - room, ends[1]] if sign > 0 else [ends[0], ends[1] + room]
    low, high = scale.inverse(np.clip(ends, -_MOST_DECADES, _MOST_DECADES)).tolist()
    worse = high if metric.sign > 0 else low
    return Limits(low, high, worse, beyond, sign=sign, zeros=without, better=better)


def thinned(values: np.ndarray, metric: Metric, most: int, foremost: int | None = None) -> np.ndarray:
    """Places of at most `most` values, ascending: all, or the `foremost` best and an even choice of the rest by rank.

    Without `foremost` the best are a third of them. Values that are missing come last.
    """
    if len(values) <= most:
        return np.arange(len(values))
    order = np.argsort(np.where(np.isnan(values), np.inf, metric.sign * values), kind="stable")
    foremost = max(1, most // 3) if foremost is None else foremost
    rest = order[foremost:]
    even = rest[np.linspace(0, len(rest) - 1, most - foremost).round().astype(int)]
    return np.sort(np.concatenate([order[:foremost], even]))


def cloud_of(values: np.ndarray, metric: Metric, *, parts: int = 1) -> np.ndarray:
    """Which values a cloud of points shows: all that there are, or the best and an even choice of the others by rank.

    `parts`: so many clouds share a panel.
    """
    known = np.flatnonzero(np.isfinite(values))
    most = max(2, MOST_POINTS // parts)
    chosen = thinned(values[known], metric, most, max(1, most // _FOREMOST))
    drawn = np.zeros(len(values), dtype=bool)
    drawn[known[chosen]] = True
    return drawn


def cloud_remark(drawn: int, known: int) -> str:
    """What has to be said of clouds of points; nothing where all are drawn."""
    if drawn == known:
        return ""
    return f"Points: {drawn:,} of {known:,} trials, the best ones and an even choice of the others."
