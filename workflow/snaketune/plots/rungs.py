"""Promotions: what each trial was worth with each budget that it was given, and which of them went on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from snaketune.config.study import Metric, Search
from snaketune.plots.support.axes import DENSE, is_leftmost, mark, mark_entries, objective_axis, plain
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source, floats
from snaketune.plots.support.theme import Look, shown
from snaketune.plots.support.values import Limits, cloud_of, cloud_remark, limits_of, thinned

__all__ = ["DRAWING", "Ladder", "Promotions", "rungs_data", "rungs_figure"]

MOST_PANELS = 12
MOST_LINES = 500  # in a panel
_NARROWEST = 4.8  # a panel, in centimetres


@dataclass(frozen=True)
class Ladder:
    """The trials of those brackets of a search that begin with the same budget, rung by rung.

    `budgets` ascend; `value` (NaN where there is none) and `status` (empty where the trial was not trained so far)
    are trials × rungs. `best` is the place of the trial that is best of all with the full budget, if it is here.
    """

    search: str
    brackets: tuple[int, ...]
    unit: str
    budgets: np.ndarray
    value: np.ndarray
    status: np.ndarray
    best: int | None

    @property
    def tried(self) -> np.ndarray:
        """Which trials were trained in which rung."""
        tried: np.ndarray = self.status != ""
        return tried

    @property
    def reached(self) -> np.ndarray:
        """The last rung of each trial."""
        last: np.ndarray = self.tried.shape[1] - 1 - np.argmax(self.tried[:, ::-1], axis=1)
        return last


@dataclass(frozen=True)
class Promotions:
    """The ladders that are shown, in the order of the searches, and how many are not."""

    metric: Metric
    ladders: tuple[Ladder, ...]
    left_out: int


def rungs_data(source: Source) -> Promotions:
    """The ladders of all searches in rungs."""
    best = source.best_in_full
    ladders = []
    for search in source.chosen:
        if not search.in_rungs:
            continue
        rows = source.rungs[source.rungs["search"] == search.name]
        lowest = rows.groupby("bracket")["budget"].min()
        for _, alike in lowest.groupby(lowest, sort=False):
            ladders.append(_ladder(source, search, alike.index.to_list(), rows, best))
    return Promotions(source.metric, tuple(ladders[:MOST_PANELS]), max(0, len(ladders) - MOST_PANELS))


def rungs_figure(data: Promotions, look: Look) -> Figure:
    if not data.ladders:
        return look.words("Promotions", "No search trains its trials in rungs.")
    count = len(data.ladders)
    figure, panels = look.panels(count, 5.6 if count < 3 else 5.0, narrowest=_NARROWEST, sharey=True)
    status = np.concatenate([ladder.status[ladder.tried] for ladder in data.ladders])
    values = np.concatenate([ladder.value.ravel() for ladder in data.ladders])
    limits = limits_of(values, data.metric, marks=bool((status != "complete").any()))
    room = look.width / look.columns(count, _NARROWEST) - 1.4 * look.scale
    ends = [end for ladder in data.ladders for end in ladder.budgets]
    clouds = [_cloud(ladder, data.metric) for ladder in data.ladders]
    for panel, ladder, cloud in zip(panels, data.ladders, clouds, strict=True):
        _draw(panel, ladder, cloud, data.metric, limits, look)
        _budget_axis(panel, ladder, (min(ends), max(ends)), room, look)
        several = sum(other.search == ladder.search for other in data.ladders) > 1
        which = f", bracket{'s' * (len(ladder.brackets) > 1)} {', '.join(map(str, ladder.brackets))}" * several
        panel.set_title(shown(f"{ladder.search}{which}", max(12, int(room / look.length("x")))))
        objective_axis(panel, data.metric, limits, label=is_leftmost(panel))
    look.legend(figure, _entries(data, status, look))
    drawn, known = sum(int(cloud.sum()) for cloud in clouds), int(np.isfinite(values).sum())
    some = cloud_remark(drawn, known).replace("trials", "results")
    more = f"{data.left_out} further brackets are left out." if data.left_out else ""
    none = "No trial is complete." if limits.empty else ""
    look.say(figure, [none, "Below a budget: how many trials got it.", some, more, limits.remark], alarm=bool(none))
    return figure


def _ladder(source: Source, search: Search, brackets: Sequence[int], rows: pd.DataFrame, best: str | None) -> Ladder:
    own = rows[rows["bracket"].isin(brackets)]
    budgets = np.unique(floats(own["budget"]))
    trials, places = np.unique(own["trial"].to_numpy(str), return_inverse=True)
    value = np.full((len(trials), len(budgets)), np.nan)
    status = np.full(value.shape, "", dtype=object)
    rungs = np.searchsorted(budgets, floats(own["budget"]))
    value[places, rungs] = source.shown(floats(own["value"]))
    status[places, rungs] = own["status"].to_numpy(object)
    at = next(iter(np.flatnonzero(trials == best).tolist()), None)
    unit = search.budget.name if search.budget else ""
    return Ladder(search.name, tuple(map(int, brackets)), unit, budgets, value, status, at)


def _cloud(ladder: Ladder, metric: Metric) -> np.ndarray:
    """Which results are drawn as points, rung by rung."""
    rungs = ladder.value.T
    return np.column_stack([cloud_of(values, metric, parts=len(rungs)) for values in rungs])


def _draw(panel: Axes, ladder: Ladder, cloud: np.ndarray, metric: Metric, limits: Limits, look: Look) -> None:
    at, value, reached = ladder.budgets, limits.clip(ladder.value), ladder.reached
    rung = np.arange(len(at))
    over = (reached[:, None] == rung) & (reached[:, None] < len(at) - 1)  # where a trial was not promoted any more
    dense = len(value) > DENSE
    for chosen, colour, size in ((cloud & over, look.faint, 2.2), (cloud & ~over, look.colour(0), 2.8)):
        trials, rungs = np.nonzero(chosen)
        panel.plot(
            at[rungs],
            value[trials, rungs],
            linestyle="none",
            marker="o",
            color=colour,
            markeredgewidth=0,
            markersize=(size - 0.6 * dense) * look.scale,
            alpha=0.35 if dense else 0.8,
            rasterized=dense,
        )
    promoted = np.flatnonzero(reached > 0)
    last = np.where(np.isnan(ladder.value), np.inf, metric.sign * ladder.value)[promoted, reached[promoted]]
    furthest = np.lexsort((last, -reached[promoted]))
    drawn = promoted[furthest[thinned(np.arange(len(promoted), dtype=float), Metric("", "minimize"), MOST_LINES)]]
    paths = [np.column_stack([at, value[trial]])[np.isfinite(value[trial])] for trial in drawn]
    many = len(paths) > 60
    lines = LineCollection(
        paths,
        colors=look.colour(0),
        linewidths=(0.6 if many else 0.9) * look.scale,
        alpha=0.25 if many else 0.6,
        rasterized=dense,
    )
    panel.add_collection(lines, autolim=False)
    if ladder.best is not None:
        panel.plot(
            at, value[ladder.best], color=look.colour(1), marker="D", linewidth=1.6 * look.scale, markeredgewidth=0
        )
    lost = ladder.tried & (ladder.status != "complete")
    mark(panel, at[np.nonzero(lost)[1]], ladder.status[lost], limits, look)


def _budget_axis(panel: Axes, ladder: Ladder, ends: tuple[float, float], room: float, look: Look) -> None:
    """A logarithmic axis that all panels have in common, with the ladder's budgets and how many trials got each."""
    pad = (ends[1] / ends[0]) ** 0.07 if ends[1] > ends[0] else 2.0
    low, high = ends[0] / pad, ends[1] * pad
    panel.set_xscale("log")
    panel.set_xlim(low, high)
    labels = [f"{b}\n{n:,}" for b, n in zip(plain(ladder.budgets.tolist()), ladder.tried.sum(axis=0), strict=True)]
    widths = [max(map(look.length, label.split("\n"))) + 0.25 * look.scale for label in labels]
    places = (np.log(ladder.budgets / low) / np.log(high / low) * room).tolist()
    kept: list[int] = []
    for i in range(len(labels) - 1, -1, -1):  # the largest has a label; those that have no room beside it have none
        if not kept or places[kept[-1]] - places[i] >= (widths[i] + widths[kept[-1]]) / 2:
            kept.append(i)
    panel.set_xticks(ladder.budgets, [label if i in kept else "" for i, label in enumerate(labels)])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_xlabel(f"{shown(ladder.unit, 20)} (log)")


def _entries(data: Promotions, status: np.ndarray, look: Look) -> list[tuple[Line2D, str]]:
    promoted = sum(int((ladder.reached > 0).sum()) for ladder in data.ladders)
    trials = sum(len(ladder.reached) for ladder in data.ladders)
    kinds = [
        (Line2D([], [], color=look.colour(0), marker="o"), f"went on ({promoted:,} of {trials:,} trials)"),
        (Line2D([], [], color=look.faint, marker="o", linestyle="none"), "did not go on"),
    ]
    if any(ladder.best is not None for ladder in data.ladders):
        kinds.append((Line2D([], [], color=look.colour(1), marker="D"), "best with the full budget"))
    return kinds + mark_entries(look, status)


DRAWING = Drawing(rungs_data, rungs_figure)
