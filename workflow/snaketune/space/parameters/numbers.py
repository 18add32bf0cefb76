"""What kinds of numbers have in common."""

import math
from collections.abc import Sequence
from typing import Any

from snaketune.space.parameters.base import Parameter

__all__ = ["cell", "check_bounds", "units_around"]


def cell(u: float, count: int) -> int:
    """Which of `count` equal cells of the unit interval `u` is in."""
    return min(int(max(u, 0.0) * count), count - 1)


def units_around(parameter: Parameter, values: Sequence[Any], margin: float) -> tuple[float, float]:
    """The part of the unit interval that holds `values`, with `margin` on each side; it may stick out."""
    units = [parameter.to_unit(value) for value in values]
    return min(units) - margin, max(units) + margin


def check_bounds(low: float, high: float, log: bool, step: float | None) -> None:
    """Checks what a range is made of.

    Raises:
        ValueError: the bounds are out of order or too far apart, `log` with a bound at or below 0, a step that is not
            positive or goes with `log`.
    """
    if not low < high:
        raise ValueError(f"low must be below high; found low {low} and high {high}")
    if log and low <= 0:
        raise ValueError(f"a log scale needs low above 0; found {low}")
    if math.isinf(high / low if log else high - low):
        raise ValueError(f"the range from {low} to {high} is too wide for floating-point numbers")
    if step is not None and log:
        raise ValueError("step and log exclude each other; list the values instead")
    if step is not None and not step > 0:
        raise ValueError(f"step must be above 0; found {step}")
