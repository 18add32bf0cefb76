"""Parameter values and their one canonical text, from which ids, files, tables and command lines are made.

A value is what JSON can hold: a string, an integer, a float, a boolean, null, or a list or mapping of these. Types
are kept: 1, 1.0, true and "1" are four different values.
"""

import hashlib
import json
import re

__all__ = ["canonical", "digest", "key", "number_from_text", "problem_with", "shortened", "shortened_text", "text", "trial_id", "yaml_number"]

# Digits that survive differences between mathematical libraries; a sampled number has no more.
SIGNIFICANT_DIGITS = 10

_INTEGER = re.compile(r"[+-]?\d+\Z")
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_EXPONENT_ONLY = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+\Z")


def canonical(value: object) -> str:
    """The canonical JSON text: sorted keys, no spaces, floats by `repr` (shortest that reads back the same).

    Raises:
        ValueError: a float is NaN or infinite.
    """
    return json.dumps(_normal(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def key(value: object) -> str:
    """A hashable stand-in for a value that keeps 1, 1.0 and true apart."""
    return canonical(value)


def digest(value: object, length: int = 16) -> str:
    """The first `length` hexadecimal digits of the SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:length]


def trial_id(params: dict) -> str:
    """A trial's id: `t` (a wildcard value must not be all digits) and 64 bits of the digest of its parameters."""
    return "t" + digest(params)


def text(value: object) -> str:
    """The text of one value in tables, names and file names: strings as they are, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(_normal(value), ensure_ascii=False)


def shortened(number: float) -> float:
    """A sampled number cut to ten significant digits, the same on every platform."""
    return float(f"{number:.{SIGNIFICANT_DIGITS}g}")


def number_from_text(word: str) -> int | float | None:
    """The number that `word` spells, or None.

    >>> number_from_text("1e-5"), number_from_text("16"), number_from_text("adam")
    (1e-05, 16, None)
    """
    if _INTEGER.match(word):
        return int(word)
    return float(word) if _FLOAT.match(word) else None


def yaml_number(value: object) -> object:
    """Numbers mean numbers: YAML 1.1 reads `1e-5` as a string, this reads it as the number it is."""
    if isinstance(value, str) and _EXPONENT_ONLY.match(value):
        return float(value)
    return value


def problem_with(value: object) -> str | None:
    """Why `value` can't be a parameter's value, or None if it can."""
    match value:
        case bool() | int() | None:
            return None
        case float():
            finite = value == value and value not in (float("inf"), float("-inf"))
            return None if finite else f"{value} is not a finite number"
        case str():
            if "\0" in value:
                return "a NUL character can't be passed to a program"
            try:
                value.encode()
            except UnicodeEncodeError:
                return "not valid Unicode text"
            return None
        case list() | tuple():
            return next((why for why in map(problem_with, value) if why), None)
        case dict():
            if not all(isinstance(name, str) for name in value):
                return "the keys of a mapping must be strings"
            return next((why for why in map(problem_with, value.values()) if why), None)
    return f"a {type(value).__name__} can't be written as JSON; use a string, number, boolean, null, list or mapping"


def _normal(value: object) -> object:
    match value:
        case float():
            return value + 0.0  # -0.0 is 0.0
        case list() | tuple():
            return [_normal(item) for item in value]
        case dict():
            return {name: _normal(item) for name, item in value.items()}
    return value


def shortened_text(value: object, most: int = 120) -> str:
    """`value` as it is shown in a message: JSON where possible, cut when long."""
    try:
        shown = json.dumps(value, ensure_ascii=True, default=str)
    except (ValueError, TypeError, RecursionError):
        shown = repr(value)
    return shown if len(shown) <= most else shown[: most - 1] + "…"
