"""How promising a candidate is, given the model's mean and standard deviation there. Everything is minimised.

Inside the search all acquisitions are logarithms, so that the weights of failure and of constraints add, and
nothing underflows far from the data (Ament et al. 2023, Unexpected improvements to expected improvement).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import erfcx, log_ndtr, ndtr, ndtri

from snaketune.samplers.support.arrays import Floats

__all__ = ["ACQUISITIONS", "Acquisition", "log_below", "log_feasibility", "log_success"]

ACQUISITIONS = ("ei", "lcb", "pi")
_LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)
# Measured on five problems (tests/benchmarks/improvement.md): 0.1 after ten trials, 0.0125 after twenty.
_FIRST_TARGET = 100.0
_NODES = (np.arange(64) + 0.5) / 64


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

    def log_utility(self, mean: Floats, sd: Floats, incumbent: float) -> Floats:
        """An increasing function of the acquisition, elementwise; `incumbent` is the best mean so far."""
        better = (incumbent - self.xi - mean) / sd
        if self.kind == "ei":
            return _log_improvement(better) + np.log(sd)
        if self.kind == "pi":
            return log_ndtr(better)
        # Softplus keeps the order of the bound and makes it positive, for weights to be multiplied with.
        return np.log(np.logaddexp(0.0, incumbent - mean + self.kappa * sd) + 1e-300)

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


def log_feasibility(mean: Floats, sd: Floats) -> Floats:
    """Log probability that a constraint metric is at or below 0 (Gardner et al. 2014, eq. 4)."""
    return log_ndtr(-mean / sd)


def log_below(limit: Floats, mean: Floats, sd: Floats) -> Floats:
    """Log probability that a value is at or below a limit."""
    return log_ndtr((limit - mean) / sd)


def log_success(mean: Floats, sd: Floats) -> Floats:
    """Log weight of the chance that a trial succeeds, from a regression on 0 (success) and -1 (failure).

    The chance is that a value from the predictive distribution is nearer to 0; `sd` includes the noise, so
    that failures at random weigh little. Its cube is taken: where the model has converged, expected
    improvement falls by orders of magnitude with every trial, and one such order would outweigh a failure
    that is nearly certain.
    """
    return 3.0 * log_ndtr((mean + 0.5) / sd)


def _log_improvement(z: Floats) -> Floats:
    """log(phi(z) + z Phi(z)), accurate for any z."""
    z = np.asarray(z, float)
    near = np.maximum(z, -1.0)
    direct = np.log(np.exp(-0.5 * near * near - _LOG_ROOT_2PI) + near * ndtr(near))
    far = np.clip(z, -1e3, -1.0)
    ratio = np.sqrt(np.pi / 2) * erfcx(-far / np.sqrt(2))  # Phi / phi
    tail = np.log1p(far * ratio) - 0.5 * far * far - _LOG_ROOT_2PI
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = -0.5 * z * z - _LOG_ROOT_2PI - 2 * np.log(-z)
    return np.asarray(np.where(z > -1.0, direct, np.where(z > -1e3, tail, beyond)))
