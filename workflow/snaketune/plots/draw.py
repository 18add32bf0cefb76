"""Draws plots by name and writes them, the same bytes from the same results."""

import os
from collections.abc import Callable
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from snaketune.config.study import PlotOptions
from snaketune.plots import (
    comparison,
    contour,
    edf,
    heatmap,
    importances,
    intermediate,
    optimization_history,
    parallel,
    pareto,
    ranks,
    replicates,
    slices,
    timeline,
)
from snaketune.plots.catalog import PLOTS
from snaketune.plots.source import Source
from snaketune.plots.theme import Look

__all__ = ["FIGURES", "draw", "look_of", "save"]

# Each plot's data function and figure function.
FIGURES: dict[str, tuple[Callable, Callable]] = {
    "history": (optimization_history.history_data, optimization_history.history_figure),
    "comparison": (comparison.comparison_data, comparison.comparison_figure),
    "importances": (importances.importances_data, importances.importances_figure),
    "slice": (slices.slice_data, slices.slice_figure),
    "contour": (contour.contour_data, contour.contour_figure),
    "rank": (ranks.rank_data, ranks.rank_figure),
    "parallel": (parallel.parallel_data, parallel.parallel_figure),
    "heatmap": (heatmap.heatmap_data, heatmap.heatmap_figure),
    "intermediate": (intermediate.intermediate_data, intermediate.intermediate_figure),
    "replicates": (replicates.replicates_data, replicates.replicates_figure),
    "pareto": (pareto.pareto_data, pareto.pareto_figure),
    "edf": (edf.edf_data, edf.edf_figure),
    "timeline": (timeline.timeline_data, timeline.timeline_figure),
}
# What would make two pictures of the same data differ: dates and versions.
_METADATA = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "SnakeTune"},
    "pdf": {"CreationDate": None, "Creator": "SnakeTune", "Producer": None},
}


def look_of(options: PlotOptions, plot: str) -> Look:
    """How one plot looks."""
    width, height = options.sizes.get(plot, (options.width, options.height))
    return Look(width, height, options.style, options.dpi)


def draw(plot: str, source: Source, look: Look) -> Figure:
    """The figure of a plot."""
    if source.trials.empty:
        return look.words(PLOTS[plot].title, "There is no trial.")
    data_of, figure_of = FIGURES[plot]
    return figure_of(data_of(source), look)


def save(plot: str, source: Source, look: Look, paths: list[Path]) -> None:
    """Draws a plot and writes it to each of `paths`, whose names end in png, svg or pdf."""
    with rc_context(look.rc()):
        figure = draw(plot, source, look)
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            form = path.suffix[1:]
            temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            try:
                figure.savefig(temporary, format=form, dpi=look.dpi, metadata=_METADATA[form])
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
