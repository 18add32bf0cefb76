"""Every point of a finite space, the first parameter varying slowest."""

from collections.abc import Sequence
from itertools import islice

from snaketune.samplers.base import Observation, Proposal
from snaketune.space import Space

__all__ = ["GridSampler"]


class GridSampler:
    """Walks through the full product of the parameters' values, less what conditions and constraints rule out."""

    def __init__(self, space: Space):
        self._space = space

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        start = len(history)
        return [Proposal(params, "grid") for params in islice(self._space.grid(), start, start + n)]
