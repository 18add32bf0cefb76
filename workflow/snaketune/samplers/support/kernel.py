"""How alike a Gaussian process takes two rows to be: in all parameters together, and in each of them by itself.

With the Matérn 5/2 correlation M (Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, eq. 4.17) of
the distance in length scales, over all g groups of columns and within each,

    k(a, b) = joint M(all) + (1 - joint) / g (M(group 1) + … + M(group g)).

These are the highest and the first order of Duvenaud, Nickisch and Rasmussen (2011), Additive Gaussian processes, with
the same length scales. Of few results in many parameters, what each does by itself is learned long before what they do
together: by this kernel a good value of one is expected to be good elsewhere too (tests/benchmarks/race.md).
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from snaketune.samplers.support.arrays import Floats, Integers

__all__ = ["JITTER", "Kernel", "sloped_matern"]

_ROOT5 = np.sqrt(5.0)
# What is added to each variance, as a share of the signal's: without it rounding could make a covariance indefinite.
JITTER = 1e-8


@dataclass(frozen=True)
class Kernel:
    """Correlations of rows of m columns.

    `groups` (m,), ascending from 0, names the length scale of each column; `lengths` (g,) are in units of the columns;
    `joint` is the weight of all of them together, in [0, 1].
    """

    groups: Integers
    lengths: Floats
    joint: float

    def correlations(self, a: Floats, b: Floats) -> Floats:
        """Those of rows `a` (k, m) with rows `b` (n, m): (k, n)."""
        a, b = a / self._scale, b / self._scale
        total = _matern(np.sqrt(_squared_distances(a, b)))
        total *= self.joint
        for own in self._members:
            part = _matern(_distances(a[:, own], b[:, own]))
            part *= self._apart
            total += part
        return total

    def sloped(self, a: Floats, b: Floats) -> tuple[Floats, Floats]:
        """The same correlations, and their slopes by the columns of `a`: (k, n, m). For a few rows `a`."""
        apart = (a[:, None] - b[None]) / self._scale
        by_group = np.add.reduceat(apart * apart, [own.start for own in self._members], axis=2)
        joint, single = np.sqrt(by_group.sum(axis=2)), np.sqrt(by_group)
        (whole, whole_slope), (parts, part_slopes) = sloped_matern(joint), sloped_matern(single)
        by_squared = self.joint * whole_slope[..., None] + self._apart * part_slopes
        slopes = by_squared[..., self.groups] * apart * (2 / self._scale)
        return self.joint * whole + self._apart * parts.sum(axis=2), slopes

    @cached_property
    def _scale(self) -> Floats:
        return self.lengths[self.groups]

    @property
    def _apart(self) -> float:
        """The weight of each group by itself."""
        return (1 - self.joint) / len(self.lengths)

    @cached_property
    def _members(self) -> list[slice]:
        """The columns of each group."""
        edges = np.searchsorted(self.groups, np.arange(len(self.lengths) + 1)).tolist()
        return [slice(start, end) for start, end in pairwise(edges)]


def sloped_matern(distances: Floats) -> tuple[Floats, Floats]:
    """The correlation at distances in length scales, and its derivative by their squares, elementwise."""
    r = _ROOT5 * distances
    decay = np.exp(-r)
    rest = (1 + r) * decay
    decay *= r
    decay *= r
    decay /= 3
    decay += rest
    rest *= -5 / 6
    return decay, rest


def _matern(distances: Floats) -> Floats:
    """The correlation at distances in length scales, elementwise."""
    r = _ROOT5 * distances
    correlation = r / 3
    correlation += 1
    correlation *= r
    correlation += 1
    correlation *= np.exp(np.negative(r, out=r), out=r)
    return np.asarray(correlation)


def _squared_distances(a: Floats, b: Floats) -> Floats:
    """Those of each row of `a` (k, m) to each of `b` (n, m): (k, n)."""
    squares = -2 * a @ b.T
    squares += (a * a).sum(1)[:, None]
    squares += (b * b).sum(1)
    return np.maximum(squares, 0.0, out=squares)


def _distances(a: Floats, b: Floats) -> Floats:
    """Those of each row of `a` (k, m) to each of `b` (n, m): (k, n)."""
    if a.shape[1] > 1:
        return np.asarray(np.sqrt(_squared_distances(a, b)))
    apart = np.subtract.outer(a[:, 0], b[:, 0])
    return np.asarray(np.abs(apart, out=apart))
