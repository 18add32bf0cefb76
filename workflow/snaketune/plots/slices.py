"""Slice plot: each parameter against the objective."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.importance.scales import ABSENT, Scale
from snaketune.plots.support.axes import DENSE, is_leftmost, mark, mark_entries, objective_axis, parameter_axis, places
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import Shown, cloud_of, cloud_remark, limits_of

__all__ = ["DRAWING", "Slices", "slice_data", "slice_figure"]

MOST_PARAMETERS = 12


@dataclass(frozen=True)
class Slices:
    """The trials, seen by parameter.

    Per parameter its scale and where each trial stands on it (`at`, see `places`); then, in the same order
    of trials, the objective (NaN unless complete), the status and the search's place in `searches`.
    `inactive` marks the parameters that some trial lacks; `left_out` counts the parameters that are not
    shown.
    """

    metric: Shown
    scales: dict[str, Scale]
    at: dict[str, np.ndarray]
    inactive: frozenset[str]
    value: np.ndarray
    status: np.ndarray
    search: np.ndarray
    searches: tuple[str, ...]
    left_out: int


def slice_data(source: Source) -> Slices:
    """The trials, each once, by parameter; the most important parameters first."""
    rows = source.distinct
    names = source.parameters[:MOST_PARAMETERS]
    values = {name: source.values(name) for name in names}
    scales = {name: source.scale(name) for name in names}
    return Slices(
        metric=source.level_metric,
        scales=scales,
        at={name: places(scales[name], values[name], spread=0.5) for name in names},
        inactive=frozenset(name for name in names if any(value is ABSENT for value in values[name])),
        value=rows["value"].to_numpy(),
        status=rows["status"].to_numpy(),
        search=np.array([source.searches.index(name) for name in rows["search"]], dtype=int),
        searches=source.searches,
        left_out=len(source.parameters) - len(names),
    )


def slice_figure(data: Slices, look: Look) -> Figure:
    if not data.scales:
        return look.words("Parameters against the objective", "There is no parameter that varies.")
    figure, panels = look.panels(len(data.scales), 4.6, narrowest=4.2, sharey=True)
    limits = limits_of(data.value, data.metric, marks=bool((data.status != "complete").any()))
    room = look.width / look.columns(len(data.scales), 4.2) - 0.8 * look.scale
    drawn = cloud_of(data.value, data.metric)
    crowded = len(data.value) > 300
    many = len(data.value) > 3000
    deepest = 0.0
    for panel, (name, scale) in zip(panels, data.scales.items(), strict=True):
        at = data.at[name]
        for i in range(len(data.searches)):
            own = drawn & (data.search == i)
            panel.plot(
                at[own],
                limits.clip(data.value[own]),
                linestyle="none",
                marker=look.marker(i),
                color=look.colour(i),
                markeredgewidth=0,
                markersize=(2.2 if crowded else 3.5) * look.scale,
                alpha=0.1 if many else 0.35 if crowded else 0.7,
                rasterized=len(at) > DENSE,
            )
        mark(panel, at, data.status, limits, look)
        off = name in data.inactive
        deepest = max(deepest, parameter_axis(panel, "x", name, scale, look, room=room, inactive=off))
        objective_axis(panel, data.metric, limits, label=is_leftmost(panel))
    entries = [
        (Line2D([], [], color=look.colour(i), marker=look.marker(i), linestyle="none"), search)
        for i, search in enumerate(data.searches)
        if (data.search == i).any()
    ]
    entries = entries if len(data.searches) > 1 else []
    look.legend(figure, entries + mark_entries(look, data.status))
    look.grow(figure, deepest)
    none = "No trial is complete." if limits.empty else ""
    points = cloud_remark(int(drawn.sum()), int(np.isfinite(data.value).sum()))
    others = f"{data.left_out} less important parameters are left out." if data.left_out else ""
    inactive = "off: the parameter is inactive." if data.inactive else ""
    look.say(figure, [none, data.metric.remark, points, others, inactive, limits.remark], alarm=bool(none))
    return figure


DRAWING = Drawing(slice_data, slice_figure)
