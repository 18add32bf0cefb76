"""Every point of a finite space, the first parameter varying slowest."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from snaketune.errors import ConfigError
from snaketune.samplers.base import Observation, Proposal
from snaketune.space import Space

__all__ = ["LARGEST_GRID", "GridSampler", "build", "check", "count", "most"]

LARGEST_GRID = 1_000_000
_COUNTED = 20_000


class GridSampler:
    """Walks through the full product of the parameters' values, less what conditions and constraints rule out."""

    def __init__(self, space: Space):
        self._space = space

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` points of the grid; fewer, or none, at its end."""
        start = len(history)
        return [Proposal(params, "grid") for params in islice(self._space.grid(), start, start + n)]


def build(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> GridSampler:
    """The sampler of strategy `grid`."""
    return GridSampler(space)


def check(space: Space) -> None:
    """Raises ConfigError for a space that has infinitely many points, or too many."""
    if space.size is None:
        names = ", ".join(space.infinite)
        raise ConfigError(
            "space",
            f"a grid needs parameters with finitely many values; these are continuous: {names}. Give each a list "
            f"([0.001, 0.01]), a step ({{type: uniform, low: 0, high: 1, step: 0.25}}) or a number of draws "
            f'("loguniform(1e-4, 1e-1, 5)"), in the search\'s own space if other searches need the range',
        )
    if space.size > LARGEST_GRID:
        sizes = ", ".join(f"{axis.name} {axis.parameter.count}" for axis in space.axes)
        raise ConfigError(
            "space",
            f"the grid has {space.size} points (values per parameter: {sizes}), above the limit of {LARGEST_GRID}; "
            "list fewer values, or use strategy: random",
        )


def most(space: Space, n_trials: int | None, options: Mapping[str, Any]) -> int:
    """All points of the space, were there no conditions and constraints."""
    if space.size is None:
        raise ValueError("a grid needs parameters with finitely many values")
    return space.size


def count(space: Space) -> int | None:
    """The points that conditions and constraints leave; None for a grid that is too large to be walked through."""
    small = space.size is not None and space.size <= _COUNTED
    return sum(1 for _ in space.grid()) if small else None
