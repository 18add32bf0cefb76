"""Low-discrepancy designs: points that fill the space more evenly than independent draws."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.support.distinct import distinct
from snaketune.space import Space

if TYPE_CHECKING:
    from snaketune.samplers.support.designs import Row

__all__ = ["QuasirandomSampler", "halton", "lhs", "sobol"]

# Where sequences end, and the Latin hypercubes that follow each other.
_MOST_ROWS = 2_560_000
_MOST_HYPERCUBES = 1000


class QuasirandomSampler:
    """Scrambled Sobol (Owen 1998) or Halton (Owen 2017) sequence, or a Latin hypercube (McKay et al. 1979).

    `rows` gives the rows of the unit cube of so many axes. Point i of a sequence does not depend on `n_trials`; a
    Latin hypercube is a design for `n_trials` points as a whole and changes with it.
    """

    def __init__(self, space: Space, *, kind: str, seed: int, rows: Callable[[int], "Iterable[Row]"]):
        self._space = space
        self._kind = kind
        self._seed = seed
        self._rows = rows

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` points; fewer, or none, when a finite space has no more to give."""
        start = len(history)
        placed = distinct(self._space, self._points(), self._seed)
        return [Proposal(params, self._kind) for params in islice(placed, start, start + n)]

    def _points(self) -> Iterator[Callable[[str], float]]:
        names = [axis.name for axis in self._space.axes if not axis.parameter.fixed] or ["_"]
        for row in self._rows(len(names)):
            yield partial(_place, dict(zip(names, row.tolist(), strict=True)))


def _place(row: Mapping[str, float], name: str) -> float:
    """The place on an axis, below 1; in the middle for what is not searched."""
    return min(row.get(name, 0.5), 1 - 2**-53)


def sobol(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> QuasirandomSampler:
    """The sampler of strategy `sobol`."""
    from snaketune.samplers.support.designs import sobol_rows

    def rows(width: int) -> "Iterable[Row]":
        return islice(sobol_rows(width, seed), _MOST_ROWS)

    return QuasirandomSampler(space, kind="sobol", seed=seed, rows=rows)


def halton(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> QuasirandomSampler:
    """The sampler of strategy `halton`."""
    from snaketune.samplers.support.designs import halton_rows

    def rows(width: int) -> "Iterable[Row]":
        return islice(halton_rows(width, seed), _MOST_ROWS)

    return QuasirandomSampler(space, kind="halton", seed=seed, rows=rows)


def lhs(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> QuasirandomSampler:
    """The sampler of strategy `lhs`; every hypercube has a seed of its own."""
    from snaketune.samplers.support.designs import hypercube_rows

    if n_trials is None:
        raise ValueError("a Latin hypercube is a design for n_trials points: n_trials is missing")
    seeds = range(seed, seed + _MOST_HYPERCUBES)
    return QuasirandomSampler(space, kind="lhs", seed=seed, rows=lambda width: hypercube_rows(width, n_trials, seeds))
