"""Normal and log-normal variables."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from snaketune.space.parameters.base import CallForm, Forms, Parameter
from snaketune.space.parameters.fields import number
from snaketune.space.scales import Numeric
from snaketune.values import is_number, shortened

__all__ = ["FORMS", "Normal"]

# Models and Optuna search between these quantiles: the places 0 and 1 are infinitely far.
_LOWEST, _HIGHEST = 1e-4, 1 - 1e-4


@dataclass(frozen=True)
class Normal(Parameter):
    """A normal variable; with `log` its logarithm is normal (mu and sigma are those of the logarithm).

    Raises:
        ValueError: sigma is not positive, or seven sigmas lead beyond what a float can hold.
    """

    mu: float
    sigma: float
    log: bool = False

    def __post_init__(self) -> None:
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

    def values(self) -> tuple[float, ...]:
        raise TypeError("a normal parameter has no list of values")

    def from_unit(self, u: float) -> float:
        z = NormalDist(self.mu, self.sigma).inv_cdf(min(max(u, 1e-12), 1 - 1e-12))
        return shortened(math.exp(z) if self.log else z)

    def to_unit(self, value: float) -> float:
        return NormalDist(self.mu, self.sigma).cdf(math.log(value) if self.log else value)

    def contains(self, value: object) -> bool:
        return is_number(value) and (value > 0 or not self.log)

    def to_config(self) -> dict[str, Any]:
        return {"type": "lognormal" if self.log else "normal", "mu": self.mu, "sigma": self.sigma}

    def scale(self) -> Numeric:
        # A normal variable has no ends: three standard deviations hold 99.7 % of it.
        ends = self.mu - 3 * self.sigma, self.mu + 3 * self.sigma
        low, high = map(math.exp if self.log else float, ends)
        return Numeric(low, high, self.log, normal=(self.mu, self.sigma))

    def place_to_unit(self, place: float) -> float:
        return min(max(place, _LOWEST), _HIGHEST)

    def optuna_distribution(self) -> Any:
        from optuna.distributions import FloatDistribution

        return FloatDistribution(_LOWEST, _HIGHEST)

    def to_optuna(self, value: float) -> float:
        return min(max(self.to_unit(value), _LOWEST), _HIGHEST)


def _normal(raw: Mapping[str, Any]) -> Normal:
    return Normal(number(raw, "mu"), number(raw, "sigma"))


def _lognormal(raw: Mapping[str, Any]) -> Normal:
    return Normal(number(raw, "mu"), number(raw, "sigma"), log=True)


FORMS = Forms(
    types={"normal": _normal, "lognormal": _lognormal},
    calls={
        "normal": CallForm(("mu", "sigma"), _normal),
        "lognormal": CallForm(("mu", "sigma"), _lognormal),
    },
)
