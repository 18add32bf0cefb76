"""A small Gaussian process: Matérn 5/2 with a length scale per group of columns, fitted by maximum a posteriori.

Rasmussen and Williams, Gaussian Processes for Machine Learning (2006): eq. 4.17 (kernel), algorithm 2.1
(posterior), eq. 5.9 (gradient of the marginal likelihood).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.linalg.blas import dtrmm
from scipy.linalg.lapack import dtrtri
from scipy.optimize import minimize

from snaketune.samplers.support.arrays import Floats, Integers
from snaketune.samplers.support.leave_one_out import leave_one_out

__all__ = ["GaussianProcess", "Hyperparameters", "Sloped", "fit", "negative_log_posterior", "squared_distances"]

_ROOT5 = np.sqrt(5.0)
# Log-normal priors on the hyperparameters: (mean, sd) of the logarithm. Targets are standardised.
_LENGTH_SD = 0.8
_SIGNAL_PRIOR = (0.0, 1.0)
_NOISE_PRIOR = (np.log(1e-4), 2.5)
_LENGTH_BOUNDS = (np.log(0.02), np.log(30.0))
_SIGNAL_BOUNDS = (np.log(0.02), np.log(50.0))
_NOISE_BOUNDS = (np.log(1e-7), np.log(2.0))
_JITTER = 1e-8
_MOST_ITERATIONS = 60


@dataclass(frozen=True)
class Hyperparameters:
    """`lengths`: one per group, in units of the columns; `signal` and `noise`: variances of the standardised target."""

    lengths: Floats
    signal: float
    noise: float


class Sloped(NamedTuple):
    """Mean and standard deviation, each (k,), at k rows of m columns, and their slopes (k, m) by these."""

    mean: Floats
    sd: Floats
    mean_slopes: Floats
    sd_slopes: Floats


@dataclass(frozen=True)
class GaussianProcess:
    """A posterior given n observed rows of m columns; a zero prior mean.

    `groups` (m,) names the length scale of each column; `variances` (n,) is the noise of each target,
    estimated and known together; `whitening` (n, n) the inverse of the lower Cholesky factor of the covariance
    (products with it take half the time of solving for many rows) and `weights` (n,) the covariance's inverse times
    `targets`.
    """

    columns: Floats
    groups: Integers
    targets: Floats
    variances: Floats
    parameters: Hyperparameters
    whitening: Floats
    weights: Floats

    @classmethod
    def condition(
        cls,
        columns: Floats,
        groups: Integers,
        targets: Floats,
        parameters: Hyperparameters,
        known: Floats | float = 0.0,
    ) -> "GaussianProcess":
        """The posterior for given hyperparameters; `known` holds noise variances known beforehand, (n,) or one."""
        variances = parameters.noise + np.broadcast_to(known, targets.shape)
        scaled = columns / parameters.lengths[groups]
        covariance = parameters.signal * _matern(_pairwise(scaled, scaled))
        covariance[np.diag_indices_from(covariance)] += variances + _JITTER * parameters.signal
        factor = cholesky(covariance, lower=True, check_finite=False)
        weights = cho_solve((factor, True), targets, check_finite=False)
        return cls(columns, groups, targets, variances, parameters, _inverted(factor), weights)

    def predict(self, columns: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation, each (k,), of the noise-free function at k rows."""
        cross = self._cross(columns)
        return cross @ self.weights, np.sqrt(np.maximum(self._variance(self._whitened(cross)), self._floor))

    def sloped(self, columns: Floats) -> Sloped:
        """What `predict` gives, with slopes; for a few rows. That of a standard deviation at its least is 0."""
        scaled = columns / self._scale
        squared = _pairwise(scaled, self._scaled)
        cross = self.parameters.signal * _matern(squared)
        by_squared = self.parameters.signal * _matern_slope(squared)
        whitened = self._whitened(cross)
        variance = self._variance(whitened)
        sd = np.sqrt(np.maximum(variance, self._floor))
        by_mean, by_half_variance = by_squared * self.weights, by_squared * -(whitened @ self.whitening)
        sd_slopes = self._by_columns(by_half_variance, scaled) / sd[:, None]
        sd_slopes[variance <= self._floor] = 0.0
        return Sloped(cross @ self.weights, sd, self._by_columns(by_mean, scaled), sd_slopes)

    def mean(self, columns: Floats) -> Floats:
        """The posterior mean (k,) at k rows, without the cost of its standard deviation."""
        return self._cross(columns) @ self.weights

    def left_out(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation, each (n,), of each target for one who knows the others alone."""
        return leave_one_out(self.whitening, self.targets)

    def believing(self, columns: Floats) -> "GaussianProcess":
        """The posterior after observing its own mean at k more rows, hyperparameters kept (kriging believer).

        Ginsbourger, Le Riche and Carraro (2010), Kriging is well-suited to parallelize optimization, section
        4.2.
        """
        if not len(columns):
            return self
        n, cross = len(self.targets), self._cross(columns)
        lower = self._whitened(cross)
        scaled = columns / self._scale
        own = self.parameters.signal * _matern(_pairwise(scaled, scaled)) - lower @ lower.T
        own[np.diag_indices_from(own)] += self.parameters.noise + self._floor
        corner = _inverted(cholesky(own, lower=True, check_finite=False))
        whitening = np.zeros((n + len(columns),) * 2, order="F")
        whitening[:n, :n], whitening[n:, :n], whitening[n:, n:] = (
            self.whitening,
            -corner @ (lower @ self.whitening),
            corner,
        )
        return GaussianProcess(
            np.vstack([self.columns, columns]),
            self.groups,
            np.concatenate([self.targets, cross @ self.weights]),
            np.concatenate([self.variances, np.full(len(columns), self.parameters.noise)]),
            self.parameters,
            whitening,
            np.concatenate([self.weights, np.zeros(len(columns))]),  # what is no surprise weighs nothing
        )

    @cached_property
    def _scale(self) -> Floats:
        return self.parameters.lengths[self.groups]

    @cached_property
    def _scaled(self) -> Floats:
        return self.columns / self._scale

    @property
    def _floor(self) -> float:
        """The least variance."""
        return _JITTER * self.parameters.signal

    def _cross(self, columns: Floats) -> Floats:
        """The prior covariances (k, n) of k rows with those observed."""
        return self.parameters.signal * _matern(_pairwise(columns / self._scale, self._scaled))

    def _whitened(self, cross: Floats) -> Floats:
        """Prior covariances (k, n) in terms of observations made independent, of variance 1."""
        return np.asarray(dtrmm(1.0, self.whitening, cross.T, lower=1).T)

    def _variance(self, whitened: Floats) -> Floats:
        return np.asarray(self.parameters.signal - np.einsum("ij,ij->i", whitened, whitened))

    def _by_columns(self, by_squared: Floats, scaled: Floats) -> Floats:
        """Slopes (k, m) by the columns from those (k, n) by the squared distances of k `scaled` rows to all n."""
        sums = by_squared.sum(axis=1, keepdims=True)
        return np.asarray(2 * (sums * scaled - by_squared @ self._scaled) / self._scale)


def fit(columns: Floats, groups: Integers, targets: Floats, known: Floats | float = 0.0) -> Hyperparameters:
    """The hyperparameters of maximum posterior density for n rows and their standardised targets (n,).

    L-BFGS-B from two starts: the prior's centre with little noise, and longer length scales with much noise.
    """
    count = int(groups.max()) + 1
    distances = squared_distances(columns, groups)
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

    `theta` holds the logarithms of g length scales, the signal and the noise variance; `distances` (g, n * n)
    the squared differences summed over each group's columns; `centre` the log length scale that the prior
    expects.
    """
    n = len(targets)
    squared_lengths, signal, noise = np.exp(2 * theta[:-2]), np.exp(theta[-2]), np.exp(theta[-1])
    r = _ROOT5 * np.sqrt((1 / squared_lengths) @ distances).reshape(n, n)
    decay = np.exp(-r)
    correlation = (1 + r + r * r / 3) * decay
    covariance = signal * correlation
    covariance[np.diag_indices(n)] += noise + known + _JITTER * signal
    priors = np.concatenate([
        (theta[:-2] - centre) / _LENGTH_SD,
        [(theta[-2] - _SIGNAL_PRIOR[0]) / _SIGNAL_PRIOR[1], (theta[-1] - _NOISE_PRIOR[0]) / _NOISE_PRIOR[1]],
    ])  # fmt: skip
    try:
        factor = cholesky(covariance, lower=True, check_finite=False)
    except np.linalg.LinAlgError:
        return 1e25, np.zeros_like(theta)
    inverse = cho_solve((factor, True), np.eye(n), check_finite=False)
    weights = inverse @ targets
    value = 0.5 * targets @ weights + np.log(np.diag(factor)).sum() + 0.5 * priors @ priors

    sensitivity = inverse - np.outer(weights, weights)  # eq. 5.9: half the trace of this times dK/dtheta
    slope = (sensitivity * (5 / 3 * signal) * (1 + r) * decay).ravel()
    by_length = 0.5 * (distances @ slope) / squared_lengths
    diagonal = np.trace(sensitivity)
    by_signal = 0.5 * signal * ((sensitivity * correlation).sum() + _JITTER * diagonal)
    by_noise = 0.5 * noise * diagonal
    spreads = np.concatenate([np.full(len(theta) - 2, _LENGTH_SD), [_SIGNAL_PRIOR[1], _NOISE_PRIOR[1]]])
    return float(value), np.concatenate([by_length, [by_signal, by_noise]]) + priors / spreads


def squared_distances(columns: Floats, groups: Integers) -> Floats:
    """Squared differences of every pair of n rows, summed over the columns of each of g groups: (g, n * n)."""
    n = len(columns)
    sums = np.zeros((int(groups.max()) + 1, n, n))
    for column, group in enumerate(groups):
        difference = columns[:, column, None] - columns[None, :, column]
        sums[group] += difference * difference
    return sums.reshape(len(sums), n * n)


def _prior_length(columns: Floats, groups: Integers) -> float:
    """The log of 0.5 d^(1/4): distances grow with the number of groups, and the length scales with them."""
    return float(np.log(0.5 * (int(groups.max()) + 1) ** 0.25))


def _inverted(factor: Floats) -> Floats:
    """The inverse of a lower triangular matrix."""
    return np.asarray(dtrtri(factor, lower=1)[0])


def _pairwise(a: Floats, b: Floats) -> Floats:
    squares = -2 * a @ b.T
    squares += (a * a).sum(1)[:, None]
    squares += (b * b).sum(1)
    return np.maximum(squares, 0.0, out=squares)


def _matern(squared: Floats) -> Floats:
    r = _ROOT5 * np.sqrt(squared)
    return np.asarray((1 + r + r * r / 3) * np.exp(-r))


def _matern_slope(squared: Floats) -> Floats:
    """The derivative of `_matern` by the squared distance."""
    r = _ROOT5 * np.sqrt(squared)
    return np.asarray(-5 / 6 * (1 + r) * np.exp(-r))
