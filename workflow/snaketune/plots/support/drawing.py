"""What a plot's module offers: its data, and the figure that is drawn of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look

__all__ = ["Drawing"]


@dataclass(frozen=True)
class Drawing:
    """`data` makes the plot's own data from a study's tables, a pure function; `figure` draws them."""

    data: Callable[[Source], Any]
    figure: Callable[[Any, Look], Figure]
