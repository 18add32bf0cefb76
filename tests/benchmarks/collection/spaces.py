"""A space as plain data: a list of mappings, parents before the parameters that depend on them.

Each has a `name` and a `type`: `uniform`, `loguniform` and `int` (with `log: true` if so) from `low` to `high`, both
included; `choice` and `ordinal` (ordered numbers) with `choices`. `when: {parent: [values]}` says when it is active.
Points are mappings of the active parameters alone. A place in the unit interval stands for each value.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["Params", "Space", "configuration", "draw", "from_unit", "is_active", "latin_hypercube", "to_unit"]

Space = Sequence[Mapping[str, Any]]
Params = Mapping[str, Any]

_LISTS = "choice", "ordinal"


def configuration(space: Space) -> dict[str, Any]:
    """The space as a SnakeTune study has it under the key `space`."""
    return {
        p["name"]: {key: value for key, value in p.items() if key != "name"}
        | ({"type": "categorical"} if p["type"] in _LISTS else {})
        for p in space
    }


def is_active(parameter: Mapping[str, Any], params: Params) -> bool:
    """Whether a parameter has a value, given those of its parents."""
    return all(params.get(parent) in values for parent, values in parameter.get("when", {}).items())


def from_unit(space: Space, places: Sequence[float]) -> dict[str, Any]:
    """The point at `places`, one in [0, 1] per parameter, those of inactive ones unused."""
    params: dict[str, Any] = {}
    for parameter, place in zip(space, places, strict=True):
        if is_active(parameter, params):
            params[parameter["name"]] = _value(parameter, float(place))
    return params


def to_unit(space: Space, params: Params) -> np.ndarray:
    """The places of a point; values of a finite parameter are in the middle of theirs, NaN stands for inactive."""
    return np.array([_place(p, params[p["name"]]) if p["name"] in params else math.nan for p in space])


def draw(space: Space, rng: np.random.Generator) -> dict[str, Any]:
    """A random point."""
    return from_unit(space, rng.random(len(space)))


def latin_hypercube(space: Space, n: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """`n` points, in each parameter one in each n-th of the unit interval."""
    strata = np.argsort(rng.random((n, len(space))), axis=0)
    return [from_unit(space, row) for row in (strata + rng.random((n, len(space)))) / n]


def _value(parameter: Mapping[str, Any], place: float) -> Any:
    if parameter["type"] in _LISTS:
        choices = parameter["choices"]
        return choices[min(int(place * len(choices)), len(choices) - 1)]
    low, high = parameter["low"], parameter["high"]
    first, last, is_log = _scale(parameter)
    found = first + place * (last - first)
    value = math.exp(found) if is_log else found
    return min(max(round(value) if parameter["type"] == "int" else value, low), high)


def _place(parameter: Mapping[str, Any], value: Any) -> float:
    if parameter["type"] in _LISTS:
        choices = parameter["choices"]
        return (choices.index(value) + 0.5) / len(choices)
    first, last, is_log = _scale(parameter)
    return ((math.log(value) if is_log else value) - first) / (last - first)


def _scale(parameter: Mapping[str, Any]) -> tuple[float, float, bool]:
    """What the unit interval stands for, and whether that is logarithms; each whole number has a cell of its own."""
    beyond = 0.5 if parameter["type"] == "int" else 0.0
    low, high = parameter["low"] - beyond, parameter["high"] + beyond
    is_log = parameter["type"] == "loguniform" or parameter.get("log", False)
    return (math.log(low), math.log(high), True) if is_log else (low, high, False)
