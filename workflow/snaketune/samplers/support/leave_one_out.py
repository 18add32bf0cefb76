"""What a Gaussian process would say of each of its observations if it did not know it, in closed form.

Dubrule (1983), Cross validation of kriging in a unique neighborhood, Mathematical Geology 15(6); Rasmussen and Williams
(2006), Gaussian Processes for Machine Learning, eq. 5.12. Hyperparameters are those that were fitted with it.
"""

import numpy as np

from snaketune.samplers.support.arrays import Floats

__all__ = ["leave_one_out"]


def leave_one_out(whitening: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation, each (n,), of each target given the others, its own noise included.

    `whitening` (n, n) is the inverse of the lower Cholesky factor of the covariance of the `targets` (n,), whose prior
    mean is 0.
    """
    variances = 1 / np.einsum("ij,ij->j", whitening, whitening)
    return targets - variances * (whitening.T @ (whitening @ targets)), np.sqrt(variances)
