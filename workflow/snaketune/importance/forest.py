"""A random forest of regression trees, with the trials that each tree has not seen (Breiman 2001)."""

from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeRegressor

__all__ = ["Forest", "fit_forest"]


@dataclass(frozen=True)
class Forest:
    """`trees` are scikit-learn's; `unseen` (trees × trials) marks the trials outside each tree's bootstrap sample."""

    trees: tuple[DecisionTreeRegressor, ...]
    unseen: np.ndarray

    def predict_unseen(self, matrix: np.ndarray) -> np.ndarray:
        """For each trial the mean prediction of the trees that have not seen it; NaN where all have.

        `matrix` may hold several versions of all trials, stacked: (versions · trials, columns); the result
        has the shape (versions, trials).
        """
        trials = self.unseen.shape[1]
        versions = len(matrix) // trials
        stacked = matrix.reshape(versions, trials, -1)
        total = np.zeros((versions, trials))
        for tree, unseen in zip(self.trees, self.unseen, strict=True):
            rows = stacked[:, unseen].reshape(-1, stacked.shape[2])
            if len(rows):
                total[:, unseen] += tree.tree_.predict(rows).reshape(versions, -1)
        count = self.unseen.sum(axis=0)
        means: np.ndarray = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
        return means


def fit_forest(matrix: np.ndarray, values: np.ndarray, rng: np.random.Generator, n_trees: int) -> Forest:
    """Grows `n_trees` full trees, each on a bootstrap sample of the trials; every split looks at all columns."""
    trees, unseen = [], np.ones((n_trees, len(values)), dtype=bool)
    for i in range(n_trees):
        drawn = rng.integers(len(values), size=len(values))
        weights = np.bincount(drawn, minlength=len(values)).astype(float)
        unseen[i] = weights == 0
        tree = DecisionTreeRegressor(random_state=int(rng.integers(2**31)))
        trees.append(tree.fit(matrix, values, sample_weight=weights, check_input=False))
    return Forest(tuple(trees), unseen)
