"""A small Gaussian process, with a length scale per group of columns.

Rasmussen and Williams, Gaussian Processes for Machine Learning (2006): algorithm 2.1 (posterior).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.linalg.blas import dtrmm
from scipy.linalg.lapack import dtrtri

from snaketune.samplers.support.arrays import Floats, Integers
from snaketune.samplers.support.hyperparameters import Hyperparameters
from snaketune.samplers.support.kernel import JITTER, Kernel
from snaketune.samplers.support.leave_one_out import leave_one_out

__all__ = ["GaussianProcess", "Sloped"]

# Rows that are predicted at a time: what they need stays in the processor's cache, which makes twice the speed.
_BLOCK = 256


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
        covariance = parameters.signal * parameters.kernel(groups).correlations(columns, columns)
        covariance[np.diag_indices_from(covariance)] += variances + JITTER * parameters.signal
        factor = cholesky(covariance, lower=True, check_finite=False)
        weights = cho_solve((factor, True), targets, check_finite=False)
        return cls(columns, groups, targets, variances, parameters, _inverted(factor), weights)

    def predict(self, columns: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation, each (k,), of the noise-free function at k rows."""
        mean, variance = np.empty(len(columns)), np.empty(len(columns))
        for block in _blocks(len(columns)):
            cross = self._cross(columns[block])
            mean[block], variance[block] = cross @ self.weights, self._variance(self._whitened(cross))
        return mean, np.sqrt(np.maximum(variance, self._floor))

    def sloped(self, columns: Floats) -> Sloped:
        """What `predict` gives, with slopes; for a few rows. That of a standard deviation at its least is 0."""
        correlations, slopes = self._kernel.sloped(columns, self.columns)
        cross, slopes = self.parameters.signal * correlations, self.parameters.signal * slopes
        whitened = cross @ self.whitening.T  # for a few rows quicker than `_whitened`
        variance = self._variance(whitened)
        sd = np.sqrt(np.maximum(variance, self._floor))
        mean_slopes = np.einsum("n,knm->km", self.weights, slopes)
        sd_slopes = np.einsum("kn,knm->km", -self._solved(whitened), slopes) / sd[:, None]
        sd_slopes[variance <= self._floor] = 0.0
        return Sloped(cross @ self.weights, sd, mean_slopes, sd_slopes)

    def mean(self, columns: Floats) -> Floats:
        """The posterior mean (k,) at k rows, without the cost of its standard deviation."""
        mean = np.empty(len(columns))
        for block in _blocks(len(columns)):
            mean[block] = self._cross(columns[block]) @ self.weights
        return mean

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
        own = self.parameters.signal * self._kernel.correlations(columns, columns) - lower @ lower.T
        own[np.diag_indices_from(own)] += self.parameters.noise + self._floor
        corner = _inverted(cholesky(own, lower=True, check_finite=False))
        whitening = np.zeros((n + len(columns),) * 2, order="F")
        whitening[:n, :n] = self.whitening
        whitening[n:, :n] = -corner @ (lower @ self.whitening)
        whitening[n:, n:] = corner
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
    def _kernel(self) -> Kernel:
        return self.parameters.kernel(self.groups)

    @property
    def _floor(self) -> float:
        """The least variance."""
        return JITTER * self.parameters.signal

    def _cross(self, columns: Floats) -> Floats:
        """The prior covariances (k, n) of k rows with those observed."""
        return self.parameters.signal * self._kernel.correlations(columns, self.columns)

    def _whitened(self, cross: Floats) -> Floats:
        """Prior covariances (k, n) in terms of observations made independent, of variance 1."""
        return np.asarray(dtrmm(1.0, self.whitening, cross.T, lower=1).T)

    def _solved(self, whitened: Floats) -> Floats:
        """The covariance's inverse times prior covariances, from these `whitened` (k, n)."""
        return np.asarray(dtrmm(1.0, self.whitening, whitened.T, lower=1, trans_a=1).T)

    def _variance(self, whitened: Floats) -> Floats:
        return np.asarray(self.parameters.signal - np.einsum("ij,ij->i", whitened, whitened))


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, start + _BLOCK) for start in range(0, count, _BLOCK))


def _inverted(factor: Floats) -> Floats:
    """The inverse of a lower triangular matrix."""
    return np.asarray(dtrtri(factor, lower=1)[0])
