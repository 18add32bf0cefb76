"""One-line forms of long lists: ranges and evenly spaced numbers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from snaketune.space.parameters.base import CallForm, Forms
from snaketune.space.parameters.categorical import Categorical, categorical
from snaketune.space.parameters.fields import number, whole

__all__ = ["FORMS", "LARGEST_LIST", "range_of"]

LARGEST_LIST = 1_000_000


def range_of(arguments: Sequence[Any]) -> Categorical:
    """The numbers of Python's `range`, as choices.

    Raises:
        ValueError: the arguments are not one to three whole numbers, or the range is empty or too long.
    """
    if not 1 <= len(arguments) <= 3 or not all(isinstance(a, int) and not isinstance(a, bool) for a in arguments):
        raise ValueError(
            "a range is (stop), (start, stop) or (start, stop, step) in whole numbers, stop not included; for other "
            "numbers list them, or use {type: uniform, low: …, high: …, step: …}"
        )
    if len(arguments) == 3 and arguments[2] == 0:
        raise ValueError("a range's step must not be 0")
    numbers = range(*arguments)
    if len(numbers) > LARGEST_LIST:
        raise ValueError(f"a range of {len(numbers)} values is too long (at most {LARGEST_LIST}); use a type: int")
    if not numbers:
        raise ValueError(f"the range {arguments} is empty")
    return Categorical(tuple(numbers))


def _range(raw: Mapping[str, Any]) -> Categorical:
    if "step" in raw and "stop" not in raw:
        raise ValueError("range(start, stop, step) lacks 'stop'")
    return range_of(tuple(raw[field] for field in ("start", "stop", "step") if field in raw))


def _spaced(raw: Mapping[str, Any], at: Callable[[float, float, float], float]) -> Categorical:
    low, high, count = number(raw, "low"), number(raw, "high"), whole(raw, "count")
    if not 1 <= count <= LARGEST_LIST:
        raise ValueError(f"count must be from 1 to {LARGEST_LIST}; found {count}")
    places = [i / (count - 1) for i in range(count)] if count > 1 else [0.0]
    return categorical([float(f"{at(low, high, t):.12g}") for t in places])


def _linspace(raw: Mapping[str, Any]) -> Categorical:
    return _spaced(raw, lambda a, b, t: a + (b - a) * t)


def _logspace(raw: Mapping[str, Any]) -> Categorical:
    return _spaced(raw, lambda a, b, t: float(10.0 ** (a + (b - a) * t)))


def _geomspace(raw: Mapping[str, Any]) -> Categorical:
    low, high = number(raw, "low"), number(raw, "high")
    if not low * high > 0:
        raise ValueError(f"both ends of a geomspace need to be above 0; found {low} and {high}")
    return _spaced(raw, lambda a, b, t: float(a * (b / a) ** t))


FORMS = Forms(
    calls={
        "range": CallForm(("start", "stop?", "step?"), _range),
        "linspace": CallForm(("low", "high", "count"), _linspace),
        "geomspace": CallForm(("low", "high", "count"), _geomspace),
        "logspace": CallForm(("low", "high", "count"), _logspace),
    }
)
