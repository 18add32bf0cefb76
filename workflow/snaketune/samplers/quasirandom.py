"""Low-discrepancy designs: points that fill the space more evenly than independent draws."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.support.distinct import distinct
from snaketune.space import Space

__all__ = ["QuasirandomSampler"]

_BLOCK = 256


class QuasirandomSampler:
    """Scrambled Sobol (Owen 1998) or Halton (Owen 2017) sequence, or a Latin hypercube (McKay et al. 1979).

    Point i of a sequence does not depend on `n_trials`; a Latin hypercube is a design for `n_trials` points as a
    whole and changes with it.
    """

    def __init__(self, space: Space, *, kind: str, seed: int, n_trials: int):
        self._space = space
        self._kind = kind
        self._seed = seed
        self._n_trials = n_trials

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        start = len(history)
        placed = distinct(self._space, self._points(), self._seed)
        return [Proposal(params, self._kind) for params in islice(placed, start, start + n)]

    def _points(self) -> Iterator[Callable[[str], float]]:
        from scipy.stats import qmc

        names = [axis.name for axis in self._space.axes if not axis.parameter.fixed] or ["_"]
        if self._kind == "lhs":
            designs = (qmc.LatinHypercube(len(names), rng=self._seed + i) for i in range(1000))
            blocks = (design.random(self._n_trials) for design in designs)
        else:
            engine = {"sobol": qmc.Sobol, "halton": qmc.Halton}[self._kind](len(names), rng=self._seed)
            blocks = (_quietly(engine.random, _BLOCK) for _ in range(10_000))
        for block in blocks:
            for point in block.tolist():
                unit = dict(zip(names, point, strict=True))
                yield lambda name, unit=unit: min(unit.get(name, 0.5), 1 - 2**-53)


def _quietly(draw: Callable, n: int):
    """Blocks are powers of 2, but SciPy warns once a sequence has gone past its balance properties."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return draw(n)
