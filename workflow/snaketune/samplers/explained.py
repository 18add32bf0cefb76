"""What a sampler's model believes, and how good it is: plain values, by which others need not know the model."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from snaketune.samplers.base import Observation, Sampler

__all__ = ["BAND", "INTERVAL", "Belief", "Explained", "Explaining", "LeftOut", "Slice"]

BAND = 2.0  # standard deviations, up and down, that the bands of slices have
INTERVAL = 0.95  # how likely it is, by the model, that a result is within the interval predicted for it


@dataclass(frozen=True)
class Belief:
    """A prediction in the objective's own units; of `mean`, strictly the median, with the ends of an interval."""

    mean: float
    low: float
    high: float

    @property
    def negative(self) -> "Belief":
        """That of the objective with the other sign."""
        return Belief(-self.mean, -self.high, -self.low)


@dataclass(frozen=True)
class Slice:
    """The objective along one axis of the space: a parameter, or several that are paired (`names`).

    `values` has, in the order of the axis, a value for each name; `beliefs` what is expected there without the noise of
    a single result, with a band of `BAND` standard deviations, None where constraints forbid it. All else is as in
    `through`, the trial that the model believes best (of those in which the axis is active).
    """

    names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    beliefs: tuple[Belief | None, ...]
    through: Mapping[str, Any]
    separate: bool  # choices without an order, or few numbers: there is nothing between them


@dataclass(frozen=True)
class LeftOut:
    """A result and what a model that does not know it, and has all else in common with the other, says of it.

    `belief` is of the result, noise included, with an interval of `INTERVAL`; `below` is the chance that it is at most
    what was `observed`.
    """

    params: Mapping[str, Any]
    observed: float
    belief: Belief
    below: float

    @property
    def inside(self) -> bool:
        """Whether the result is within the interval."""
        return abs(2 * self.below - 1) <= INTERVAL

    @property
    def negative(self) -> "LeftOut":
        """The same of the objective with the other sign."""
        return LeftOut(self.params, -self.observed, self.belief.negative, 1 - self.below)


@dataclass(frozen=True)
class Explained:
    """A model after a history; `why` says why there is nothing to explain, if so, and all else is empty then.

    `share` is the part of the full budget that the model looks at, and of which slices and results are; `known` is the
    number of such results, of which the model holds those in `left_out` if there are too many for it.
    """

    why: str = ""
    share: float = 1.0
    known: int = 0
    slices: tuple[Slice, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def negative(self) -> "Explained":
        """The same of the objective with the other sign."""
        slices = (replace(each, beliefs=tuple(b and b.negative for b in each.beliefs)) for each in self.slices)
        return replace(self, slices=tuple(slices), left_out=tuple(each.negative for each in self.left_out))


class Explaining(Sampler, Protocol):
    """A sampler whose model can say what it believes."""

    def explain(self, history: list[Observation]) -> Explained:
        """What its model believes after `history`, everything to be minimised. A pure function, as `ask` is."""
