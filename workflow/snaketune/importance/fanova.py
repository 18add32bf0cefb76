"""Functional ANOVA of a regression tree (Hutter, Hoos and Leyton-Brown, ICML 2014), exact for the tree.

A tree is constant on boxes that partition the space, so its marginals are sums over its leaves. With the
measure m(l) = Π_p m_p(l) of leaf l, the marginal of parameter p at x is a_p(x) = Σ_l v(l) m(l) / m_p(l) [x in
l's side p].
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from sklearn.tree._tree import Tree

from snaketune.importance.encoding import Group

__all__ = ["Partition", "partition"]


@dataclass(frozen=True)
class Side:
    """One parameter's side of all boxes, on cells that no box cuts.

    Numbers: cell c is between two neighbouring split points, and leaf l covers the cells from `start[l]` up
    to, not including, `stop[l]`. Categories: `covers[l, c]` says whether leaf l holds category c. `weights`
    are the cells' probabilities, `measure[l]` the probability of a leaf's side.
    """

    weights: np.ndarray
    measure: np.ndarray
    start: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    stop: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    covers: np.ndarray | None = None

    def spread(self, amounts: np.ndarray) -> np.ndarray:
        """The sum over leaves of `amounts` (leaves, or leaves × k) on cells they cover: (cells,) or (cells, k)."""
        if self.covers is not None:
            covered: np.ndarray = self.covers.T @ amounts
            return covered
        ends = np.zeros((len(self.weights) + 1, *amounts.shape[1:]))
        np.add.at(ends, self.start, amounts)
        np.add.at(ends, self.stop, -amounts)
        return np.cumsum(ends, axis=0)[:-1]


@dataclass(frozen=True)
class Partition:
    """The boxes of a tree; variances are under independent, uniform parameters on their own scales."""

    values: np.ndarray
    sides: tuple[Side, ...]

    @cached_property
    def measure(self) -> np.ndarray:
        """The probability of each leaf."""
        product: np.ndarray = np.prod([side.measure for side in self.sides], axis=0)
        return product

    @cached_property
    def mean(self) -> float:
        return float(self.values @ self.measure)

    @cached_property
    def variance(self) -> float:
        """The variance of the whole tree."""
        return float((self.values - self.mean) ** 2 @ self.measure)

    @cached_property
    def main_effects(self) -> np.ndarray:
        """The variance of each parameter's marginal."""
        return np.array([self._main(side) for side in self.sides])

    def interaction(self, i: int, j: int) -> float:
        """The variance of the marginal of parameters i and j together, beyond that of their main effects."""
        first, second = self.sides[i], self.sides[j]
        amounts = (self.values - self.mean) * self.measure / (first.measure * second.measure)
        joint = _joint(first, second, amounts)
        variance = first.weights @ joint**2 @ second.weights
        return max(0.0, float(variance - self.main_effects[i] - self.main_effects[j]))

    def _main(self, side: Side) -> float:
        marginal = side.spread((self.values - self.mean) * self.measure / side.measure)
        return float(side.weights @ marginal**2)


def partition(tree: Tree, groups: tuple[Group, ...]) -> Partition:
    """The boxes of a scikit-learn tree that was grown on columns in [0, 1]."""
    lower, upper = _bounds(tree)
    leaves = tree.children_left < 0
    sides = tuple(_side(group, lower[leaves, group.columns], upper[leaves, group.columns]) for group in groups)
    return Partition(tree.value[leaves, 0, 0], sides)


def _bounds(tree: Tree) -> tuple[np.ndarray, np.ndarray]:
    """Each node's box, (nodes × columns): above `lower`, up to `upper`."""
    lower = np.full((tree.node_count, tree.n_features), -np.inf)
    upper = np.full((tree.node_count, tree.n_features), np.inf)
    level = np.array([0])
    while len(level := level[tree.children_left[level] >= 0]):
        left, right = tree.children_left[level], tree.children_right[level]
        lower[left], lower[right] = lower[level], lower[level]
        upper[left], upper[right] = upper[level], upper[level]
        upper[left, tree.feature[level]] = tree.threshold[level]
        lower[right, tree.feature[level]] = tree.threshold[level]
        level = np.concatenate([left, right])
    return lower, upper


def _side(group: Group, lower: np.ndarray, upper: np.ndarray) -> Side:
    if group.categorical:
        can_be_one, must_be_one = upper >= 1, lower >= 0
        others = must_be_one.sum(axis=1, keepdims=True) - must_be_one
        covers = (can_be_one & (others == 0)).astype(float)
        weights = np.full(group.width, 1 / group.width)
        return Side(weights, covers @ weights, covers=covers)
    low, high = lower[:, 0].clip(0, 1), upper[:, 0].clip(0, 1)
    edges = np.unique(np.concatenate([low, high]))
    return Side(np.diff(edges), high - low, start=np.searchsorted(edges, low), stop=np.searchsorted(edges, high))


def _joint(first: Side, second: Side, amounts: np.ndarray) -> np.ndarray:
    """The sum of `amounts` over the leaves that cover each pair of cells: (cells of first, cells of second)."""
    if second.covers is not None:
        return first.spread(second.covers * amounts[:, None])
    if first.covers is not None:
        return second.spread(first.covers * amounts[:, None]).T
    ends = np.zeros((len(first.weights) + 1, len(second.weights) + 1))
    for rows, row_sign in ((first.start, 1), (first.stop, -1)):
        for columns, column_sign in ((second.start, 1), (second.stop, -1)):
            np.add.at(ends, (rows, columns), row_sign * column_sign * amounts)
    return ends.cumsum(axis=0).cumsum(axis=1)[:-1, :-1]
