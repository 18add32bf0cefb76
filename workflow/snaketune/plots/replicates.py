"""Spread over runs: the best trials with their mean, its standard error, and the values of their runs."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.plots.support.axes import objective_axis
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source, floats
from snaketune.plots.support.theme import Look, shown
from snaketune.plots.support.values import Limits, Shown, limits_of

__all__ = ["DRAWING", "Spread", "TrialSpread", "replicates_data", "replicates_figure"]

MOST_TRIALS = 20


@dataclass(frozen=True)
class TrialSpread:
    """A trial's value over its runs, the standard error of their mean (NaN for a single run), and the runs' values."""

    name: str
    value: float
    se: float
    runs: np.ndarray


@dataclass(frozen=True)
class Spread:
    """The best trials, best first; `aggregate` says how a trial's value follows from its runs."""

    metric: Shown
    aggregate: str
    trials: tuple[TrialSpread, ...]
    complete: int


def replicates_data(source: Source) -> Spread:
    """The best MOST_TRIALS trials, those within the outcome constraints before all others."""
    rows = source.distinct[source.distinct["value"].notna()]
    order = np.lexsort((rows["number"], source.metric.sign * rows["value"], ~rows["feasible"]))
    best = rows.iloc[order[:MOST_TRIALS]]
    values = _values_of_runs(source, best["trial"])
    trials = [
        TrialSpread(row.name, row.value, row.se, np.array(values.get(row.trial, ())))
        for row in best.itertuples(index=False)
    ]
    return Spread(source.level_metric, source.study.aggregate, tuple(trials), len(rows))


def replicates_figure(data: Spread, look: Look) -> Figure:
    if not data.trials:
        return look.words("Spread over runs", "No trial is complete.")
    count = len(data.trials)
    figure = look.figure(2.2 + 0.48 * max(count, 3))
    panel = figure.subplots()
    limits = _limits(data)
    for place, trial in enumerate(data.trials):
        panel.plot(
            limits.clip(trial.runs),
            np.full(len(trial.runs), place),
            linestyle="none",
            marker="o",
            markersize=2.6 * look.scale,
            color=look.colour(5),
            markeredgewidth=0,
            alpha=0.8,
        )
        ends = limits.clip(np.array([trial.value - trial.se, trial.value, trial.value + trial.se]))
        panel.errorbar(
            ends[1],
            place,
            xerr=np.diff(ends)[:, None] if np.isfinite(trial.se) else None,
            fmt="D",
            color=look.colour(0),
            markersize=3.6 * look.scale,
            capsize=2 * look.scale,
            elinewidth=1.1 * look.scale,
        )
    objective_axis(panel, data.metric, limits, which="x")
    panel.set_yticks(range(count), [shown(trial.name, 30 if look.width > 12 else 18) for trial in data.trials])
    panel.set_ylim(max(count, 3) - 0.5, -0.5)
    panel.set_ylabel("trial, best first")
    panel.tick_params(axis="y", length=0)
    entries = [
        (Line2D([], [], color=look.colour(0), marker="D"), f"{data.aggregate} ± standard error"),
        (Line2D([], [], color=look.colour(5), marker="o", linestyle="none"), "single runs"),
    ]
    look.legend(figure, entries)
    some = f"The best {count} of {data.complete:,} complete trials." if count < data.complete else ""
    look.say(figure, [data.metric.remark, some, limits.remark])
    return figure


def _limits(data: Spread) -> Limits:
    """The axis' range, which holds all runs and errors: what is among the best trials is not cut off."""
    runs = np.concatenate([np.append(trial.runs, trial.value) for trial in data.trials])
    limits = limits_of(runs, data.metric)
    if limits.log:
        return limits
    errors = np.concatenate([[t.value - np.nan_to_num(t.se), t.value + np.nan_to_num(t.se)] for t in data.trials])
    low, high = min(runs.min(), errors.min()), max(runs.max(), errors.max())
    pad = 0.04 * (high - low) or 0.05 * abs(high) or 0.5
    return replace(limits, low=float(low - pad), high=float(high + pad), beyond=0)


def _values_of_runs(source: Source, trials: pd.Series) -> dict[str, list[float]]:
    runs = source.runs_with(source.level)
    complete = runs[(runs["status"] == "complete") & runs["trial"].isin(trials)]
    name = source.study.metric.name
    column = f"metric.{name}" if f"metric.{name}" in complete.columns else name
    if complete.empty:
        return {}
    by_trial = complete.assign(_value=source.shown(floats(complete[column]))).groupby("trial")["_value"]
    values: dict[str, list[float]] = by_trial.apply(list).to_dict()
    return values


DRAWING = Drawing(replicates_data, replicates_figure)
