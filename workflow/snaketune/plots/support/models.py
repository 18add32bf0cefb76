"""What the plots of models have in common: which models there are, and how far they are to be believed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from snaketune.plots.support.source import Source
from snaketune.plots.support.values import Limits, Shown
from snaketune.results.credibility import Credibility, credibility_of
from snaketune.samplers.explained import Belief, Explained

__all__ = ["Expected", "Modelled", "beyond", "modelled_in", "why_none", "with_room"]

_MOST_ROOM = 0.4


@dataclass(frozen=True)
class Expected:
    """What a model expects at some places (or of some results) as it is shown: arrays, NaN where there is nothing."""

    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, beliefs: Sequence[Belief | None], source: Source) -> "Expected":
        nothing = (np.nan, np.nan, np.nan)
        rows = [nothing if b is None else (b.mean, b.low, b.high) for b in beliefs]
        shown = source.shown(np.array(rows, dtype=float).reshape(len(rows), 3))
        middle, *ends = shown.T
        return cls(middle, np.minimum(*ends), np.maximum(*ends))  # a distance from the optimum may turn them round


@dataclass(frozen=True)
class Modelled:
    """A search with its model. Its metric, as it is shown, says with which budget, where the model looks at one."""

    search: str
    metric: Shown
    explained: Explained
    credibility: Credibility

    @property
    def alarming(self) -> bool:
        """Whether it is not to be believed."""
        return self.credibility.enough and not self.credibility.roughly

    @property
    def said(self) -> str:
        """How far it is to be believed."""
        return f"{'⚠ ' * self.alarming}The model of {self.search} {self.credibility.said}."


def modelled_in(source: Source) -> list[Modelled]:
    """The searches whose models can be shown, in their order."""
    return [
        Modelled(name, _metric_of(source, name, found), found, credibility_of(found))
        for name, found in source.models.items()
        if not _why_not(found)
    ]


def why_none(source: Source) -> str:
    """Why there is no model to show, where there is none."""
    if len(source.study.metrics) > 1:
        return "With several objectives each proposal has a model of its own, which weighs them by chance."
    if not source.models:
        return "No search has a model of our own that could be shown: that is strategy bayes with engine gp."
    return " ".join(f"There is no model of {name}: {_why_not(found)}." for name, found in source.models.items())


def with_room(limits: Limits, expected: np.ndarray) -> Limits:
    """An axis of results with room for what is expected beyond them, though not so much that they lie upon each other.

    `expected` may have any shape. What is further away has no place on the axis; see `beyond`.
    """
    if limits.empty:
        return limits
    low, high = limits.forward(np.array([limits.low, limits.high])).tolist()
    with np.errstate(invalid="ignore", over="ignore"):
        places = limits.forward(expected)
        known = places[np.isfinite(places)]
        below, above = (
            np.array([low - known.min(initial=low), known.max(initial=high) - high]) / (high - low)
        ).tolist()
        outer = np.array([low - _room(below) * (high - low), high + _room(above) * (high - low)])
        ends = limits.inverse(outer).tolist()
    if not math.isfinite(ends[1] - ends[0]):  # there are no numbers for more room
        return limits
    return replace(limits, low=ends[0], high=ends[1], worse=ends[limits.worse == limits.high])


def beyond(values: np.ndarray, limits: Limits) -> np.ndarray:
    """Values with those that have no place on the axis just so far outside that lines to them leave it.

    Where there is a place for 0, what is not on its side of 0 stands there too.
    """
    low, high = limits.forward(np.array([limits.low, limits.high])).tolist()
    with np.errstate(over="ignore"):
        outer = limits.inverse(np.array([2 * low - high, 2 * high - low]))
    clipped = np.asarray(np.clip(values, *outer))
    nearest = limits.low if limits.sign > 0 else limits.high
    return np.where(limits.sign * values <= 0, nearest, clipped) if limits.zeros else clipped


def _why_not(explained: Explained) -> str:
    """Why a model can't be shown, if so."""
    observed = [each.observed for each in explained.left_out]
    if math.isfinite(max(observed, default=0.0) - min(observed, default=0.0)):
        return explained.why
    return "its results lie further apart than there are numbers"


def _room(share: float) -> float:
    """How much an axis grows, as a share of its length, for what is beyond its end by so much of it."""
    return 0.1 + min(share, _MOST_ROOM)


def _metric_of(source: Source, name: str, explained: Explained) -> Shown:
    budget = source.study.searches[name].budget
    if budget is None or not source.study.searches[name].in_rungs:
        return source.metric
    amount = explained.share * budget.max
    text = budget.text(int(amount) if amount.is_integer() else amount)
    remark = f"Of the {explained.known:,} trials that have a result with {text}."
    return replace(source.metric, budget=text, remark=remark)
