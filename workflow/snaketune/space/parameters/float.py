"""Real numbers of a range."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from snaketune.space.beliefs import Bell, Prior
from snaketune.space.parameters.base import CallForm, Forms, Parameter
from snaketune.space.parameters.categorical import Categorical
from snaketune.space.parameters.fields import number, prior, prior_config, with_prior
from snaketune.space.parameters.numbers import cell, check_bounds, units_around
from snaketune.space.scales import Numeric
from snaketune.values import is_number, shortened

__all__ = ["FORMS", "Float"]


@dataclass(frozen=True)
class Float(Parameter):
    """A real number in [low, high], uniform or (`log`) log-uniform; with `step` only low, low + step, …

    Raises:
        ValueError: the bounds are out of order, `log` with a bound at or below 0, a step that is not positive or
            goes with `log`.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None
    prior: Prior | None = None

    def __post_init__(self) -> None:
        check_bounds(self.low, self.high, self.log, self.step)

    @property
    def finite(self) -> bool:
        return self.step is not None

    @cached_property
    def count(self) -> int:
        if self.step is None:
            raise TypeError("a continuous parameter has no number of values")
        # Decimal arithmetic on the digits that the user wrote: 0.1 + 0.2 is 0.3 here.
        return int((_decimal(self.high) - _decimal(self.low)) / _decimal(self.step)) + 1

    def _at(self, index: int, step: float) -> float:
        return float(_decimal(self.low) + index * _decimal(step))

    def values(self) -> tuple[float, ...]:
        return tuple(self._at(i, self.step or 0.0) for i in range(self.count))

    def from_unit(self, u: float) -> float:
        if self.step is not None:
            return self._at(cell(u, self.count), self.step)
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
        if not is_number(value) or not self.low <= value <= self.high:
            return False
        return self.step is None or math.isclose(
            (value - self.low) / self.step, round((value - self.low) / self.step), abs_tol=1e-6
        )

    def own(self, value: Any) -> Any:
        return float(value) if is_number(value) else value

    def to_config(self) -> dict[str, Any]:
        config = {"type": "loguniform" if self.log else "uniform", "low": self.low, "high": self.high}
        step = {} if self.step is None else {"step": self.step}
        return {**config, **step, **prior_config(self.prior)}

    @property
    def width(self) -> float:
        """How wide the range is, in decades on a logarithmic scale."""
        return math.log10(self.high / self.low) if self.log else self.high - self.low

    @cached_property
    def belief(self) -> Bell | None:
        return None if self.prior is None else Bell(self.to_unit(self.prior.at), self.prior.sd / self.width)

    def around(self, values: Sequence[float], margin: float) -> Parameter:
        low, high = units_around(self, values, margin)
        ends = self.from_unit(max(low, 0.0)), self.from_unit(min(high, 1.0))
        if self.step is None:
            # Rounding may have put an end on the wrong side of a value.
            ends = min(ends[0], *values), max(ends[1], *values)
        return replace(self, low=ends[0], high=ends[1]) if ends[0] < ends[1] else Categorical((values[0],))

    def scale(self) -> Numeric:
        return Numeric(float(self.low), float(self.high), self.log, step=float(self.step or 0.0))

    def optuna_distribution(self) -> Any:
        from optuna.distributions import FloatDistribution

        return FloatDistribution(self.low, self.high, log=self.log, step=self.step)

    def to_optuna(self, value: float) -> float:
        return value

    def from_optuna(self, native: Any) -> float:
        value = float(native)
        return self._within(value) if self.step is None else self.from_unit(self.to_unit(value))


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))


def _uniform(raw: Mapping[str, Any], log: bool = False) -> Float:
    step = raw.get("step")
    parameter = Float(
        number(raw, "low"),
        number(raw, "high"),
        log=log or raw.get("log", False),
        step=None if step is None else number(raw, "step"),
    )
    return replace(parameter, prior=prior(raw, parameter, parameter.width))


def _loguniform(raw: Mapping[str, Any]) -> Float:
    return _uniform(raw, log=True)


def _with_prior(raw: Mapping[str, Any]) -> Float:
    return _uniform(with_prior(raw))


FORMS = Forms(
    types={"uniform": _uniform, "float": _uniform, "loguniform": _loguniform},
    calls={
        "uniform": CallForm(("low", "high"), _uniform),
        "loguniform": CallForm(("low", "high"), _loguniform),
        "quniform": CallForm(("low", "high", "step"), _uniform),
        "float": CallForm(("low", "high", "log?", "step?"), _with_prior),
        "Real": CallForm(("low", "high", "prior?", "log?"), _with_prior),  # scikit-optimize's name
    },
)
