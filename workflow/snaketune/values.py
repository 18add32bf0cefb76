"""Parameter values and their one canonical text, from which ids, files, tables and command lines are made.

A value is what JSON can hold: a string, an integer, a float, a boolean, null, or a list or mapping of these. Types
are kept: 1, 1.0, true and "1" are four different values.
"""

import hashlib
import json
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from json.encoder import encode_basestring_ascii
from typing import Any, TypeGuard

__all__ = [
    "alias_problem",
    "canonical",
    "counted",
    "cut",
    "digest",
    "is_number",
    "key",
    "nfc",
    "number_from_text",
    "problem_with",
    "problems_in",
    "same",
    "shortened",
    "shortened_text",
    "text",
    "trial_id",
    "yaml_number",
]

# Digits that survive differences between mathematical libraries; a sampled number has no more.
SIGNIFICANT_DIGITS = 10

# Made once: `json.dumps` with any option of its own would make an encoder for each value.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_TEXT = json.JSONEncoder(ensure_ascii=False).encode

_LARGEST = sys.float_info.max
_MOST_VALUES = 1_000_000
_DEEPEST = 50  # levels of lists and mappings in each other
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_FLOAT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_SCALARS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    int: repr,
    bool: {False: "false", True: "true"}.__getitem__,
    type(None): lambda _: "null",
}
_EXPONENT_ONLY = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+\Z")


def canonical(value: object) -> str:
    """The canonical JSON text: sorted keys, no spaces, floats by `repr` (shortest that reads back the same).

    Raises:
        ValueError: a float is NaN or infinite.
    """
    return _of_scalar(value) or _CANONICAL(_normal(value))


def key(value: object) -> str:
    """A hashable stand-in for a value that keeps 1, 1.0 and true apart."""
    return canonical(value)


def digest(value: object, length: int = 16) -> str:
    """The first `length` hexadecimal digits of the SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:length]


def trial_id(params: Mapping[str, object]) -> str:
    """A trial's id: `t` (a wildcard value must not be all digits) and 64 bits of the digest of its parameters."""
    return "t" + digest(params)


def text(value: object) -> str:
    """The text of one value in tables, names and file names: strings as they are, all else as JSON."""
    if isinstance(value, str):
        return value
    return _of_scalar(value) or _TEXT(_normal(value))


def cut(shown: str, most: int) -> str:
    """`shown` in at most so many characters: what is longer loses its middle, as long values often begin alike."""
    if len(shown) <= most:
        return shown
    head = (most - 1) // 2
    return f"{shown[:head]}…{shown[len(shown) - (most - 1 - head) :]}"


def nfc(name: str) -> str:
    """The one spelling of a name (Unicode's NFC): é may be one character, or an e with a mark."""
    return unicodedata.normalize("NFC", name)


def shortened(number: float) -> float:
    """A sampled number cut to ten significant digits, the same on every platform."""
    return float(f"{number:.{SIGNIFICANT_DIGITS}g}")


def number_from_text(word: str) -> int | float | None:
    """The number that `word` spells, or None.

    >>> number_from_text("1e-5"), number_from_text("16"), number_from_text("adam")
    (1e-05, 16, None)
    """
    if _INTEGER.match(word) and len(word) < 400:  # a longer one is infinite for a float, and Python may refuse it
        return int(word)
    return float(word) if _FLOAT.match(word) else None


def yaml_number(value: object) -> object:
    """Numbers mean numbers, in lists and mappings too: YAML 1.1 reads `1e-5` as a string, this makes it the number."""
    match value:
        case str() if _EXPONENT_ONLY.match(value):
            return float(value)
        case list():
            return [yaml_number(item) for item in value]
        case dict():
            return {name: yaml_number(item) for name, item in value.items()}
    return value


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether `value` is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(a: object, b: object) -> bool:
    """Whether two values are the same, numbers by what they count: 2 is 2.0, but neither true is 1 nor "1" is 1."""
    return a == b if is_number(a) and is_number(b) else key(a) == key(b)


def counted(value: object) -> tuple[int, int]:
    """How many values there are in `value`, itself among them: as they are in memory, and with each alias written out.

    Raises:
        ValueError: a list or mapping is a part of itself.
    """
    # From the inside to the outside, each list and mapping once: aliases of aliases are exponentially many.
    sizes: dict[int, int] = {}
    begun: set[int] = set()
    waiting: list[object] = [value]
    there = 0
    while waiting:
        this = waiting[-1]
        parts = this.values() if isinstance(this, dict) else this if isinstance(this, (list, tuple)) else ()
        inside = [part for part in parts if isinstance(part, (dict, list, tuple))]
        if id(this) not in sizes and (missing := [part for part in inside if id(part) not in sizes]):
            begun.add(id(this))
            if any(id(part) in begun for part in missing):
                raise ValueError("a list or mapping is a part of itself, by a YAML alias")
            waiting += missing
            continue
        waiting.pop()
        begun.discard(id(this))
        if id(this) not in sizes:
            own = 1 + len(parts) - len(inside)
            there += own
            sizes[id(this)] = own + sum(sizes[id(part)] for part in inside)
    return there, sizes[id(value)]


def alias_problem(value: object) -> str | None:
    """Why `value` can't be written out, where a YAML file uses aliases of aliases to mean far more than it holds."""
    try:
        there, meant = counted(value)
    except ValueError as error:
        return str(error)
    if meant > _MOST_VALUES and meant > 2 * there:
        return (
            f"with its YAML aliases (*name) written out it has more than {_MOST_VALUES:,} values, the file {there:,}; "
            "write out what is needed"
        )
    return None


def problem_with(value: object) -> str | None:
    """Why `value` can't be a parameter's value, or None if it can."""
    return next((why for _, why in problems_in(value)), None)


def problems_in(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What in `value` can't be a parameter's value: its place (keys and indices) and why."""
    if len(place) > _DEEPEST:
        yield place[:3], f"nested deeper than {_DEEPEST} levels"
        return
    match value:
        case bool() | None:
            return
        case int() if abs(value) > _LARGEST:
            yield place, "a whole number this large can't be handled; quote it if it is text"
        case int():
            return
        case float() if not abs(value) <= _LARGEST:
            yield place, f"{value} is not a finite number"
        case float():
            return
        case str():
            if why := _problem_with_text(value):
                yield place, why
        case list() | tuple():
            for i, item in enumerate(value):
                yield from problems_in(item, (*place, i))
        case dict():
            for name, item in value.items():
                if not isinstance(name, str):
                    hint = " (YAML reads on, off, yes and no as true and false)" if isinstance(name, bool) else ""
                    yield place, f"a key must be text; found {shortened_text(name)}{hint}: quote it"
                elif why := _problem_with_text(name):
                    yield place, why
                yield from problems_in(item, (*place, name))
        case _:
            kind = type(value).__name__
            yield place, f"a {kind} can't be written as JSON; quote it ({shortened_text(value)}) to make it text"


def _problem_with_text(value: str) -> str | None:
    if "\0" in value:
        return "a NUL character can't be passed to a program"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "not valid Unicode text"
    return None


def _of_scalar(value: object) -> str:
    """The JSON text of a number, text, boolean or null, without what JSON in general needs; "" for all else."""
    if type(value) is float:
        return repr(value + 0.0) if math.isfinite(value) else ""  # -0.0 is 0.0
    write = _SCALARS.get(type(value))
    return write(value) if write else ""


def _normal(value: object) -> object:
    if isinstance(value, float):
        return value + 0.0  # -0.0 is 0.0
    if isinstance(value, dict):
        return {name: _normal(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    return value


def shortened_text(value: object, most: int = 120) -> str:
    """`value` as it is shown in a message, on one line: JSON where possible, cut when long."""
    try:
        shown = json.dumps(value, ensure_ascii=False, default=str).encode(errors="backslashreplace").decode()
    except (ValueError, TypeError, RecursionError):
        shown = repr(value)
    return cut(shown, most)
