"""Middle and spread of a few numbers, for any that a program may print: very large, infinite or NaN."""

import math
import statistics
from collections.abc import Sequence

__all__ = ["deviation", "mean", "median"]


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    try:
        return statistics.fmean(values)
    except (OverflowError, ValueError):  # the sum is beyond the largest float; there are infinities of both signs
        return sum(value / len(values) for value in values)


def median(values: Sequence[float]) -> float:
    """The median; NaN if one of the values is."""
    if any(math.isnan(value) for value in values):
        return math.nan
    return mean([statistics.median_low(values), statistics.median_high(values)])


def deviation(values: Sequence[float]) -> float:
    """The sample standard deviation of two or more finite numbers; infinite beyond the largest float."""
    try:
        return statistics.stdev(values)
    except OverflowError:
        return math.inf
