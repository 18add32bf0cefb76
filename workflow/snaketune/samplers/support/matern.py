"""The kernel Matérn 5/2 (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, eq. 4.17)."""

import numpy as np

from snaketune.samplers.support.arrays import Floats

__all__ = ["JITTER", "ROOT5", "correlations", "slopes", "squared_distances"]

ROOT5 = np.sqrt(5.0)
# What is added to each variance, as a share of the signal's: without it rounding could make a covariance indefinite.
JITTER = 1e-8


def squared_distances(a: Floats, b: Floats) -> Floats:
    """Those of each row of `a` (k, m) to each of `b` (n, m), in units of the length scales: (k, n)."""
    squares = -2 * a @ b.T
    squares += (a * a).sum(1)[:, None]
    squares += (b * b).sum(1)
    return np.maximum(squares, 0.0, out=squares)


def correlations(squared: Floats) -> Floats:
    """The kernel at squared distances, elementwise, for a signal of variance 1."""
    r = ROOT5 * np.sqrt(squared)
    correlation = r / 3
    correlation += 1
    correlation *= r
    correlation += 1
    correlation *= np.exp(np.negative(r, out=r), out=r)
    return np.asarray(correlation)


def slopes(squared: Floats) -> Floats:
    """The derivative of `correlations` by the squared distance, elementwise."""
    r = ROOT5 * np.sqrt(squared)
    return np.asarray(-5 / 6 * (1 + r) * np.exp(-r))
