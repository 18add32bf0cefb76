"""How promising points are: what Gaussian processes say of them, judged one by one and added up as logarithms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from snaketune.samplers.support.acquisition import Judged
from snaketune.samplers.support.arrays import Floats
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.gaussian_process import GaussianProcess

__all__ = ["Judgement", "Least", "Promise", "Term", "with_place"]


class Term(Protocol):
    """A function of the space's columns, with slopes."""

    def values(self, features: Floats) -> Floats:
        """The values (k,) at rows (k, m)."""

    def sloped(self, features: Floats) -> tuple[Floats, Floats]:
        """The same values, with their slopes (k, m)."""


@dataclass(frozen=True)
class Judgement:
    """What is made of the prediction of a process; `place` is that of the budget, for one with a column for it."""

    process: GaussianProcess
    judge: Callable[[Floats, Floats], Judged]
    place: float | None = None

    def values(self, features: Floats) -> Floats:
        """The values (k,) at rows (k, m)."""
        return self.judge(*self.process.predict(with_place(features, self.place))).value

    def sloped(self, features: Floats) -> tuple[Floats, Floats]:
        """The same values, with their slopes (k, m)."""
        mean, sd, mean_slopes, sd_slopes = self.process.sloped(with_place(features, self.place))
        value, by_mean, by_sd = self.judge(mean, sd)
        slopes = by_mean[:, None] * mean_slopes + by_sd[:, None] * sd_slopes
        return value, slopes[:, : features.shape[1]]


@dataclass(frozen=True)
class Least:
    """The least of some terms, one or more."""

    terms: Sequence[Term]

    def values(self, features: Floats) -> Floats:
        """The values (k,) at rows (k, m)."""
        return np.asarray(np.min([term.values(features) for term in self.terms], axis=0))

    def sloped(self, features: Floats) -> tuple[Floats, Floats]:
        """The same values, with their slopes (k, m)."""
        values, slopes = map(np.array, zip(*[term.sloped(features) for term in self.terms], strict=True))
        least, rows = values.argmin(axis=0), np.arange(len(features))
        return values[least, rows], slopes[least, rows]


def with_place(features: Floats, place: float | None) -> Floats:
    """Rows (k, m) with a further column for the place of a budget; without one, as they are."""
    return features if place is None else np.column_stack([features, np.full(len(features), place)])


@dataclass(frozen=True)
class Promise:
    """The sum of some terms and of what the user believes, to the power of `belief`; points are those of `encoding`."""

    encoding: Encoding
    terms: Sequence[Term]
    belief: float = 0.0

    def scores(self, points: Floats) -> Floats:
        """The sums (k,) at points (k, width)."""
        features = self.encoding.features(points)
        scores = np.zeros(len(points))
        for term in self.terms:
            scores += term.values(features)
        return scores + self.belief * self.encoding.log_belief(points) if self._believes else scores

    def sloped(self, points: Floats) -> tuple[Floats, Floats]:
        """The same scores, with their slopes (k, width) by the axes that are continuous and active; 0 by others."""
        features = self.encoding.features(points)
        scores, by_columns = np.zeros(len(points)), np.zeros(features.shape)
        for term in self.terms:
            values, slopes = term.sloped(features)
            scores += values
            by_columns += slopes
        slopes = self.encoding.by_axes(by_columns, points)
        if not self._believes:
            return scores, slopes
        scores += self.belief * self.encoding.log_belief(points)
        return scores, slopes + self.belief * self.encoding.log_belief_slopes(points)

    @property
    def _believes(self) -> bool:
        return self.belief > 0 and self.encoding.believes
