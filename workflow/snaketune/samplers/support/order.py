"""A history's one order and the random numbers that follow from it."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from snaketune.samplers.base import Observation
from snaketune.values import canonical

__all__ = ["generator", "generators", "order"]


def order(observation: Observation) -> tuple[str, str, str, str, str, float]:
    """A sort key that depends on what was observed alone, not on when."""
    o = observation
    return canonical(o.params), o.status, repr(o.values), repr(o.variances), repr(o.violations), o.budget


def generator(seed: int, history: Sequence[Observation], place: int) -> np.random.Generator:
    """The random numbers for the proposal number `place` of a batch that follows a history in its order.

    They don't hang on budgets, which are shares of one that may be raised.
    """
    return generators(seed, history)(place)


def generators(seed: int, history: Sequence[Observation]) -> Callable[[int], np.random.Generator]:
    """`generator` for all places of a batch: the history is read once."""
    text = "\n".join("\t".join(order(observation)[:-1]) for observation in history)
    words = np.frombuffer(hashlib.sha256(text.encode()).digest(), "<u4").tolist()
    return lambda place: np.random.default_rng([seed, place, *words])
