"""Which parameter sets a search has asked for already, so that none is proposed twice."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from snaketune.samplers.support.encoding import DECIMALS, Encoding
from snaketune.values import canonical

__all__ = ["Evaluated", "identity"]

# Finite spaces up to this size are listed, and candidates are chosen from what is left.
_MOST_LISTED = 1500
_BLOCK = 64
_BLOCKS = 64


class Evaluated:
    """The parameter sets in a history or proposed after it. `identities` is the same set as points."""

    def __init__(self, encoding: Encoding, sets: Sequence[Mapping[str, object]]):
        self._encoding = encoding
        self._names = {canonical(params) for params in sets}
        self.identities = set(identity(encoding.points(sets)))
        self._left: dict[str, np.ndarray] | None = None

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, params: Mapping[str, object]) -> bool:
        return canonical(params) in self._names

    def add(self, params: Mapping[str, object]) -> bool:
        """Notes a parameter set; whether it is new."""
        if params in self:
            return False
        self._names.add(canonical(params))
        self.identities.update(identity(self._encoding.points([params])))
        return True

    def left(self) -> np.ndarray | None:
        """The points (k, width) of a small finite space that have not been asked; None for other spaces."""
        size = self._encoding.space.size
        if size is None or size > _MOST_LISTED:
            return None
        if self._left is None:
            sets = list(self._encoding.space.grid())
            self._left = dict(zip(map(canonical, sets), self._encoding.points(sets), strict=True))
        for name in self._left.keys() & self._names:
            del self._left[name]
        return np.array(list(self._left.values())).reshape(len(self._left), self._encoding.width)

    def random(self, rng: np.random.Generator) -> dict | None:
        """A random parameter set that is new and allowed; None if there is none (or hardly any, for infinite
        spaces)."""
        left = self.left()
        if left is not None:
            return self._encoding.params(left[rng.integers(len(left))]) if len(left) else None
        return next(self._new(rng), None)

    def _new(self, rng: np.random.Generator) -> Iterator[dict]:
        for _ in range(_BLOCKS):
            for point in self._encoding.realise(rng.random((_BLOCK, self._encoding.width))):
                params = self._encoding.params(point)
                if params not in self:
                    yield params
        if self._encoding.space.size is not None:  # nearly exhausted, yet too large to be listed each time
            yield from (params for params in self._encoding.space.grid() if params not in self)


def identity(points: np.ndarray) -> list[bytes]:
    """What tells points (n, width) apart: their places to somewhat more decimals than proposals have."""
    return [row.tobytes() for row in np.round(points, DECIMALS + 3) + 0.0]
