"""How promising a candidate is, given the model's mean and standard deviation there. Everything is minimised.

Inside the search all acquisitions are logarithms, so that the weights of failure and of constraints add, and
nothing underflows far from the data (Ament et al. 2023, Unexpected improvements to expected improvement).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import erfcx, expit, log_ndtr, ndtr, ndtri

from snaketune.samplers.support.arrays import Floats

__all__ = ["ACQUISITIONS", "Acquisition", "Judged", "log_below", "log_success"]

ACQUISITIONS = ("ei", "lcb", "pi")
_LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)
# Measured on five problems (tests/benchmarks/improvement.md): 0.1 after ten trials, 0.0125 after twenty.
_FIRST_TARGET = 100.0
_NODES = (np.arange(64) + 0.5) / 64
# Below it softplus(t) is exp(t) to the last digit.
_STRAIGHT = -40.0


class Judged(NamedTuple):
    """What is made of means and standard deviations, elementwise, and its derivatives by either."""

    value: Floats
    by_mean: Floats
    by_sd: Floats


@dataclass(frozen=True)
class Acquisition:
    """`ei`: expected improvement by more than `xi`; `pi`: its probability; `lcb`: mean - `kappa` sd.

    Of `lcb` less is better. `xi` is in standard deviations of the metric's (warped) values, so that its effect does not
    hang on their scale.

    Raises:
        ValueError: an unknown kind, or a parameter below 0.
    """

    kind: str = "ei"
    xi: float = 0.0
    kappa: float = 2.0

    def __post_init__(self) -> None:
        if self.kind not in ACQUISITIONS:
            raise ValueError(f"acquisition must be one of {', '.join(ACQUISITIONS)}; found {self.kind!r}")
        for name in ("xi", "kappa"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more; found {getattr(self, name)}")

    @classmethod
    def after(cls, kind: str, xi: float | None, kappa: float, known: int) -> "Acquisition":
        """The acquisition for a search with so many results; without `xi`, `pi` explores first and refines later.

        The probability of any improvement at all is highest beside the best trial, where a search without `xi` stays.
        A target that is high at first and goes to 0 is Kushner's advice (Brochu, Cora and de Freitas 2010,
        arXiv:1012.2599, section 2.3.1; Jones 2001 takes several targets).
        """
        if xi is None:
            xi = _FIRST_TARGET / max(known, 1) ** 3 if kind == "pi" else 0.0
        return cls(kind, xi, kappa)

    def log_utility(self, mean: Floats, sd: Floats, incumbent: float) -> Judged:
        """An increasing function of the acquisition, elementwise; `incumbent` is the best mean so far."""
        if self.kind == "pi":
            return log_below(incumbent - self.xi, mean, sd)
        if self.kind == "lcb":
            # Softplus keeps the order of the bound and makes it positive, for weights to be multiplied with.
            value, slope = _log_softplus(incumbent - mean + self.kappa * sd)
            return Judged(value, -slope, self.kappa * slope)
        better = (incumbent - self.xi - mean) / sd
        value, slope = _log_improvement(better)
        return Judged(value + np.log(sd), -slope / sd, (1 - slope * better) / sd)

    def reported(self, mean: float, sd: float, incumbent: float, in_units: Callable[[Floats], Floats]) -> float:
        """The acquisition in the metric's own units (`pi`: a probability); `in_units` undoes the metric's warp.

        The expected improvement is integrated over 64 equally likely values of those that improve.
        """
        if self.kind == "lcb":
            return float(in_units(np.array(mean - self.kappa * sd)))
        chance = float(ndtr((incumbent - self.xi - mean) / sd))
        if self.kind == "pi" or chance == 0.0:
            return chance
        values = in_units(mean + sd * ndtri(chance * _NODES))
        return chance * max(0.0, float(np.mean(in_units(np.array(incumbent)) - values)))


def log_below(limit: float, mean: Floats, sd: Floats, noise: float = 0.0) -> Judged:
    """Log probability that a value, with a noise variance of its own, is at or below a limit.

    With the limit 0 it is that of a constraint to be met (Gardner et al. 2014, eq. 4).
    """
    total = np.sqrt(sd * sd + noise)
    z = (limit - mean) / total
    slope = np.sqrt(2 / np.pi) / erfcx(-z / np.sqrt(2)) / total  # phi / Phi
    return Judged(log_ndtr(z), -slope, -slope * z * sd / total)


def log_success(mean: Floats, sd: Floats, noise: float) -> Judged:
    """Log weight of the chance that a trial succeeds, from a regression on 0 (success) and -1 (failure).

    The chance is that a value from the predictive distribution is nearer to 0, with its noise, so that failures at
    random weigh little. Its cube is taken: where the model has converged, expected improvement falls by orders of
    magnitude with every trial, and one such order would outweigh a failure that is nearly certain.
    """
    failure = log_below(0.5, -mean, sd, noise)
    return Judged(3.0 * failure.value, -3.0 * failure.by_mean, 3.0 * failure.by_sd)


def _log_softplus(t: Floats) -> tuple[Floats, Floats]:
    """log(log(1 + exp(t))) and its slope, for any t."""
    near = np.maximum(t, _STRAIGHT)
    soft = np.logaddexp(0.0, near)
    return np.log(soft) + (t - near), np.where(t < _STRAIGHT, 1.0, expit(near) / soft)


def _log_improvement(z: Floats) -> tuple[Floats, Floats]:
    """log(phi(z) + z Phi(z)) and its slope, accurate for any z."""
    z = np.asarray(z, float)
    near = np.maximum(z, -1.0)
    below = ndtr(near)
    direct = np.exp(-0.5 * near * near - _LOG_ROOT_2PI) + near * below
    far = np.clip(z, -1e3, -1.0)
    ratio = np.sqrt(np.pi / 2) * erfcx(-far / np.sqrt(2))  # Phi / phi
    rest = far * ratio
    beyond = np.minimum(z, -1e3)
    is_near, is_far = z > -1.0, z > -1e3
    tail = np.where(is_far, np.log1p(rest) - 0.5 * far * far, -0.5 * beyond * beyond - 2 * np.log(-beyond))
    slope = np.where(is_far, ratio / (1 + rest), -beyond - 2 / beyond)
    return np.where(is_near, np.log(direct), tail - _LOG_ROOT_2PI), np.where(is_near, below / direct, slope)
