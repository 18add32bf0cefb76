"""Numbers as JSON files hold them: strict JSON has no text for NaN and infinities, so they are named."""

from __future__ import annotations

import math
import sys

__all__ = ["NON_FINITE", "NUMBER", "as_number", "is_number", "strict"]

# The texts of numbers; a string, since to compile it takes time and it is seldom needed.
NUMBER = r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def is_number(value: object) -> bool:
    """Whether `value` is a number or the name of one; a boolean is none."""
    return (isinstance(value, (int, float)) and not isinstance(value, bool)) or value in list(NON_FINITE)


def as_number(value: object) -> object:
    """The number that a name stands for; every other value is itself."""
    return NON_FINITE.get(value, value) if isinstance(value, str) else value


def strict(value: object) -> object:
    """`value` with every number that strict JSON cannot hold replaced by its name, at any depth."""
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strict(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value != value:
            return "NaN"
        if abs(value) > sys.float_info.max:  # an integer may be too large as well
            return "Infinity" if value > 0 else "-Infinity"
    return value
