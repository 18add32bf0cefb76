"""Empirical distribution: which share of a search's trials is at least as good as a value."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.plots.support.axes import numbers_on, objective_axis
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import Shown, limits_of

__all__ = ["DRAWING", "Distribution", "Distributions", "edf_data", "edf_figure"]


@dataclass(frozen=True)
class Distribution:
    """`share[i]` of all of the search's trials are at least as good as `value[i]`; values go from best to worst.

    A trial without a value is as good as none of them, so the share ends below 1 where trials failed. Where trials have
    different budgets, they are those that got that of which the values are.
    """

    search: str
    value: np.ndarray
    share: np.ndarray
    trials: int


@dataclass(frozen=True)
class Distributions:
    metric: Shown
    searches: tuple[Distribution, ...]


def edf_data(source: Source) -> Distributions:
    """The distribution of each search."""
    found = []
    for name in source.searches:
        value = source.at_level.loc[source.at_level["search"] == name, "value"].to_numpy()
        known = np.sort(source.metric.sign * value[np.isfinite(value)]) * source.metric.sign
        share = np.arange(1, len(known) + 1) / max(1, len(value))
        found.append(Distribution(name, known, share, len(value)))
    return Distributions(source.level_metric, tuple(found))


def edf_figure(data: Distributions, look: Look) -> Figure:
    figure = look.figure(6.5)
    panel = figure.subplots()
    values = np.concatenate([search.value for search in data.searches])
    limits = limits_of(values, data.metric)
    for i, search in enumerate(data.searches):
        if len(search.value):
            # From nothing at the best value to all at the worst, and on to the edge.
            at = np.concatenate([search.value[:1], search.value, [limits.worse]])
            share = np.concatenate([[0.0], search.share, search.share[-1:]])
            panel.step(
                limits.clip(at),
                share,
                where="post",
                color=look.colour(i),
                linestyle=look.dashes(i),
                linewidth=1.6 * look.scale,
            )
    objective_axis(panel, data.metric, limits, which="x")
    panel.set_ylim(0, 1.02)
    numbers_on(panel.yaxis, 6)
    panel.set_ylabel("share of trials at least as good")
    entries = [
        (
            Line2D([], [], color=look.colour(i), linestyle=look.dashes(i)),
            f"{search.search} ({search.trials:,} trials)",
        )
        for i, search in enumerate(data.searches)
    ]
    look.legend(figure, entries)
    missing = sum(search.trials - len(search.value) for search in data.searches)
    none = "" if len(values) else "No trial is complete."
    without = f"Shares are of all trials; {missing:,} had no value." if missing and not none else ""
    look.say(figure, [none, data.metric.remark, without, limits.remark], alarm=bool(none))
    return figure


DRAWING = Drawing(edf_data, edf_figure)
