"""A history's one order and the random numbers that follow from it."""

import hashlib
from collections.abc import Sequence

import numpy as np

from snaketune.samplers.base import Observation
from snaketune.values import canonical

__all__ = ["generator", "order"]


def order(observation: Observation) -> tuple[str, ...]:
    """A sort key that depends on what was observed alone, not on when."""
    numbers = (observation.values, observation.variances, observation.violations)
    return canonical(observation.params), observation.status, *map(repr, numbers)


def generator(seed: int, history: Sequence[Observation], place: int) -> np.random.Generator:
    """The random numbers for the proposal number `place` of a batch that follows a history in its order."""
    text = "\n".join("\t".join(order(observation)) for observation in history)
    digest = hashlib.sha256(text.encode()).digest()
    return np.random.default_rng([seed, place, *np.frombuffer(digest, "<u4").tolist()])
