"""Spread over runs: the best trials with their mean, its standard error, and the values of their runs."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.config.study import Metric
from snaketune.plots.support.axes import objective_axis
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source, floats
from snaketune.plots.support.theme import Look, shown
from snaketune.plots.support.values import limits_of

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

    metric: Metric
    aggregate: str
    trials: tuple[TrialSpread, ...]
    complete: int


def replicates_data(source: Source) -> Spread:
    """The best MOST_TRIALS trials, those within the outcome constraints before all others."""
    rows = source.distinct[source.distinct["value"].notna()]
    order = np.lexsort((rows["number"], source.metric.sign * rows["value"], ~rows["feasible"]))
    values = _values_of_runs(source)
    best = rows.iloc[order[:MOST_TRIALS]]
    trials = [
        TrialSpread(row.name, row.value, row.se, np.array(values.get(row.trial, ())))
        for row in best.itertuples(index=False)
    ]
    return Spread(source.metric, source.study.aggregate, tuple(trials), len(rows))


def replicates_figure(data: Spread, look: Look) -> Figure:
    if not data.trials:
        return look.words("Spread over runs", "No trial is complete.")
    count = len(data.trials)
    figure = look.figure(2.2 + 0.48 * max(count, 3))
    panel = figure.subplots()
    for place, trial in enumerate(data.trials):
        panel.plot(
            trial.runs,
            np.full(len(trial.runs), place),
            linestyle="none",
            marker="o",
            markersize=2.6 * look.scale,
            color=look.colour(5),
            markeredgewidth=0,
            alpha=0.8,
        )
        error = trial.se if np.isfinite(trial.se) else None
        panel.errorbar(
            trial.value,
            place,
            xerr=error,
            fmt="D",
            color=look.colour(0),
            markersize=3.6 * look.scale,
            capsize=2 * look.scale,
            elinewidth=1.1 * look.scale,
        )
    everything = np.concatenate(
        [
            np.append(t.runs, [t.value, t.value - np.nan_to_num(t.se), t.value + np.nan_to_num(t.se)])
            for t in data.trials
        ]
    )
    low, high = everything.min(), everything.max()
    pad = 0.04 * (high - low) or 0.05 * abs(high) or 0.5
    limits = limits_of(everything, data.metric)
    objective_axis(panel, data.metric, limits, which="x")
    panel.set_xlim(low - pad, high + pad)
    panel.set_yticks(range(count), [shown(trial.name, 30 if look.width > 12 else 18) for trial in data.trials])
    panel.set_ylim(max(count, 3) - 0.5, -0.5)
    panel.set_ylabel("trial, best first")
    panel.tick_params(axis="y", length=0)
    entries = [
        (Line2D([], [], color=look.colour(0), marker="D"), f"{data.aggregate} ± standard error"),
        (Line2D([], [], color=look.colour(5), marker="o", linestyle="none"), "single runs"),
    ]
    look.legend(figure, entries)
    look.say(figure, [f"The best {count} of {data.complete:,} complete trials." if count < data.complete else ""])
    return figure


def _values_of_runs(source: Source) -> dict[str, list[float]]:
    complete = source.runs[source.runs["status"] == "complete"]
    name = source.metric.name
    column = f"metric.{name}" if f"metric.{name}" in complete.columns else name
    if complete.empty:
        return {}
    by_trial = complete.assign(_value=floats(complete[column])).groupby("trial")["_value"]
    values: dict[str, list[float]] = by_trial.apply(list).to_dict()
    return values


DRAWING = Drawing(replicates_data, replicates_figure)
