"""Optimization history: the best value so far of each search, by trials, by the clock and by training time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.config.study import Metric
from snaketune.plots.support.axes import DENSE, is_leftmost, mark, mark_entries, numbers_on, objective_axis
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import Limits, best_so_far, cloud_of, cloud_remark, limits_of

__all__ = ["DRAWING", "History", "SearchHistory", "Track", "corners", "history_data", "history_figure"]


@dataclass(frozen=True)
class Track:
    """A search's trials along one measure of effort: `at` ascends; values are NaN where a trial has none.

    `full` are the trials that have the full budget: only they can be the `best` so far.
    """

    at: np.ndarray
    value: np.ndarray
    best: np.ndarray
    status: np.ndarray
    full: np.ndarray


@dataclass(frozen=True)
class SearchHistory:
    """By `trials` (1, 2, …), by seconds since the search's first trial (`clock`), by summed run time (`budget`)."""

    search: str
    trials: Track
    clock: Track
    budget: Track


@dataclass(frozen=True)
class History:
    metric: Metric
    searches: tuple[SearchHistory, ...]


def history_data(source: Source) -> History:
    """The history of each search; the clock and the budget go by when trials ended, imported ones at the start."""
    found = []
    for name in source.searches:
        rows = source.outcomes[source.outcomes["search"] == name]
        by_number = rows.sort_values("number", kind="stable")
        by_end = rows.sort_values(["finished", "number"], kind="stable", na_position="first")
        tracks = [
            (by_number, by_number["number"].to_numpy() + 1),
            (by_end, (by_end["finished"] - by_end["started"].min()).fillna(0.0).to_numpy()),
            (by_end, by_end["seconds"].cumsum().to_numpy()),
        ]
        found.append(SearchHistory(name, *(_track(part, at, source.metric) for part, at in tracks)))
    return History(source.metric, tuple(found))


def history_figure(data: History, look: Look) -> Figure:
    figure, panels = look.panels(3, 5.2, narrowest=4.4, sharey=True)
    status = np.concatenate([search.trials.status for search in data.searches])
    values = np.concatenate([search.trials.value for search in data.searches])
    limits = limits_of(values, data.metric, marks=bool((status != "complete").any()))
    parts = len(data.searches)
    drawn = sum(int(cloud_of(search.trials.value, data.metric, parts=parts).sum()) for search in data.searches)
    measures = [("trials", "trials"), ("clock", "time since start"), ("budget", "training time")]
    for panel, (measure, label) in zip(panels, measures, strict=True):
        tracks = [getattr(search, measure) for search in data.searches]
        longest = max((track.at[-1] for track in tracks if len(track.at)), default=1.0) or 1.0
        divisor, unit = (1.0, "") if measure == "trials" else time_unit(longest)
        for i, track in enumerate(tracks):
            cloud = cloud_of(track.value, data.metric, parts=parts)
            _draw(panel, track, cloud, divisor, limits, look, i)
        panel.set_xlim(0, longest / divisor * 1.03)
        numbers_on(panel.xaxis, 4, whole=measure == "trials")
        panel.set_xlabel(f"{label} ({unit})" if unit else label)
        objective_axis(panel, data.metric, limits, label=is_leftmost(panel))
    entries = [
        (Line2D([], [], color=look.colour(i), marker=look.marker(i), linestyle=look.dashes(i)), search.search)
        for i, search in enumerate(data.searches)
    ]
    look.legend(figure, entries + mark_entries(look, status))
    points = cloud_remark(drawn, int(np.isfinite(values).sum()))
    in_part = any((~search.trials.full & np.isfinite(search.trials.value)).any() for search in data.searches)
    line = "Line: best so far with the full budget; hollow: trials with less." if in_part else "Line: best so far."
    says = ["No trial is complete."] if limits.empty else [line, points, limits.remark]
    look.say(figure, says, alarm=limits.empty)
    return figure


def time_unit(seconds: float) -> tuple[float, str]:
    """The unit in which a time is written, as how many seconds it has and its name."""
    for size, unit in ((86400 * 2, "days"), (3600 * 2, "hours"), (60 * 3, "minutes")):
        if seconds >= size:
            return {"days": 86400.0, "hours": 3600.0, "minutes": 60.0}[unit], unit
    return 1.0, "seconds"


def _track(rows: pd.DataFrame, at: np.ndarray, metric: Metric) -> Track:
    value = rows["value"].to_numpy()
    full = rows["share"].to_numpy() == 1
    best = best_so_far(value, rows["feasible"].to_numpy() & full, metric)
    return Track(at, value, best, rows["status"].to_numpy(), full)


def _draw(panel: Axes, track: Track, cloud: np.ndarray, divisor: float, limits: Limits, look: Look, i: int) -> None:
    at = track.at / divisor
    few, many = len(at) <= 60, len(at) > 2000
    hollow = {"markerfacecolor": "none", "markeredgewidth": 0.5 * look.scale}
    for chosen, form in ((cloud & track.full, {"markeredgewidth": 0}), (cloud & ~track.full, hollow)):
        if form is hollow and not chosen.any():
            continue
        panel.plot(
            at[chosen],
            limits.clip(track.value[chosen]),
            linestyle="none",
            marker=look.marker(i),
            color=look.colour(i),
            alpha=0.55 if few else 0.12 if many else 0.3,
            markersize=(3.5 if few else 2.2) * look.scale,
            rasterized=len(at) > DENSE,
            **form,
        )
    turns = corners(track.best)
    panel.step(
        at[turns],
        limits.clip(track.best[turns]),
        where="post",
        color=look.colour(i),
        linestyle=look.dashes(i),
        linewidth=1.6 * look.scale,
    )
    mark(panel, at, track.status, limits, look)


def corners(best: np.ndarray) -> np.ndarray:
    """The places at which a line of best values has a corner, and its ends."""
    changed = np.flatnonzero(~(best[1:] == best[:-1])) + 1
    return np.unique(np.concatenate([[0], changed, [len(best) - 1]])) if len(best) else changed


DRAWING = Drawing(history_data, history_figure)
