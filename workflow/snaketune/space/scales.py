"""A parameter's axis in plots and importances: numbers on a scale, or separate values."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from snaketune.values import is_number, text

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ABSENT", "Categories", "Numeric", "Scale"]

# What stands where a parameter is inactive; None is a value.
ABSENT = object()


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

    @property
    def ordered(self) -> bool:
        return True

    def positions(self, values: Iterable[Any]) -> "np.ndarray":
        """The values as floats, NaN where a parameter is inactive (ABSENT)."""
        import numpy as np

        return np.array([float(value) if is_number(value) else math.nan for value in values])

    def units(self, values: Iterable[Any]) -> "np.ndarray":
        """Where the values are in [0, 1], equal steps being equally likely a priori; NaN where inactive."""
        import numpy as np

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
        return np.asarray(np.clip((found - low) / (high - low), 0.0, 1.0))


@dataclass(frozen=True)
class Categories:
    """Separate values: `labels` in their order; `numbers` are the values where all are numbers (ascending).

    Labels tell all values apart: a text that is spelled like another value is in quotes.
    """

    labels: tuple[str, ...]
    numbers: tuple[float, ...] | None = None

    @property
    def ordered(self) -> bool:
        return self.numbers is not None

    def positions(self, values: Iterable[Any]) -> "np.ndarray":
        """The values' indices as floats, NaN where a parameter is inactive (ABSENT)."""
        import numpy as np

        known = {label: float(i) for i, label in enumerate(self.labels)}
        # However a number is spelled, it stands where it belongs.
        by_size = {number: float(i) for i, number in enumerate(self.numbers or ())}
        texts: dict[str, float] = {}

        def position(value: Any) -> float:
            if value is ABSENT:
                return math.nan
            if isinstance(value, str):
                if value not in texts:
                    quoted = json.dumps(value, ensure_ascii=False)
                    texts[value] = known.get(quoted, known.get(value, math.nan))
                return texts[value]
            found = known.get(text(value))
            if found is None and is_number(value):
                found = by_size.get(value)
            return math.nan if found is None else found

        return np.array([position(value) for value in values])

    def units(self, values: Iterable[Any]) -> "np.ndarray":
        """The middle of each value's cell in [0, 1]; NaN where inactive."""
        return (self.positions(values) + 0.5) / len(self.labels)


Scale = Numeric | Categories
