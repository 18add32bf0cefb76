"""Parallel coordinates: every trial a line through its parameters to its objective."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from snaketune.importance.scales import Scale
from snaketune.plots.support.axes import (
    INACTIVE,
    colours_of,
    label_of,
    log_ticks,
    objective_bar,
    places,
    plain,
    ticks_of,
    value_label,
)
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import FAILED, Source
from snaketune.plots.support.theme import Look, shown
from snaketune.plots.support.values import Limits, Shown, limits_of, thinned

__all__ = ["DRAWING", "Parallel", "parallel_data", "parallel_figure"]

MOST_LINES = 500
MOST_PARAMETERS = 12


@dataclass(frozen=True)
class Parallel:
    """`at` is where each drawn trial stands on each parameter's scale: (trials × parameters); the best trials first.

    `value` is the objective (NaN unless complete), `trials` how many there are in all.
    """

    metric: Shown
    scales: dict[str, Scale]
    at: np.ndarray
    value: np.ndarray
    status: np.ndarray
    limits: Limits
    trials: int
    left_out: int


def parallel_data(source: Source) -> Parallel:
    """Up to MOST_LINES trials: all, or the best third and an even choice of the others by rank."""
    rows = source.distinct
    value = rows["value"].to_numpy()
    names = source.parameters[:MOST_PARAMETERS]
    # In the configuration's order, in which people know them.
    order = source.study.plots.parameters or source.study.parameters
    names = sorted(names, key=order.index)
    scales = {name: source.scale(name) for name in names}
    at = np.empty((len(rows), len(names)))
    for i, name in enumerate(names):
        at[:, i] = places(scales[name], source.values(name), spread=0.5)
    chosen = thinned(value, source.metric, MOST_LINES)
    rank = np.where(np.isnan(value), np.inf, source.metric.sign * value)[chosen]
    chosen = chosen[np.argsort(rank, kind="stable")]
    return Parallel(
        source.level_metric,
        scales,
        at[chosen],
        value[chosen],
        rows["status"].to_numpy()[chosen],
        limits_of(value, source.metric),
        len(rows),
        len(source.parameters) - len(names),
    )


def parallel_figure(data: Parallel, look: Look) -> Figure:
    if not data.scales:
        return look.words("Parallel coordinates", "There is no parameter that varies.")
    figure = look.figure(8.0)
    panel = figure.subplots()
    count = len(data.scales)
    complete = np.isfinite(data.value)
    limits = data.limits
    last = limits.share(data.value)
    # A trial without a value ends where inactive parameters are: off the scale.
    lines = np.column_stack([data.at, np.where(complete, last, INACTIVE)])
    across = np.arange(count + 1.0)
    colours = look.map.reversed() if data.metric.direction == "maximize" else look.map
    norm = colours_of(limits)
    dense = len(lines) > 100
    colour = np.where(np.isin(data.status, FAILED), look.alarm, look.faint)
    for chosen, shades, alpha, style in (
        (~complete, colour[~complete].tolist(), 0.4, ":"),
        (complete, colours(norm(data.value[complete])), 0.5 if dense else 0.8, "-"),
    ):
        paths = [np.column_stack([across, line]) for line in lines[chosen]]
        panel.add_collection(
            LineCollection(
                paths[::-1],  # the best on top
                colors=shades[::-1],
                alpha=alpha,
                linestyles=style,
                linewidths=(0.7 if dense else 1.1) * look.scale,
                rasterized=dense,
            )
        )
    _draw_axes(figure, panel, data, look)
    if complete.any():
        objective_bar(figure, ScalarMappable(norm, colours), [panel], data.metric, limits, look)
    some = (
        f"{len(lines):,} of {data.trials:,} trials: the best third and an even choice of the others."
        if len(lines) < data.trials
        else ""
    )
    others = f"{data.left_out} less important parameters are left out." if data.left_out else ""
    without = f"Dotted: {int((~complete).sum()):,} trials without a value." if (~complete).any() else ""
    none = "" if complete.any() else "No trial is complete."
    look.say(figure, [none, data.metric.remark, some, others, without, limits.remark], alarm=bool(none))
    return figure


def _draw_axes(figure: Figure, panel: Axes, data: Parallel, look: Look) -> None:
    """A vertical axis for each parameter, the last one for the objective, with ticks beside it and its name below."""
    count = len(data.scales)
    halo = [patheffects.withStroke(linewidth=2.2 * look.scale, foreground=look.paper)]
    limits = data.limits
    numbers, texts = log_ticks(limits) if limits.log else _linear_ticks(limits)
    objective = limits.share(np.array(numbers)).tolist()
    sides = [(found.places, found.labels) for found in (ticks_of(scale, 8) for scale in data.scales.values())]
    sides.append(((), ()) if limits.empty else (tuple(objective), tuple(texts)))
    room = (look.width - 3.0 * look.scale) / (count + 1)
    most = max(4, int(room / (0.17 * look.scale)))
    if room < 0.7 * look.scale:  # no room for numbers
        sides = [((), ())] * (count + 1)
    lacking = [(data.at[:, i] < -0.1).any() for i in range(count)] + [not np.isfinite(data.value).all()]
    for i, (at, labels) in enumerate(sides):
        panel.plot([i, i], [0, 1], color=look.ink, linewidth=0.8 * look.scale, zorder=3)
        marks = [*zip(at, labels, strict=True)] + ([(INACTIVE, "off" if i < count else "none")] if lacking[i] else [])
        for place, label in marks:
            panel.plot([i - 0.02, i + 0.02], [place, place], color=look.ink, linewidth=0.6 * look.scale, zorder=3)
            panel.annotate(
                shown(label, most),
                (i, place),
                (-2.5 * look.scale, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=look.font - 2 * look.scale,
                path_effects=halo,
                zorder=4,
            )
    names = [label_of(name, scale) for name, scale in data.scales.items()] + [value_label(data.metric, limits)]
    turned = max(map(look.length, names)) * 1.2 > room
    if turned:
        look.grow(figure, 0.6 * max(map(look.length, names)) / look.scale)
    angle = (90 if room < 0.7 * look.scale else 35) if turned else 0
    slanted: dict[str, Any] = {"ha": "right", "va": "center", "rotation_mode": "anchor"} if turned else {}
    panel.set_xticks(range(count + 1), names, rotation=angle, **slanted)
    panel.set_xlim(-0.12 - 0.9 * look.scale / room, count + 0.15)
    panel.set_ylim(INACTIVE - 0.06 if any(lacking) else -0.04, 1.04)
    panel.yaxis.set_visible(False)
    panel.grid(visible=False)
    panel.tick_params(axis="x", length=0)
    for side in panel.spines.values():
        side.set_visible(False)


def _linear_ticks(limits: Limits) -> tuple[list[float], list[str]]:
    ticks = np.asarray(MaxNLocator(5).tick_values(limits.low, limits.high)).tolist()
    numbers = [n for n in ticks if limits.low <= n <= limits.high]
    return numbers, plain(numbers)


DRAWING = Drawing(parallel_data, parallel_figure)
