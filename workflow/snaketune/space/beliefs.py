"""What a user believes of a parameter before any result: a density over its unit interval.

A tenth of every belief is doubt: any value may be the best one, however sure the user was.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["SURE", "Belief", "Bell", "NormalBelief", "Prior", "Weights"]

# The standard deviation that a word of confidence stands for, as a share of the range.
SURE = {"low": 0.25, "medium": 0.12, "high": 0.05}
_DOUBT = 0.1
_STANDARD = NormalDist()
_ENDS = 1e-4, 1 - 1e-4
_HALVINGS = 50


@dataclass(frozen=True)
class Prior:
    """A belief as the user gives it: the value `at` and a standard deviation, in decades on a logarithmic scale."""

    at: float
    sd: float


class Belief(ABC):
    """A density over u in [0, 1], to be compared with 1, that of no belief at all."""

    @property
    @abstractmethod
    def centre(self) -> float:
        """The u that is believed in most."""

    @abstractmethod
    def _cumulated(self, u: float) -> float:
        """The probability of values below `u`, without doubt."""

    @abstractmethod
    def _density(self, u: "np.ndarray") -> "np.ndarray":
        """The density at `u`, without doubt."""

    def log_density(self, u: "np.ndarray") -> "np.ndarray":
        """The logarithm of the density at each u."""
        import numpy as np

        return np.asarray(np.log((1 - _DOUBT) * self._density(u) + _DOUBT))

    def quantile(self, share: float) -> float:
        """The u below which there is this share of the belief; it turns a uniform number into a draw."""
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            u = (low + high) / 2
            below = (1 - _DOUBT) * self._cumulated(u) + _DOUBT * u <= share
            low, high = (u, high) if below else (low, u)
        return (low + high) / 2


@dataclass(frozen=True)
class Bell(Belief):
    """A normal density around `at`, cut at the ends of the range."""

    at: float
    sd: float

    @property
    def centre(self) -> float:
        return min(max(self.at, 0.0), 1.0)

    @cached_property
    def _normal(self) -> NormalDist:
        return NormalDist(self.centre, self.sd)

    @cached_property
    def _inside(self) -> float:
        return self._normal.cdf(1.0) - self._normal.cdf(0.0)

    def _cumulated(self, u: float) -> float:
        return (self._normal.cdf(u) - self._normal.cdf(0.0)) / self._inside

    def _density(self, u: "np.ndarray") -> "np.ndarray":
        import numpy as np

        height = self._normal.pdf(self.centre) / self._inside
        return np.asarray(height * np.exp(-0.5 * ((u - self.centre) / self.sd) ** 2))


@dataclass(frozen=True)
class NormalBelief(Belief):
    """A normal density for a normal variable, both in units of the variable's own standard deviation."""

    at: float
    sd: float

    @property
    def centre(self) -> float:
        return _STANDARD.cdf(self.at)

    def _cumulated(self, u: float) -> float:
        return NormalDist(self.at, self.sd).cdf(_STANDARD.inv_cdf(min(max(u, _ENDS[0]), _ENDS[1])))

    def _density(self, u: "np.ndarray") -> "np.ndarray":
        import numpy as np

        believed = NormalDist(self.at, self.sd).pdf
        places = [_STANDARD.inv_cdf(place) for place in np.clip(u, *_ENDS).tolist()]
        return np.array([believed(z) / _STANDARD.pdf(z) for z in places])


@dataclass(frozen=True)
class Weights(Belief):
    """How likely each of some choices is, in the order of their cells; any numbers of 0 or more."""

    weights: tuple[float, ...]

    @property
    def centre(self) -> float:
        return (self.weights.index(max(self.weights)) + 0.5) / len(self.weights)

    def _cumulated(self, u: float) -> float:
        place = u * len(self.weights)
        whole = min(int(place), len(self.weights) - 1)
        return (sum(self.weights[:whole]) + (place - whole) * self.weights[whole]) / sum(self.weights)

    def _density(self, u: "np.ndarray") -> "np.ndarray":
        import numpy as np

        cells = np.minimum((np.asarray(u) * len(self.weights)).astype(int), len(self.weights) - 1)
        shares = np.array(self.weights) * len(self.weights) / sum(self.weights)
        return np.asarray(shares[cells])
