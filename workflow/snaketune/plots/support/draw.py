"""Draws plots by name and writes them, the same bytes from the same results."""

from importlib import import_module
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from snaketune.config.study import PlotOptions
from snaketune.files import kept
from snaketune.plots.catalog import PLOTS
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.fonts import families
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look

__all__ = ["draw", "look_of", "save"]

# What would make two pictures of the same data differ: dates and versions.
_METADATA = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "SnakeTune"},
    "pdf": {"CreationDate": None, "Creator": "SnakeTune", "Producer": None},
}
# Compressed a little less, which takes half the time.
_OPTIONS: dict[str, Any] = {"png": {"pil_kwargs": {"compress_level": 4}}}


def look_of(options: PlotOptions, plot: str) -> Look:
    """How one plot looks."""
    width, height = options.sizes.get(plot, (options.width, options.height))
    return Look(width, height, options.style, options.dpi)


def draw(plot: str, source: Source, look: Look) -> Figure:
    """The figure of a plot."""
    if source.trials.empty:
        return look.words(PLOTS[plot].title, "There is no trial.")
    drawing: Drawing = import_module(f"snaketune.plots.{PLOTS[plot].module}").DRAWING
    return drawing.figure(drawing.data(source), look)


def save(plot: str, source: Source, look: Look, paths: list[Path]) -> None:
    """Draws a plot and writes it to each of `paths`, whose names end in png, svg or pdf."""
    style: Any = look.rc() | {"font.family": families(source.characters)}  # matplotlib types every key
    with rc_context(style):
        figure = draw(plot, source, look)
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            form = path.suffix[1:]
            with kept(path) as temporary:
                figure.savefig(temporary, format=form, dpi=look.dpi, metadata=_METADATA[form], **_OPTIONS.get(form, {}))
