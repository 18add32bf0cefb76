"""Trials as the columns that trees split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from snaketune.importance.scales import ABSENT, Categories, Scale

__all__ = ["Encoded", "Group", "encode"]


@dataclass(frozen=True)
class Group:
    """The columns of one parameter: one in [0, 1] for numbers, an indicator for each of several categories."""

    name: str
    first: int
    width: int

    @property
    def columns(self) -> slice:
        return slice(self.first, self.first + self.width)

    @property
    def categorical(self) -> bool:
        return self.width > 1


@dataclass(frozen=True)
class Encoded:
    """`matrix` has a row per trial and the groups' columns side by side."""

    matrix: np.ndarray
    groups: tuple[Group, ...]


def encode(columns: Mapping[str, Sequence[object]], scales: Mapping[str, Scale], rng: np.random.Generator) -> Encoded:
    """Encodes parameters (name -> a value per trial, ABSENT where inactive) with their scales.

    Where a parameter is inactive, the objective is the same for whatever value it had, so it gets a random
    one: its main effect is then weighted by how often it is active, and trees can't tell activity from it.
    """
    blocks: list[np.ndarray] = []
    groups: list[Group] = []
    first = 0
    for name, values in columns.items():
        scale = scales[name]
        block = _block(values, scale, rng)
        groups.append(Group(name, first, block.shape[1]))
        first += block.shape[1]
        blocks.append(block)
    return Encoded(np.hstack(blocks).astype(np.float32), tuple(groups))


def _block(values: Sequence[object], scale: Scale, rng: np.random.Generator) -> np.ndarray:
    inactive = np.array([value is ABSENT for value in values])
    if isinstance(scale, Categories) and not scale.ordered:
        places = scale.positions(values)
        places[inactive] = rng.integers(len(scale.labels), size=inactive.sum())
        return np.asarray(places[:, None] == np.arange(len(scale.labels)), float)
    units = scale.units(values)
    units[inactive] = rng.random(inactive.sum())
    return units[:, None]
