"""Pareto front: the trials that no other one beats in one objective without losing in another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.config.study import Metric
from snaketune.plots.support.axes import objective_axis
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import MOST_POINTS, Limits, Shown, limits_of
from snaketune.samplers.dominance import nondominated

__all__ = ["DRAWING", "Front", "pareto_data", "pareto_figure"]

MOST_METRICS = 3
DENSE = 500


@dataclass(frozen=True)
class Front:
    """The complete trials: `values` (trials × metrics), whether each is on the `front`, and `feasible`.

    Of trials with different budgets those that are trained furthest; `less` are trained less. `without` have no values.
    """

    metrics: tuple[Metric, ...]
    values: np.ndarray
    front: np.ndarray
    feasible: np.ndarray
    without: int
    less: int = 0


def pareto_data(source: Source) -> Front:
    """The front over all objectives, among the trials that keep the outcome constraints."""
    rows = source.furthest
    metrics = source.study.metrics
    values = np.column_stack([source.objective(metric)[rows.index] for metric in metrics])
    complete = np.isfinite(values).all(axis=1)
    share, feasible = rows["share"].to_numpy(), rows["feasible"].to_numpy()
    among = complete & feasible if (complete & feasible).any() else complete
    compared = complete & (share >= share[among].max(initial=0.0))
    values, feasible = values[compared], feasible[compared]
    front = np.zeros(len(values), dtype=bool)
    signs = np.array([metric.sign for metric in metrics])
    front[feasible] = nondominated((values[feasible] * signs).tolist())
    shown = tuple(Shown.of(metric, source.study.plots.scale) for metric in metrics)
    less = int((complete & ~compared).sum())
    return Front(shown, values, front, feasible, int((~complete).sum()), less)


def pareto_figure(data: Front, look: Look) -> Figure:
    if len(data.metrics) < 2:
        return look.words("Pareto front", "The study has one objective; its best trial is the front.")
    shown_metrics = range(min(len(data.metrics), MOST_METRICS))
    pairs = list(combinations(shown_metrics, 2))
    alone = len(pairs) == 1
    figure, panels = look.panels(len(pairs), 8.0 if alone else 5.4, narrowest=5.0)
    others = data.feasible & ~data.front
    outside = ~data.feasible
    drawn = _evenly(~data.front)
    limits: list[Limits] = []
    size = (2.2 if len(data.values) > 300 else 3.5) * look.scale
    for panel, (i, j) in zip(panels, pairs, strict=True):
        x, y = data.metrics[i], data.metrics[j]
        limits = [limits_of(data.values[:, k], data.metrics[k]) for k in (i, j)]
        at = limits[0].clip(data.values[:, i]), limits[1].clip(data.values[:, j])
        common: dict[str, Any] = {"linestyle": "none", "rasterized": len(data.values) > DENSE}
        panel.plot(
            at[0][outside & drawn],
            at[1][outside & drawn],
            marker="o",
            markersize=size,
            color=look.faint,
            markerfacecolor="none",
            markeredgewidth=0.5,
            alpha=0.5,
            **common,
        )
        panel.plot(
            at[0][others & drawn],
            at[1][others & drawn],
            marker="o",
            markersize=size,
            color=look.colour(5),
            markeredgewidth=0,
            alpha=0.6,
            **common,
        )
        if alone and data.front.any():
            _staircase(panel, at[0][data.front], at[1][data.front], x, limits, look)
        panel.plot(
            at[0][data.front],
            at[1][data.front],
            linestyle="none",
            marker="D",
            markersize=size * 1.15,
            color=look.colour(1),
            markeredgewidth=0,
        )
        objective_axis(panel, x, limits[0], which="x")
        objective_axis(panel, y, limits[1])
    entries = [
        (
            Line2D([], [], linestyle="none", marker="D", color=look.colour(1)),
            f"Pareto front ({int(data.front.sum()):,})",
        )
    ]
    entries += [
        (
            Line2D([], [], linestyle="none", marker="o", color=look.colour(5)),
            f"other trials ({int(others.sum()):,})",
        )
    ] * bool(others.any())
    if outside.any():
        hollow = Line2D([], [], linestyle="none", marker="o", color=look.faint, markerfacecolor="none")
        entries.append((hollow, f"outside the constraints ({int(outside.sum()):,})"))
    look.legend(figure, entries)
    without = f"{data.without:,} trials without values are not shown." if data.without and len(data.values) else ""
    less = f"{data.less:,} trials with less of the budget are not shown." if data.less else ""
    none = "" if len(data.values) else "No trial is complete."
    behind = int((~data.front).sum())
    some = f"{int(drawn.sum()):,} of {behind:,} trials behind the front, evenly chosen." if behind > drawn.sum() else ""
    more = f"The first {MOST_METRICS} of {len(data.metrics)} objectives." if len(data.metrics) > MOST_METRICS else ""
    look.say(figure, [none, more, some, without, less, *dict.fromkeys(limit.why for limit in limits)], alarm=bool(none))
    return figure


def _evenly(mask: np.ndarray) -> np.ndarray:
    """As `mask`, with an even choice of so many of its places that they can be told apart."""
    places = np.flatnonzero(mask)
    if len(places) > MOST_POINTS:
        places = places[np.linspace(0, len(places) - 1, MOST_POINTS).round().astype(int)]
    chosen = np.zeros(len(mask), dtype=bool)
    chosen[places] = True
    return chosen


def _staircase(panel: Axes, x: np.ndarray, y: np.ndarray, metric: Metric, limits: Sequence[Limits], look: Look) -> None:
    """The border of what the front reaches, from where only one objective is good to where only the other is."""
    order = np.lexsort((y, metric.sign * x))
    across = np.concatenate([x[order][:1], x[order], [limits[0].worse]])
    up = np.concatenate([[limits[1].worse], y[order], y[order][-1:]])
    panel.step(across, up, where="post", color=look.colour(1), linewidth=0.9 * look.scale)


DRAWING = Drawing(pareto_data, pareto_figure)
