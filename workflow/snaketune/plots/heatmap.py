"""Grid heat map: two parameters with few values, the mean and the best over all the others."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from snaketune.importance.scales import ABSENT, categories_of
from snaketune.plots.catalog import gridded
from snaketune.plots.support.axes import brief, colours_of, objective_bar, status_marks
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look, shown
from snaketune.plots.support.values import Limits, Shown, limits_of

__all__ = ["DRAWING", "HeatMap", "heatmap_data", "heatmap_figure"]


@dataclass(frozen=True)
class HeatMap:
    """The cells of a pair of parameters.

    `mean`, `best` (NaN where no trial is complete) and `count` of complete and of all trials, each (y
    values × x values).

    `x` and `y` are the parameters' names, with the texts of their values, ascending or in the configuration's
    order.
    """

    metric: Shown
    x: str
    y: str
    x_values: tuple[str, ...]
    y_values: tuple[str, ...]
    mean: np.ndarray
    best: np.ndarray
    complete: np.ndarray
    tried: np.ndarray


def heatmap_data(source: Source) -> HeatMap | None:
    """The two most important parameters with few values; None if there are no two."""
    fit = gridded(source.study, source.chosen)
    names = [name for name in source.parameters if name in fit]
    if len(names) < 2:
        return None
    rows = source.distinct
    # The parameter with more values goes along the width.
    sides = []
    for name in names[:2]:
        sides.append((name, *_indexed(source, name)))
    (y, y_values, j), (x, x_values, i) = sorted(sides, key=lambda side: len(side[1]))
    shape = (len(y_values), len(x_values))
    total, best = np.zeros(shape), np.full(shape, np.inf)
    complete, tried = np.zeros(shape, dtype=int), np.zeros(shape, dtype=int)
    value, sign = rows["value"].to_numpy(), source.metric.sign
    active = (i >= 0) & (j >= 0)
    np.add.at(tried, (j[active], i[active]), 1)
    known = active & np.isfinite(value)
    np.add.at(complete, (j[known], i[known]), 1)
    np.add.at(total, (j[known], i[known]), value[known])
    np.minimum.at(best, (j[known], i[known]), sign * value[known])
    mean = np.divide(total, complete, out=np.full(shape, np.nan), where=complete > 0)
    return HeatMap(
        source.level_metric,
        x,
        y,
        x_values,
        y_values,
        mean,
        np.where(np.isfinite(best), sign * best, np.nan),
        complete,
        tried,
    )


def heatmap_figure(data: HeatMap | None, look: Look) -> Figure:
    if data is None:
        return look.words("Grid heat map", "No two parameters have few enough values for a grid.")
    rows, columns = data.mean.shape
    narrow = look.narrow
    figure = look.figure((2.2 + min(8.0, max(1.6, 0.62 * rows))) * (2 if narrow else 1) + 0.8)
    panels = figure.subplots(2, 1) if narrow else figure.subplots(1, 2, sharey=True)
    limits = limits_of(np.concatenate([data.mean.ravel(), data.best.ravel()]), data.metric)
    room = (look.width - 3.4 * look.scale) / (1 if narrow else 2) / columns
    alone = data.tried.max(initial=0) <= 1
    for panel, grid, title in zip(panels, (data.mean, data.best), ("mean", "best"), strict=True):
        colours = look.map.reversed() if data.metric.direction == "maximize" else look.map
        image = panel.imshow(grid, cmap=colours, norm=colours_of(limits), aspect="auto", origin="lower")
        _write_values(panel, grid, data, limits, look, room)
        x_labels = [shown(value, 14) for value in data.x_values]
        turned = max(map(look.length, x_labels)) + 0.1 * look.scale > room
        if turned and (narrow or panel is panels[0]):
            look.grow(figure, max(map(look.length, x_labels)) / look.scale)
        step = max(1, int(np.ceil(0.42 * look.scale / room)))
        panel.set_xticks(range(0, columns, step), x_labels[::step], rotation=90 if turned else 0)
        panel.set_yticks(range(rows), [shown(value, 14) for value in data.y_values])
        panel.set_xlabel(shown(data.x))
        panel.grid(visible=False)
        panel.tick_params(length=0)
        for side in panel.spines.values():
            side.set_visible(False)
        if narrow or panel is panels[0]:
            panel.set_ylabel(shown(data.y))
        panel.set_title(title)
    if not limits.empty:
        objective_bar(figure, image, panels, data.metric, limits, look)
    failed = "×: all trials without a value." if ((data.tried > 0) & (data.complete == 0)).any() else ""
    untried = "Blank: no trial." if (data.tried == 0).any() else ""
    others = "" if alone else "Mean and best over all other parameters."
    look.say(figure, [data.metric.remark, others, failed, untried, limits.remark])
    return figure


def _indexed(source: Source, name: str) -> tuple[tuple[str, ...], np.ndarray]:
    """The texts of a parameter's values in their order, and each trial's place among them (-1: inactive)."""
    forms = [search.space.parameters[name] for search in source.chosen if name in search.space.parameters]
    values = source.values(name)
    listed = [value for form in forms for value in form.values()]
    scale = categories_of([*listed, *(value for value in values if value is not ABSENT)])
    return scale.labels, np.nan_to_num(scale.positions(values), nan=-1).astype(int)


def _write_values(panel: Axes, grid: np.ndarray, data: HeatMap, limits: Limits, look: Look, room: float) -> None:
    """The numbers in the cells, where they fit; a cross where all trials are without a value."""
    texts = [brief(value) for value in grid[np.isfinite(grid)]]
    fits = texts and max(map(look.length, texts)) * 1.1 < room
    for (row, column), value in np.ndenumerate(grid):
        if data.tried[row, column] and not data.complete[row, column]:
            panel.plot(column, row, **status_marks(look)["failed"])
        elif fits and np.isfinite(value):
            share = float(limits.share(np.array(value)))
            best_first = 1 - share if data.metric.direction == "maximize" else share
            red, green, blue, _ = look.map(best_first)
            light = 0.3 * red + 0.59 * green + 0.11 * blue > 0.5
            ink, size = "#111111" if light else "#FFFFFF", look.font - look.scale
            panel.text(column, row, brief(value), ha="center", va="center", fontsize=size, color=ink)


DRAWING = Drawing(heatmap_data, heatmap_figure)
