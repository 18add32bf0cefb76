"""Independent random draws."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count, islice
from typing import Any

from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.support.distinct import distinct
from snaketune.space import Space

__all__ = ["RandomSampler", "build", "uniform_from"]


def uniform_from(*words: object) -> float:
    """A number in [0, 1) that is a hash of `words`: 53 random bits, the same on every platform and version."""
    text = "\x1f".join(map(str, words))
    return (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 11) / 2**53


class RandomSampler:
    """Draws each parameter on its own, by a counter-based generator.

    Draw i of a parameter depends on the seed, i and the parameter's name alone: not on how many trials are asked
    for, nor on the other parameters. A finite space is drawn from without replacement.
    """

    def __init__(self, space: Space, *, seed: int):
        self._space = space
        self._seed = seed

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` draws; fewer, or none, when a finite space has no more to give."""
        start = len(history)
        drawn = distinct(self._space, self._points(), self._seed)
        return [Proposal(params, "random") for params in islice(drawn, start, start + n)]

    def _points(self) -> Iterator[Callable[[str], float]]:
        for i in count():
            yield partial(uniform_from, self._seed, i)


def build(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> RandomSampler:
    """The sampler of strategy `random`."""
    return RandomSampler(space, seed=seed)
