"""Whole numbers of a range."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from snaketune.space.beliefs import Bell, Prior
from snaketune.space.parameters.base import CallForm, Forms, Parameter
from snaketune.space.parameters.categorical import Categorical
from snaketune.space.parameters.fields import prior, prior_config, whole, with_prior
from snaketune.space.parameters.numbers import cell, check_bounds, units_around
from snaketune.space.scales import Numeric
from snaketune.values import is_number

__all__ = ["FORMS", "Integer"]


@dataclass(frozen=True)
class Integer(Parameter):
    """A whole number in [low, high] (both included), with equal cells on the linear or (`log`) the log scale.

    Raises:
        ValueError: as for `Float`; `log` needs low of 1 or more.
    """

    low: int
    high: int
    log: bool = False
    step: int = 1
    prior: Prior | None = None

    def __post_init__(self) -> None:
        check_bounds(self.low, self.high, self.log, self.step if self.step != 1 else None)

    @property
    def finite(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return (self.high - self.low) // self.step + 1

    def values(self) -> tuple[int, ...]:
        return tuple(range(self.low, self.high + 1, self.step))

    def from_unit(self, u: float) -> int:
        if self.log:
            low, high = self.low - 0.5, self.high + 0.5
            number: float = low * (high / low) ** u
            return min(max(round(number), self.low), self.high)
        return self.low + self.step * cell(u, self.count)

    def to_unit(self, value: int) -> float:
        if self.log:
            low, high = self.low - 0.5, self.high + 0.5
            return math.log(value / low) / math.log(high / low)
        return ((value - self.low) // self.step + 0.5) / self.count

    def contains(self, value: object) -> bool:
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return self.low <= value <= self.high and (value - self.low) % self.step == 0

    def own(self, value: Any) -> Any:
        return int(value) if is_number(value) and value == int(value) else value

    def to_config(self) -> dict[str, Any]:
        config: dict[str, Any] = {"type": "int", "low": self.low, "high": self.high}
        if self.log:
            config["log"] = True
        step = {} if self.step == 1 else {"step": self.step}
        return {**config, **step, **prior_config(self.prior)}

    @property
    def width(self) -> float:
        """How wide the range is, half a step beyond each end included, in decades on a logarithmic scale."""
        return math.log10((self.high + 0.5) / (self.low - 0.5)) if self.log else float(self.count * self.step)

    @cached_property
    def belief(self) -> Bell | None:
        return None if self.prior is None else Bell(self.to_unit(int(self.prior.at)), self.prior.sd / self.width)

    def around(self, values: Sequence[int], margin: float) -> Parameter:
        low, high = units_around(self, values, margin)
        ends = self.from_unit(max(low, 0.0)), self.from_unit(min(high, 1.0))
        return replace(self, low=ends[0], high=ends[1]) if ends[0] < ends[1] else Categorical((values[0],))

    def scale(self) -> Numeric:
        return Numeric(float(self.low), float(self.high), self.log, whole=True, step=float(self.step))

    def optuna_distribution(self) -> Any:
        from optuna.distributions import IntDistribution

        return IntDistribution(self.low, self.high, log=self.log, step=self.step)

    def to_optuna(self, value: int) -> int:
        return value

    def from_optuna(self, native: Any) -> int:
        return int(native)


def _int(raw: Mapping[str, Any]) -> Integer:
    step = whole(raw, "step") if raw.get("step") is not None else 1
    parameter = Integer(whole(raw, "low"), whole(raw, "high"), log=raw.get("log", False), step=step)
    return replace(parameter, prior=prior(raw, parameter, parameter.width))


def _with_prior(raw: Mapping[str, Any]) -> Integer:
    return _int(with_prior(raw))


def _logarithmic(raw: Mapping[str, Any]) -> Integer:
    return _int({**raw, "log": True})


def _below(raw: Mapping[str, Any]) -> Integer:
    """NumPy's and Ray's convention for randint: high is excluded."""
    return Integer(whole(raw, "low"), whole(raw, "high") - 1)


FORMS = Forms(
    types={"int": _int},
    calls={
        "int": CallForm(("low", "high", "log?", "step?"), _with_prior),
        "Integer": CallForm(("low", "high", "prior?", "log?"), _with_prior),  # scikit-optimize's name
        "logint": CallForm(("low", "high"), _logarithmic),
        "randint": CallForm(("low", "high"), _below),
    },
)
