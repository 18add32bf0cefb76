"""Several objectives as one, with weights that change from proposal to proposal (ParEGO).

Knowles (2006), ParEGO: a hybrid algorithm with on-line landscape approximation for expensive multiobjective
optimization problems, IEEE Transactions on Evolutionary Computation 10(1), eq. 2 and 3.
"""

import numpy as np

from snaketune.samplers.support.arrays import Floats
from snaketune.samplers.support.warp import Warp

__all__ = ["augmented_chebyshev", "random_weights"]

_RHO = 0.05


def random_weights(count: int, rng: np.random.Generator) -> Floats:
    """Weights (count,) above 0 with sum 1, uniform over the simplex."""
    weights = rng.exponential(size=count)
    return np.asarray(weights / weights.sum())


def augmented_chebyshev(values: Floats, variances: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """max_j(w_j f_j) + 0.05 sum_j(w_j f_j) of each row of `values` (n, objectives), and its noise variance.

    Both have the shape (n,). Each f_j is an objective, warped (outliers clipped, skew removed) and moved to [0, 1]; one
    that does not vary counts as 0. `variances` are the known noise variances, same shape as `values`.
    """
    terms, noise = np.zeros(values.shape), np.zeros(values.shape)
    for j, column in enumerate(values.T):
        warp = Warp.of(column)
        if warp is not None:
            warped = warp.forward(column)
            scale = weights[j] / np.ptp(warped)
            terms[:, j] = (warped - warped.min()) * scale
            noise[:, j] = variances[:, j] * (warp.slope(column) * scale) ** 2
    greatest = terms.argmax(1)
    factors = np.full(values.shape, _RHO)
    factors[np.arange(len(values)), greatest] += 1.0
    return (factors * terms).sum(1), (factors**2 * noise).sum(1)
