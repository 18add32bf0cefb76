"""Numbers as JSON files hold them: strict JSON has no text for NaN and infinities, so they are named."""

from __future__ import annotations

import json
import math
import sys

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

__all__ = ["DECODER", "NON_FINITE", "NUMBER", "as_number", "is_number", "loads", "strict", "too_large"]

# The texts of numbers; a string, since to compile it takes time and it is seldom needed.
NUMBER = r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_DIGITS = 4000  # Python refuses to read integers of more than 4300
_HUGE: int = 10**_DIGITS


def _integer(digits: str) -> int:
    """The integer; one that is longer than Python reads has its sign and is as much too large for a float."""
    if len(digits) <= _DIGITS:
        return int(digits)
    return -_HUGE if digits.startswith("-") else _HUGE


DECODER = json.JSONDecoder(parse_int=_integer)


def loads(content: bytes | str) -> Any:
    """The JSON value that a text is, whatever the length of its integers.

    Raises:
        ValueError: it is none.
        RecursionError: it is nested too deeply.
    """
    if isinstance(content, bytes):
        content = content.decode(json.detect_encoding(content), "surrogatepass")
    return DECODER.decode(content)


def too_large(value: object) -> bool:
    """Whether `value` is an integer that no float is as large as."""
    return isinstance(value, int) and abs(value) > sys.float_info.max


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
