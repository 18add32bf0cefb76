"""A problem: a space, and what its points are worth."""

import csv
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from collection.spaces import Params, Space

__all__ = ["REFERENCES", "Outcome", "Problem", "Reference", "references"]

REFERENCES = Path(__file__).with_name("references.csv")


class Outcome(NamedTuple):
    """What an evaluation says, to be minimised; None if it fails."""

    value: float | None


class Reference(NamedTuple):
    """The best true value known, where it is and how it was found; what 50 random points reach (`measure`)."""

    best: float
    random: float
    how: str
    at: Mapping[str, Any]


def _nowhere(params: Params) -> bool:
    return False


@dataclass(frozen=True)
class Problem:
    """A function to minimise.

    Args:
        name: the family and the seed, or the training.
        family: smooth, multimodal, valleys, mixed, wide, noisy or trainings.
        space: see `spaces`.
        true_value: a point's value without noise; below a millisecond.
        noise: the standard deviation of what is observed.
        fails: the points whose evaluation always fails; their true value counts for nothing.
        failing: the share of all other evaluations that fail at random.
        optimum: the best point, where it is known by construction or from a table.
    """

    name: str
    family: str
    space: Space
    true_value: Callable[[Params], float]
    noise: float = 0.0
    fails: Callable[[Params], bool] = _nowhere
    failing: float = 0.0
    optimum: Params | None = None

    def evaluate(self, params: Params, seed: int, count: int = 0) -> Outcome:
        """What is observed in the run `seed` where the same point was evaluated `count` times before; reproducible."""
        if self.fails(params):
            return Outcome(None)
        value = float(self.true_value(params))
        if not self.noise and not self.failing:
            return Outcome(value)
        rng = np.random.default_rng(_digest(self.name, seed, count, params))
        if rng.random() < self.failing:
            return Outcome(None)
        return Outcome(value + self.noise * float(rng.standard_normal()))

    @property
    def best(self) -> float:
        """The best true value known."""
        return self._reference.best

    @property
    def random(self) -> float:
        """The median over 100 seeds of the best true value of 50 random points."""
        return self._reference.random

    def regret(self, value: float) -> float:
        """How far a true value is from the best known: 0 there, 1 where random search ends."""
        return (value - self.best) / (self.random - self.best)

    @property
    def _reference(self) -> Reference:
        try:
            return references()[self.name]
        except KeyError:
            raise LookupError(f"{self.name} has not been measured: python -m collection.measure {self.name}") from None


@cache
def references() -> Mapping[str, Reference]:
    """What `measure` has found, by problem."""
    with REFERENCES.open(newline="") as file:
        return {
            row["problem"]: Reference(float(row["best"]), float(row["random"]), row["how"], json.loads(row["at"]))
            for row in csv.DictReader(file)
        }


def _digest(name: str, seed: int, count: int, params: Params) -> int:
    """A number for an evaluation; NumPy's numbers and whole floats of other engines are those of Python."""
    values = sorted((key, _plain(value)) for key, value in params.items())
    text = repr((name, int(seed), int(count), values))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) or value is None else float(value)
