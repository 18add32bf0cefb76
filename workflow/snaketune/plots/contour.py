"""Contour plot: the objective over pairs of parameters."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from snaketune.importance.scales import Categories, Scale
from snaketune.plots.support.axes import colours_of, objective_bar
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.pairs import NARROWEST, Pair, draw_axes, pairs_of, room_of
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import Limits, Shown, limits_of, thinned

__all__ = ["DRAWING", "Contour", "Surface", "contour_data", "contour_figure"]

CELLS = 48  # along an axis of numbers
MOST_POINTS = 400
_AT_ONCE = 2000  # trials whose weights are in memory together


@dataclass(frozen=True)
class Surface:
    """A pair with the smoothed objective on a grid.

    `mean` has y cells × x cells, NaN far from all trials; `x_edges` and `y_edges` bound the cells.
    """

    pair: Pair
    x_edges: np.ndarray
    y_edges: np.ndarray
    mean: np.ndarray


@dataclass(frozen=True)
class Contour:
    """The pairs of parameters, and the trials as points.

    `value` is that of the distinct trials (NaN unless complete); `drawn` are the places of those that are drawn.
    """

    metric: Shown
    value: np.ndarray
    surfaces: tuple[Surface, ...]
    drawn: np.ndarray


def contour_data(source: Source) -> Contour:
    """The objective's mean around each point (kernel regression: Nadaraya 1964, Watson 1964).

    Weights are a Gaussian of the distance on the parameters' own scales; between categories nothing is smoothed.
    Outliers count as far as the axis reaches; on a logarithmic scale, logarithms have the mean.
    """
    value = source.distinct["value"].to_numpy()
    limits = limits_of(value, source.metric)
    surfaces = [_surface(pair, value, limits) for pair in pairs_of(source, spread=0.0)]
    return Contour(source.level_metric, value, tuple(surfaces), thinned(value, source.metric, MOST_POINTS))


def contour_figure(data: Contour, look: Look) -> Figure:
    if not data.surfaces:
        return look.words("Contours", "There are no two parameters that vary.")
    if not np.isfinite(data.value).any():
        return look.words("Contours", "No trial is complete.")
    count = len(data.surfaces)
    figure, panels = look.panels(count, 4.9, narrowest=NARROWEST)
    limits = limits_of(data.value, data.metric)
    colours = look.map.reversed() if data.metric.direction == "maximize" else look.map
    deepest = 0.0
    flat = not np.ptp(data.value[np.isfinite(data.value)]) > 0
    for panel, surface in zip(panels, data.surfaces, strict=True):
        image = panel.pcolormesh(
            surface.x_edges,
            surface.y_edges,
            surface.mean,
            cmap=colours,
            norm=colours_of(limits),
            rasterized=True,
        )
        if min(surface.mean.shape) == CELLS and not flat:
            middles = [(edges[1:] + edges[:-1]) / 2 for edges in (surface.x_edges, surface.y_edges)]
            low, high = limits.forward(np.array([limits.low, limits.high])).tolist()
            levels = limits.inverse(np.linspace(low, high, 10)[1:-1])
            if np.nanmin(surface.mean) < levels[-1] and np.nanmax(surface.mean) > levels[0]:
                panel.contour(
                    *middles,
                    surface.mean,
                    levels=levels,
                    colors=look.paper,
                    linewidths=0.4 * look.scale,
                    alpha=0.7,
                )
        known = data.drawn[np.isfinite(data.value[data.drawn])]
        pair = surface.pair
        both = known[(pair.x_at[known] >= -0.1) & (pair.y_at[known] >= -0.1)]
        panel.plot(
            pair.x_at[both],
            pair.y_at[both],
            linestyle="none",
            marker="o",
            markersize=(1.6 if len(both) > 100 else 2.4) * look.scale,
            markerfacecolor=look.paper,
            markeredgecolor=look.ink,
            markeredgewidth=0.4 * look.scale,
            alpha=0.8,
            clip_on=False,
        )
        deepest = max(deepest, draw_axes(panel, pair, look, room_of(look, count), inactive=False))
        panel.grid(visible=False)
    look.grow(figure, deepest)
    objective_bar(figure, image, panels, data.metric, limits, look)
    some = len(data.drawn) < len(data.value)
    points = (
        f"Points: {len(data.drawn):,} of {len(data.value):,} trials, the best third and some of the others."
        if some
        else "Points: trials."
    )
    mean = f"Colour: {'geometric ' * limits.log}mean of nearby trials."
    look.say(figure, [data.metric.remark, mean, points, limits.remark])
    return figure


def _surface(pair: Pair, values: np.ndarray, limits: Limits) -> Surface:
    value = limits.forward(limits.clip(values))
    known = np.isfinite(value) & (pair.x_at >= -0.1) & (pair.y_at >= -0.1)
    x, y, v = pair.x_at[known], pair.y_at[known], value[known]
    numeric = [not isinstance(scale, Categories) for scale in (pair.x_scale, pair.y_scale)]
    # Scott's rule (1992) for the width, with the standard deviation of a uniform variable.
    width = min(0.15, max(0.04, 0.29 * max(1, len(v)) ** (-1 / (4 + sum(numeric)))))
    x_edges, y_edges = _edges(pair.x_scale), _edges(pair.y_scale)
    total = np.zeros((len(y_edges) - 1, len(x_edges) - 1))
    weighted = np.zeros_like(total)
    for first in range(0, len(v), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        x_weights = _weights(x[some], pair.x_scale, x_edges, width)
        y_weights = _weights(y[some], pair.y_scale, y_edges, width)
        total += y_weights.T @ x_weights
        weighted += y_weights.T @ (v[some, None] * x_weights)
    mean = np.divide(weighted, total, out=np.full_like(total, np.nan), where=total > 0.011)
    return Surface(pair, x_edges, y_edges, limits.inverse(mean))


def _edges(scale: Scale) -> np.ndarray:
    """The edges of an axis' cells."""
    return np.linspace(0, 1, (len(scale.labels) if isinstance(scale, Categories) else CELLS) + 1)


def _weights(at: np.ndarray, scale: Scale, edges: np.ndarray, width: float) -> np.ndarray:
    """The weight of each trial in each cell: (trials × cells)."""
    middles = (edges[1:] + edges[:-1]) / 2
    if isinstance(scale, Categories):
        return np.asarray(np.abs(at[:, None] - middles) < 0.5 / len(middles), dtype=float)
    away = (at[:, None] - middles) / width
    return np.asarray(np.exp(-0.5 * away * away))


DRAWING = Drawing(contour_data, contour_figure)
