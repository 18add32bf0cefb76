"""What a search has proposed already, as parameter sets and as points, and what is left of its space."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from snaketune.samplers.support.arrays import Floats
from snaketune.samplers.support.distinct import Distinct
from snaketune.samplers.support.encoding import DECIMALS, Encoding
from snaketune.values import trial_id

__all__ = ["Evaluated", "identity"]

# Finite spaces up to this size are listed, and candidates are chosen from what is left.
_MOST_LISTED = 1500
_BLOCK = 64
_BLOCKS = 64


class Evaluated(Distinct):
    """The parameter sets in a history or proposed after it. `identities` is the same set as points."""

    def __init__(self, encoding: Encoding, sets: Sequence[Mapping[str, Any]]):
        super().__init__(sets)
        self._encoding = encoding
        self.identities = set(identity(encoding.points(sets)))
        self._left: dict[str, Floats] | None = None

    def add(self, params: Mapping[str, Any]) -> bool:
        """Notes a parameter set; whether it is new."""
        new = super().add(params)
        if new:
            self.identities.update(identity(self._encoding.points([params])))
        return new

    def left(self) -> Floats | None:
        """The points (k, width) of a small finite space that have not been evaluated; None for other spaces."""
        size = self._encoding.space.size
        if size is None or size > _MOST_LISTED:
            return None
        if self._left is None:
            sets = list(self._encoding.space.grid())
            self._left = dict(zip(map(trial_id, sets), self._encoding.points(sets), strict=True))
        for trial in self._left.keys() & self._trials:
            del self._left[trial]
        return np.array(list(self._left.values())).reshape(len(self._left), self._encoding.width)

    def random(self, rng: np.random.Generator) -> dict[str, Any] | None:
        """A random parameter set that is new and allowed; None if there is none (or hardly any, in infinite spaces)."""
        left = self.left()
        if left is not None:
            return self._encoding.params(left[rng.integers(len(left))]) if len(left) else None
        return next(self._new(rng), None)

    def _new(self, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
        for _ in range(_BLOCKS):
            for point in self._encoding.realise(rng.random((_BLOCK, self._encoding.width))):
                params = self._encoding.params(point)
                if params not in self:
                    yield params
        if self._encoding.space.size is not None:  # nearly exhausted, yet too large to be listed each time
            yield from (params for params in self._encoding.space.grid() if params not in self)


def identity(points: Floats) -> list[bytes]:
    """What tells points (n, width) apart: their places to somewhat more decimals than proposals have."""
    return [row.tobytes() for row in np.round(points, DECIMALS + 3) + 0.0]
