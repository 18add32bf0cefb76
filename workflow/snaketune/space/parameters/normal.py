"""Normal and log-normal variables."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist
from typing import Any

from snaketune.space.beliefs import NormalBelief, Prior
from snaketune.space.parameters.base import CallForm, Forms, Parameter
from snaketune.space.parameters.fields import number, prior, prior_config
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
    prior: Prior | None = None

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

    def own(self, value: Any) -> Any:
        return float(value) if is_number(value) else value

    def to_config(self) -> dict[str, Any]:
        kind = "lognormal" if self.log else "normal"
        return {"type": kind, "mu": self.mu, "sigma": self.sigma, **prior_config(self.prior)}

    @property
    def width(self) -> float:
        """Four standard deviations, which hold 95 % of it, in decades with `log`."""
        return 4 * self.sigma / (math.log(10) if self.log else 1.0)

    @cached_property
    def belief(self) -> NormalBelief | None:
        if self.prior is None:
            return None
        at = math.log(self.prior.at) if self.log else self.prior.at
        return NormalBelief((at - self.mu) / self.sigma, 4 * self.prior.sd / self.width)

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


def _normal(raw: Mapping[str, Any], log: bool = False) -> Normal:
    parameter = Normal(number(raw, "mu"), number(raw, "sigma"), log)
    return replace(parameter, prior=prior(raw, parameter, parameter.width))


def _lognormal(raw: Mapping[str, Any]) -> Normal:
    return _normal(raw, log=True)


FORMS = Forms(
    types={"normal": _normal, "lognormal": _lognormal},
    calls={
        "normal": CallForm(("mu", "sigma"), _normal),
        "lognormal": CallForm(("mu", "sigma"), _lognormal),
    },
)
