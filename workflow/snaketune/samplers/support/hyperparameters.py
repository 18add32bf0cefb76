"""The hyperparameters of a Gaussian process, fitted by maximum a posteriori.

Rasmussen and Williams, Gaussian Processes for Machine Learning (2006): eq. 5.9 (gradient of the marginal likelihood).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.linalg.lapack import dpotri
from scipy.optimize import minimize
from scipy.special import expit

from snaketune.samplers.support.arrays import Floats, Integers
from snaketune.samplers.support.kernel import JITTER, Kernel, sloped_matern

__all__ = ["Hyperparameters", "fit", "grouped_distances", "negative_log_posterior"]

# Normal priors, (mean, sd), on the logarithms of the hyperparameters and on the logit of what is joint; targets are
# standardised. Distances grow with the number of groups g, and the length scales with them: their mean is that of
# 0.5 g^(1/4).
_LENGTH, _LENGTH_SD = np.log(0.5), 0.8
_SIGNAL_PRIOR = (0.0, 1.0)
_NOISE_PRIOR = (np.log(1e-4), 2.5)
_JOINT_PRIOR = (0.0, 1.5)
_LENGTH_BOUNDS = (np.log(0.02), np.log(30.0))
_BOUNDS = ((np.log(0.02), np.log(50.0)), (np.log(1e-7), np.log(2.0)), (-5.0, 5.0))
_MOST_ITERATIONS = 60


@dataclass(frozen=True)
class Hyperparameters:
    """`lengths`: one per group, in units of the columns; `signal` and `noise`: variances of the standardised target.

    `joint`, in [0, 1], is the weight in the kernel of all groups together.
    """

    lengths: Floats
    signal: float
    noise: float
    joint: float

    def kernel(self, groups: Integers) -> Kernel:
        """The kernel of columns in these groups (m,)."""
        return Kernel(groups, self.lengths, self.joint)


def fit(columns: Floats, groups: Integers, targets: Floats, known: Floats | float = 0.0) -> Hyperparameters:
    """The hyperparameters of maximum posterior density for n rows and their standardised targets (n,).

    L-BFGS-B from two starts: the prior's centre with little noise, and longer length scales with much noise.
    """
    distances = grouped_distances(columns, groups)
    count = len(distances)
    known = np.broadcast_to(known, targets.shape)
    centre = _priors(count)[0][0]
    starts = (
        np.array([*[centre] * count, 0.0, np.log(1e-4), 0.0]),
        np.array([*[centre + np.log(2.0)] * count, 0.0, np.log(1e-1), 0.0]),
    )
    results = [
        minimize(
            negative_log_posterior,
            start,
            args=(distances, targets, known),
            jac=True,
            method="L-BFGS-B",
            bounds=[*[_LENGTH_BOUNDS] * count, *_BOUNDS],
            options={"maxiter": _MOST_ITERATIONS},
        )
        for start in starts
    ]
    *logs, logit = min(results, key=lambda result: result.fun).x
    *lengths, signal, noise = np.exp(logs)
    return Hyperparameters(np.array(lengths), float(signal), float(noise), float(expit(logit)))


def negative_log_posterior(theta: Floats, distances: Floats, targets: Floats, known: Floats) -> tuple[float, Floats]:
    """Minus the log posterior density (up to a constant) and its gradient.

    `theta` holds the logarithms of g length scales, of the signal and of the noise variance, and the logit of what is
    joint; `distances` are those of `grouped_distances`.
    """
    n, count = len(targets), len(distances)
    first, second = _pairs(n)
    below = second * n + first
    lengths, (signal, noise), joint = np.exp(theta[:count]), np.exp(theta[count:-1]), expit(theta[-1])
    scaled = distances / lengths[:, None]
    squares = scaled * scaled
    whole, whole_slope = sloped_matern(np.sqrt(squares.sum(axis=0)))
    parts, part_slopes = sloped_matern(scaled)
    single = parts.sum(axis=0) / count
    correlation = joint * whole + (1 - joint) * single
    covariance = np.zeros((n, n), order="F")  # of symmetric matrices, here and below, the lower triangle alone
    covariance.ravel(order="K")[below] = signal * correlation
    covariance[np.diag_indices(n)] = signal * (1 + JITTER) + noise + known
    means, sds = _priors(count)
    priors = (theta - means) / sds
    try:
        factor = cholesky(covariance, lower=True, check_finite=False)
    except np.linalg.LinAlgError:
        return 1e25, np.zeros_like(theta)
    inverse = dpotri(factor, lower=1)[0]
    weights = cho_solve((factor, True), targets, check_finite=False)
    value = 0.5 * targets @ weights + np.log(np.diag(factor)).sum() + 0.5 * priors @ priors

    # eq. 5.9: half the trace of this, inverse - weights weights', times dK/dtheta; a pair counts twice.
    sensitivity = inverse.ravel(order="K")[below] - weights[first] * weights[second]
    diagonal = np.trace(inverse) - weights @ weights
    part_slopes *= squares
    by_square = joint * (squares @ (whole_slope * sensitivity)) + (1 - joint) / count * (part_slopes @ sensitivity)
    by_signal = sensitivity @ correlation + 0.5 * (1 + JITTER) * diagonal
    by_joint = joint * (1 - joint) * (sensitivity @ (whole - single))
    gradient = [*(-2 * signal * by_square), signal * by_signal, 0.5 * noise * diagonal, signal * by_joint]
    return float(value), np.array(gradient) + priors / sds


def grouped_distances(columns: Floats, groups: Integers) -> Floats:
    """The distance of each pair of n rows in the columns of each of g groups: (g, n (n - 1) / 2)."""
    first, second = _pairs(len(columns))
    sums = np.zeros((int(groups.max()) + 1, len(first)))
    for column, group in zip(columns.T, groups, strict=True):
        difference = column[first] - column[second]
        sums[group] += difference * difference
    return np.sqrt(sums)


def _priors(count: int) -> tuple[Floats, Floats]:
    """Means and standard deviations (count + 3,) of the priors of theta, with so many length scales."""
    length = float(_LENGTH + 0.25 * np.log(count)), _LENGTH_SD
    means, sds = zip(*[length] * count, _SIGNAL_PRIOR, _NOISE_PRIOR, _JOINT_PRIOR, strict=True)
    return np.array(means), np.array(sds)


@lru_cache(maxsize=2)
def _pairs(n: int) -> tuple[Integers, Integers]:
    """Each pair of n rows once, the later one first."""
    return np.tril_indices(n, -1)
