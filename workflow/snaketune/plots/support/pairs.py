"""Pairs of parameters: which of them are shown, and where their trials stand."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes

from snaketune.importance.scales import Scale
from snaketune.plots.support.axes import GOLDEN, parameter_axis, places
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look

__all__ = ["NARROWEST", "Pair", "draw_axes", "pairs_of", "room_of"]

# The pairs of so many of the most important parameters are shown.
PAIRED = 4
_RATIOS = (GOLDEN, 0.4142135624, 0.7320508076, 0.2360679775)
NARROWEST = 4.1  # a panel, in centimetres


@dataclass(frozen=True)
class Pair:
    """Two parameters with their scales, and where each trial stands on them, in [0, 1] (see `places`)."""

    x: str
    y: str
    x_scale: Scale
    y_scale: Scale
    x_at: np.ndarray
    y_at: np.ndarray

    @property
    def inactive(self) -> tuple[bool, bool]:
        """Whether some trial lacks x, or y."""
        return bool((self.x_at < -0.1).any()), bool((self.y_at < -0.1).any())


def pairs_of(source: Source, *, spread: float) -> list[Pair]:
    """The pairs of the most important parameters, with the distinct trials' places; categories spread by `spread`."""
    names = source.parameters[:PAIRED]
    scales = {name: source.scale(name) for name in names}
    at = {
        name: places(scales[name], source.values(name), spread=spread, ratio=ratio)
        for name, ratio in zip(names, _RATIOS, strict=False)
    }
    return [Pair(x, y, scales[x], scales[y], at[x], at[y]) for x, y in combinations(names, 2)]


def draw_axes(panel: Axes, pair: Pair, look: Look, room: float, *, inactive: bool) -> float:
    """Makes a panel's axes those of a pair, and gives what turned labels need.

    `room` is the panel's width in centimetres.
    """
    deepest = 0.0
    high = 3.0 * look.scale
    for which, name, scale, some in (
        ("x", pair.x, pair.x_scale, pair.inactive[0]),
        ("y", pair.y, pair.y_scale, pair.inactive[1]),
    ):
        deepest = max(
            deepest,
            parameter_axis(
                panel,
                which,
                name,
                scale,
                look,
                room=room if which == "x" else high,
                inactive=some and inactive,
            ),
        )
    return deepest


def room_of(look: Look, count: int) -> float:
    """The width that each of `count` panels has for its x axis, in centimetres."""
    return (look.width - (0 if look.narrow else 1.6) * look.scale) / look.columns(count, NARROWEST) - 1.4 * look.scale
