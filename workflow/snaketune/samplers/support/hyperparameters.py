"""The hyperparameters of a Gaussian process, fitted by maximum a posteriori.

Rasmussen and Williams, Gaussian Processes for Machine Learning (2006): eq. 5.9 (gradient of the marginal likelihood).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.linalg.lapack import dpotri
from scipy.optimize import minimize

from snaketune.samplers.support.arrays import Floats, Integers
from snaketune.samplers.support.matern import JITTER, ROOT5

__all__ = ["Hyperparameters", "fit", "grouped_distances", "negative_log_posterior"]

# Log-normal priors on the hyperparameters: (mean, sd) of the logarithm. Targets are standardised.
_LENGTH_SD = 0.8
_SIGNAL_PRIOR = (0.0, 1.0)
_NOISE_PRIOR = (np.log(1e-4), 2.5)
_LENGTH_BOUNDS = (np.log(0.02), np.log(30.0))
_SIGNAL_BOUNDS = (np.log(0.02), np.log(50.0))
_NOISE_BOUNDS = (np.log(1e-7), np.log(2.0))
_MOST_ITERATIONS = 60


@dataclass(frozen=True)
class Hyperparameters:
    """`lengths`: one per group, in units of the columns; `signal` and `noise`: variances of the standardised target."""

    lengths: Floats
    signal: float
    noise: float


def fit(columns: Floats, groups: Integers, targets: Floats, known: Floats | float = 0.0) -> Hyperparameters:
    """The hyperparameters of maximum posterior density for n rows and their standardised targets (n,).

    L-BFGS-B from two starts: the prior's centre with little noise, and longer length scales with much noise.
    """
    count = int(groups.max()) + 1
    distances = grouped_distances(columns, groups)
    known = np.broadcast_to(known, targets.shape)
    bounds = [_LENGTH_BOUNDS] * count + [_SIGNAL_BOUNDS, _NOISE_BOUNDS]
    centre = _prior_length(columns, groups)
    starts = (
        np.concatenate([np.full(count, centre), [0.0, np.log(1e-4)]]),
        np.concatenate([np.full(count, centre + np.log(2.0)), [0.0, np.log(1e-1)]]),
    )
    results = [
        minimize(
            negative_log_posterior,
            start,
            args=(distances, targets, known, centre),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": _MOST_ITERATIONS},
        )
        for start in starts
    ]
    best = min(results, key=lambda result: result.fun).x
    return Hyperparameters(np.exp(best[:count]), float(np.exp(best[count])), float(np.exp(best[count + 1])))


def negative_log_posterior(
    theta: Floats, distances: Floats, targets: Floats, known: Floats, centre: float
) -> tuple[float, Floats]:
    """Minus the log posterior density (up to a constant) and its gradient.

    `theta` holds the logarithms of g length scales, the signal and the noise variance; `distances` are those of
    `grouped_distances`; `centre` the log length scale that the prior expects.
    """
    n = len(targets)
    first, second = _pairs(n)
    below = second * n + first
    squared_lengths, signal, noise = np.exp(2 * theta[:-2]), np.exp(theta[-2]), np.exp(theta[-1])
    r = ROOT5 * np.sqrt((1 / squared_lengths) @ distances)
    decay = np.exp(-r)
    correlation = (1 + r + r * r / 3) * decay
    covariance = np.zeros((n, n), order="F")  # of symmetric matrices, here and below, the lower triangle alone
    covariance.ravel(order="K")[below] = signal * correlation
    covariance[np.diag_indices(n)] = signal * (1 + JITTER) + noise + known
    priors = np.concatenate([
        (theta[:-2] - centre) / _LENGTH_SD,
        [(theta[-2] - _SIGNAL_PRIOR[0]) / _SIGNAL_PRIOR[1], (theta[-1] - _NOISE_PRIOR[0]) / _NOISE_PRIOR[1]],
    ])  # fmt: skip
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
    by_length = distances @ (sensitivity * (5 / 3 * signal) * (1 + r) * decay) / squared_lengths
    by_signal = signal * (sensitivity @ correlation + 0.5 * (1 + JITTER) * diagonal)
    by_noise = 0.5 * noise * diagonal
    spreads = np.concatenate([np.full(len(theta) - 2, _LENGTH_SD), [_SIGNAL_PRIOR[1], _NOISE_PRIOR[1]]])
    return float(value), np.concatenate([by_length, [by_signal, by_noise]]) + priors / spreads


def grouped_distances(columns: Floats, groups: Integers) -> Floats:
    """Squared differences of each pair of n rows, summed over the columns of each of g groups: (g, n (n - 1) / 2)."""
    first, second = _pairs(len(columns))
    sums = np.zeros((int(groups.max()) + 1, len(first)))
    for column, group in zip(columns.T, groups, strict=True):
        difference = column[first] - column[second]
        sums[group] += difference * difference
    return sums


@lru_cache(maxsize=2)
def _pairs(n: int) -> tuple[Integers, Integers]:
    """Each pair of n rows once, the later one first."""
    return np.tril_indices(n, -1)


def _prior_length(columns: Floats, groups: Integers) -> float:
    """The log of 0.5 d^(1/4): distances grow with the number of groups, and the length scales with them."""
    return float(np.log(0.5 * (int(groups.max()) + 1) ** 0.25))
