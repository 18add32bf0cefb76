"""A space of `collection.spaces` in the terms that other engines have for one.

Numbers stay what they are. Ordinals are whole numbers, their places in the list, since every engine knows how to make
use of an order; choices are such places too, but `unordered`. So a *native* value is always a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collection.spaces import Params, Space, from_unit, is_active

__all__ = ["Dimension", "completed", "dimensions", "params_of"]


@dataclass(frozen=True)
class Dimension:
    """A parameter whose native values are between `low` and `high`, both included."""

    name: str
    low: float
    high: float
    whole: bool = False
    log: bool = False
    unordered: bool = False
    choices: tuple[Any, ...] = ()

    @classmethod
    def of(cls, parameter: Mapping[str, Any]) -> "Dimension":
        """That of a parameter of a space."""
        name, kind = parameter["name"], parameter["type"]
        if "choices" in parameter:
            choices = tuple(parameter["choices"])
            return cls(name, 0, len(choices) - 1, True, unordered=kind == "choice", choices=choices)
        log = kind == "loguniform" or parameter.get("log", False)
        return cls(name, parameter["low"], parameter["high"], kind == "int", log)

    def native(self, value: Any) -> float:
        """What a value of the parameter is to an engine."""
        return self.choices.index(value) if self.choices else value

    def value(self, native: float) -> Any:
        """The parameter's value that a native one stands for; libraries are off by a last digit now and then."""
        within = min(max(native, self.low), self.high)
        if self.choices:
            return self.choices[round(within)]
        return round(within) if self.whole else float(within)


def dimensions(space: Space) -> list[Dimension]:
    """The parameters of a space, in their order."""
    return [Dimension.of(parameter) for parameter in space]


def params_of(space: Space, natives: Mapping[str, float]) -> dict[str, Any]:
    """The point that native values stand for, without those of inactive parameters."""
    params: dict[str, Any] = {}
    for parameter, dimension in zip(space, dimensions(space), strict=True):
        if is_active(parameter, params):
            params[dimension.name] = dimension.value(natives[dimension.name])
    return params


def completed(space: Space, params: Params) -> dict[str, Any]:
    """A point with values of its inactive parameters, in the middle, for engines that know no conditions."""
    free = [{key: of for key, of in parameter.items() if key != "when"} for parameter in space]
    return {**from_unit(free, [0.5] * len(free)), **params}
