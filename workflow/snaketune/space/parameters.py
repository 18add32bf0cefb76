"""The kinds of parameter. Each is a value (equality, repr) that owns its encoding to and from the unit interval."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from statistics import NormalDist
from typing import Protocol

from snaketune.values import key, shortened

__all__ = ["Categorical", "Constant", "Float", "Integer", "Normal", "Parameter"]


class Parameter(Protocol):
    """What every kind of parameter can do. `u` is in [0, 1]; equal steps of `u` are equally likely values."""

    @property
    def finite(self) -> bool:
        """Whether the parameter has finitely many values, so that a grid can list them."""

    @property
    def count(self) -> int:
        """How many values there are; only for finite parameters. They may be too many to list."""

    def values(self) -> tuple:
        """All values in their natural order; only for finite parameters."""

    def from_unit(self, u: float) -> object:
        """The value at `u`."""

    def to_unit(self, value: object) -> float:
        """The place of `value` in [0, 1]: the middle of its cell for parameters with finitely many values."""

    def contains(self, value: object) -> bool:
        """Whether `value` can be a value of this parameter."""

    def to_config(self) -> dict:
        """The parameter as the mapping that describes it in a configuration."""


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _cell(u: float, count: int) -> int:
    return min(int(max(u, 0.0) * count), count - 1)


@dataclass(frozen=True)
class Float:
    """A real number in [low, high], uniform or (`log`) log-uniform; with `step` only low, low + step, …

    Raises:
        ValueError: the bounds are out of order, `log` with a bound at or below 0, a step that is not positive or
            goes with `log`.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None

    def __post_init__(self):
        _check_bounds(self.low, self.high, self.log, self.step)

    @property
    def finite(self) -> bool:
        return self.step is not None

    @cached_property
    def count(self) -> int:
        if self.step is None:
            raise TypeError("a continuous parameter has no number of values")
        # Decimal arithmetic on the digits that the user wrote: 0.1 + 0.2 is 0.3 here.
        return int((_decimal(self.high) - _decimal(self.low)) / _decimal(self.step)) + 1

    def _at(self, index: int) -> float:
        return float(_decimal(self.low) + index * _decimal(self.step))

    def values(self) -> tuple:
        return tuple(self._at(i) for i in range(self.count))

    def from_unit(self, u: float) -> float:
        if self.step is not None:
            return self._at(_cell(u, self.count))
        if self.log:
            return self._within(self.low * (self.high / self.low) ** u)
        return self._within(self.low + u * (self.high - self.low))

    def _within(self, value: float) -> float:
        return min(max(shortened(value), float(self.low)), float(self.high))

    def to_unit(self, value: float) -> float:
        if self.step is not None:
            return (round((value - self.low) / self.step) + 0.5) / self.count
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def contains(self, value: object) -> bool:
        if not _is_number(value) or not self.low <= value <= self.high:
            return False
        return self.step is None or math.isclose(
            (value - self.low) / self.step, round((value - self.low) / self.step), abs_tol=1e-6
        )

    def to_config(self) -> dict:
        config = {"type": "loguniform" if self.log else "uniform", "low": self.low, "high": self.high}
        return config if self.step is None else {**config, "step": self.step}


@dataclass(frozen=True)
class Integer:
    """A whole number in [low, high] (both included), with equal cells on the linear or (`log`) the log scale.

    Raises:
        ValueError: as for `Float`; `log` needs low of 1 or more.
    """

    low: int
    high: int
    log: bool = False
    step: int = 1

    def __post_init__(self):
        _check_bounds(self.low, self.high, self.log, self.step if self.step != 1 else None)

    @property
    def finite(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return (self.high - self.low) // self.step + 1

    def values(self) -> tuple:
        return tuple(range(self.low, self.high + 1, self.step))

    def from_unit(self, u: float) -> int:
        if self.log:
            low, high = self.low - 0.5, self.high + 0.5
            return min(max(round(low * (high / low) ** u), self.low), self.high)
        return self.low + self.step * _cell(u, self.count)

    def to_unit(self, value: int) -> float:
        if self.log:
            low, high = self.low - 0.5, self.high + 0.5
            return math.log(value / low) / math.log(high / low)
        return ((value - self.low) // self.step + 0.5) / self.count

    def contains(self, value: object) -> bool:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and self.low <= value <= self.high and (value - self.low) % self.step == 0

    def to_config(self) -> dict:
        config = {"type": "int", "low": self.low, "high": self.high}
        if self.log:
            config["log"] = True
        return config if self.step == 1 else {**config, "step": self.step}


@dataclass(frozen=True)
class Normal:
    """A normal variable; with `log` its logarithm is normal (mu and sigma are those of the logarithm).

    Raises:
        ValueError: sigma is not positive, or seven sigmas lead beyond what a float can hold.
    """

    mu: float
    sigma: float
    log: bool = False

    def __post_init__(self):
        if not self.sigma > 0:
            raise ValueError(f"sigma must be above 0; found {self.sigma}")
        try:
            low, high = self.from_unit(0.0), self.from_unit(1.0)
        except OverflowError:
            low, high = 0.0, math.inf
        if not (math.isfinite(low) and math.isfinite(high)) or (self.log and low == 0):
            raise ValueError(f"mu {self.mu} and sigma {self.sigma} reach values that no floating-point number can hold")

    @property
    def finite(self) -> bool:
        return False

    @property
    def count(self) -> int:
        raise TypeError("a normal parameter has no number of values")

    def values(self) -> tuple:
        raise TypeError("a normal parameter has no list of values")

    def from_unit(self, u: float) -> float:
        z = NormalDist(self.mu, self.sigma).inv_cdf(min(max(u, 1e-12), 1 - 1e-12))
        return shortened(math.exp(z) if self.log else z)

    def to_unit(self, value: float) -> float:
        return NormalDist(self.mu, self.sigma).cdf(math.log(value) if self.log else value)

    def contains(self, value: object) -> bool:
        return _is_number(value) and (value > 0 or not self.log)

    def to_config(self) -> dict:
        return {"type": "lognormal" if self.log else "normal", "mu": self.mu, "sigma": self.sigma}


@dataclass(frozen=True)
class Categorical:
    """One of a list of values of any kind, in the given order; repeated values count once.

    Raises:
        ValueError: there is no choice.
    """

    choices: tuple = field(compare=False)
    # What is compared: for Python 1, 1.0 and True are equal, and a list has no hash.
    _keys: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self):
        if not self.choices:
            raise ValueError("the list of choices is empty; give at least one value")
        distinct: dict[str, object] = {}
        for choice in self.choices:
            distinct.setdefault(key(choice), choice)
        object.__setattr__(self, "choices", tuple(distinct.values()))
        object.__setattr__(self, "_keys", tuple(distinct))

    @cached_property
    def _index(self) -> dict[str, int]:
        return {key: i for i, key in enumerate(self._keys)}

    @property
    def finite(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return len(self.choices)

    @property
    def ordered(self) -> bool:
        """Whether all choices are numbers, so that the model may see their order and distance."""
        return len(self.choices) > 1 and all(map(_is_number, self.choices))

    def values(self) -> tuple:
        return self.choices

    def from_unit(self, u: float) -> object:
        return self.choices[_cell(u, len(self.choices))]

    def to_unit(self, value: object) -> float:
        return (self._index[key(value)] + 0.5) / len(self.choices)

    def contains(self, value: object) -> bool:
        return key(value) in self._index

    def to_config(self) -> dict:
        return {"type": "categorical", "choices": list(self.choices)}


@dataclass(frozen=True)
class Constant:
    """A value that every trial has."""

    value: object = field(compare=False)
    _key: str = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "_key", key(self.value))

    @property
    def finite(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return 1

    def values(self) -> tuple:
        return (self.value,)

    def from_unit(self, u: float) -> object:
        return self.value

    def to_unit(self, value: object) -> float:
        return 0.5

    def contains(self, value: object) -> bool:
        return key(value) == self._key

    def to_config(self) -> dict:
        return {"type": "constant", "value": self.value}


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))


def _check_bounds(low, high, log, step) -> None:
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
