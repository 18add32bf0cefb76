"""A parameter as one axis, over all the searches that vary it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from snaketune.space import Categorical, Constant, Float, Integer, Normal, Parameter
from snaketune.values import key, text

__all__ = ["Categories", "Numeric", "Scale", "categories_of", "scale_of"]

# A list of more numbers than this is an axis of numbers, not of separate values.
_MOST_NUMBERS = 20


@dataclass(frozen=True)
class Numeric:
    """Numbers in [low, high], on a linear or a logarithmic scale.

    `step` is the distance of neighbouring values, 0 for a continuous parameter; `normal` is (mu, sigma) of a
    normal one.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False
    step: float = 0.0
    normal: tuple[float, float] | None = None

    def positions(self, values: Iterable[object]) -> np.ndarray:
        """The values as floats, NaN where a parameter is inactive (None)."""
        return np.array([math.nan if value is None else float(value) for value in values])

    def units(self, values: Iterable[object]) -> np.ndarray:
        """Where the values are in [0, 1], equal steps being equally likely a priori; NaN where inactive."""
        found = self.positions(values)
        if self.log:
            found = np.log(found)
        if self.normal:
            mu, sigma = self.normal
            cdf = NormalDist(mu, sigma).cdf
            return np.array([cdf(value) if value == value else math.nan for value in found.tolist()])
        # Of separate values, the first and the last have a cell as wide as the others'.
        low, high = self.low - self.step / 2, self.high + self.step / 2
        if low == high:
            return np.where(np.isnan(found), np.nan, 0.5)
        if self.log:
            low, high = math.log(low), math.log(high)
        return np.clip((found - low) / (high - low), 0.0, 1.0)


@dataclass(frozen=True)
class Categories:
    """Separate values: `labels` in their order; `numbers` are the values where all of them are numbers
    (ascending).
    """

    labels: tuple[str, ...]
    numbers: tuple[float, ...] | None = None

    @property
    def ordered(self) -> bool:
        return self.numbers is not None

    def positions(self, values: Iterable[object]) -> np.ndarray:
        """The values' indices as floats, NaN where a parameter is inactive (None)."""
        known = self.numbers if self.ordered else self.labels
        index = {value: float(i) for i, value in enumerate(known)}
        read = float if self.ordered else text
        return np.array([math.nan if value is None else index[read(value)] for value in values])

    def units(self, values: Iterable[object]) -> np.ndarray:
        """The middle of each value's cell in [0, 1]; NaN where inactive."""
        return (self.positions(values) + 0.5) / len(self.labels)


Scale = Numeric | Categories


def scale_of(parameters: Sequence[Parameter], observed: Iterable[object]) -> Scale:
    """The scale that holds a parameter in all its forms (`parameters`, one per search) and its observed
    values.

    A range in one search and a list of numbers in another are one numeric scale, logarithmic if a range is.
    `observed` are values as JSON knows them, None where inactive.
    """
    seen = [value for value in observed if value is not None]
    listed = [value for p in parameters if isinstance(p, Categorical | Constant) for value in p.values()]
    ranges = [p for p in parameters if isinstance(p, Float | Integer | Normal)]
    separate = categories_of([*listed, *seen])
    if separate.ordered or not (listed or seen):
        numbers = separate.numbers or ()
        if ranges:
            return _numeric(ranges, numbers)
        if len(numbers) > _MOST_NUMBERS:
            log = numbers[0] > 0 and numbers[-1] / numbers[0] >= 1000
            return Numeric(numbers[0], numbers[-1], log, all(isinstance(value, int) for value in [*listed, *seen]))
    return separate


def categories_of(values: Iterable[object]) -> Categories:
    """The distinct values: ascending if all are numbers, else in the given order."""
    unique = {key(value): value for value in values}
    if unique and all(map(_is_number, unique.values())):
        spelled = {float(value): text(value) for value in unique.values()}
        numbers = sorted(spelled)
        return Categories(tuple(spelled[number] for number in numbers), tuple(numbers))
    return Categories(tuple(dict.fromkeys(text(value) for value in unique.values())))


def _numeric(ranges: Sequence[Parameter], numbers: Sequence[float]) -> Numeric:
    whole = all(isinstance(p, Integer) for p in ranges) and all(number.is_integer() for number in numbers)
    log = any(p.log for p in ranges)
    ends = [*numbers]
    for p in ranges:
        # A normal variable has no ends: three standard deviations hold 99.7 % of it.
        bounds = (p.low, p.high) if not isinstance(p, Normal) else (p.mu - 3 * p.sigma, p.mu + 3 * p.sigma)
        ends += [math.exp(end) if isinstance(p, Normal) and p.log else float(end) for end in bounds]
    log = log and min(ends) > 0
    normals = {(p.mu, p.sigma) for p in ranges if isinstance(p, Normal)}
    normal = normals.pop() if len(normals) == 1 and all(isinstance(p, Normal) for p in ranges) else None
    steps = [p.step or 0.0 for p in ranges if not isinstance(p, Normal)]
    step = min(steps, default=0.0) if len(steps) == len(ranges) else 0.0
    return Numeric(min(ends), max(ends), log, whole, float(step if min(ends) > step / 2 or not log else 0.0), normal)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
