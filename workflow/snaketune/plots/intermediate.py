"""Intermediate values: the learning curves that trainings reported."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.config.study import Metric
from snaketune.plots.support.axes import colours_of, numbers_on, objective_axis, objective_bar, value_label
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import FAILED, Source, floats
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import goal, limits_of, thinned

__all__ = [
    "DRAWING",
    "MOST_CURVES",
    "Curves",
    "LearningCurve",
    "intermediate_data",
    "intermediate_figure",
    "with_curves",
]

MOST_CURVES = 100
MOST_POINTS = 400  # on one curve
# Columns that count the steps of a training, the first that there is goes along the x axis.
_STEPS = ("step", "epoch", "iteration", "iter", "batch", "budget")
_NOT_METRICS = ("trial", "run", "line", "time", *_STEPS)


@dataclass(frozen=True)
class LearningCurve:
    """One run's values over its steps.

    `result` is its trial's objective (NaN unless complete); `full` says whether it got the full budget.
    """

    trial: str
    status: str
    result: float
    step: np.ndarray
    value: np.ndarray
    full: bool


@dataclass(frozen=True)
class Curves:
    """`reported` is the metric that the curves show: the objective if it is reported, else the first one that is."""

    metric: Metric
    reported: str
    step: str
    curves: tuple[LearningCurve, ...]
    trials: int


def with_curves(source: Source) -> list[str]:
    """Up to MOST_CURVES trials: all, or the best third and an even choice of the others by rank.

    Those that were trained further come before others.
    """
    rows = source.furthest
    order = np.lexsort((source.metric.sign * rows["value"], -rows["share"]))
    rank = np.empty(len(rows))
    rank[order] = np.arange(len(rows))
    rank[rows["value"].isna()] = np.nan
    chosen = thinned(rank, Metric("rank", "minimize"), MOST_CURVES)
    return [str(trial) for trial in rows["trial"].iloc[chosen]]


def intermediate_data(source: Source) -> Curves:
    """The curves of the trials that `with_curves` says."""
    rows = source.furthest.set_index("trial")
    step = next((name for name in _STEPS if name in source.history and floats(source.history[name]).size), "line")
    reported = _reported(source)
    if reported is None:
        return Curves(source.metric, "", step, (), len(rows))
    values = floats(source.history[reported])
    chosen = set(with_curves(source))
    table = (
        pd.DataFrame(
            {
                "trial": source.history["trial"].to_numpy(object),
                "run": source.history["run"].to_numpy(object),
                "step": floats(source.history[step]),
                "value": source.shown(values) if reported == source.study.metric.name else values,
            }
        )
        .replace([np.inf, -np.inf], np.nan)
        .dropna()
    )
    curves = []
    for (trial, _), part in table.groupby(["trial", "run"], sort=False):
        if trial in chosen:
            thin = part.iloc[np.unique(np.linspace(0, len(part) - 1, min(len(part), MOST_POINTS)).round().astype(int))]
            row = rows.loc[trial]
            curves.append(
                LearningCurve(
                    *(trial, row["status"], row["value"], thin["step"].to_numpy(), thin["value"].to_numpy()),
                    full=bool(row["share"] == 1),
                )
            )
    label = source.metric.name if reported == source.study.metric.name else reported
    return Curves(source.metric, label, step, tuple(curves), len(rows))


def intermediate_figure(data: Curves, look: Look) -> Figure:
    if not data.curves:
        return look.words("Learning curves", "No training reported numbers while it ran.")
    figure = look.figure(8.0)
    panel = figure.subplots()
    is_objective = data.reported == data.metric.name
    results = np.array([curve.result if curve.full else np.nan for curve in data.curves])
    limits = limits_of(
        np.concatenate([curve.value for curve in data.curves]),
        data.metric if is_objective else Metric(data.reported, "minimize"),
    )
    norm_limits = limits_of(results, data.metric)
    norm = colours_of(norm_limits)
    colours = look.map.reversed() if data.metric.direction == "maximize" else look.map
    order = np.argsort(np.where(np.isnan(results), np.inf, data.metric.sign * results), kind="stable")[::-1]
    dense = len(data.curves) > 20
    for place in order:  # the best on top
        curve = data.curves[place]
        complete = np.isfinite(curve.result)
        failed = curve.status in FAILED
        colour = colours(norm(curve.result)) if complete and curve.full else look.alarm if failed else look.faint
        panel.plot(
            curve.step,
            limits.clip(curve.value),
            color=colour,
            linewidth=(0.8 if dense else 1.2) * look.scale,
            linestyle="-" if complete else "--",
            alpha=0.8,
            marker="." if len(curve.step) == 1 else None,
        )
        if not complete or not curve.full:
            panel.plot(
                curve.step[-1],
                limits.clip(curve.value)[-1],
                color=colour,
                marker="|" if complete else "x" if failed else "v",
                markerfacecolor="none",
            )
    objective_axis(panel, data.metric, limits, label=False)
    numbers_on(panel.xaxis, 6, whole=all(float(s).is_integer() for c in data.curves for s in c.step))
    panel.margins(x=0.02)
    panel.set_xlabel({"line": "report"}.get(data.step, data.step))
    label = value_label(Metric(data.reported, "minimize"), limits)
    panel.set_ylabel(label + (f"\n({goal(data.metric)})" if is_objective else ""))
    if np.isfinite(results).any():
        objective_bar(figure, ScalarMappable(norm, colours), [panel], data.metric, norm_limits, look, "result: ")
    kinds: tuple[tuple[str, str, Any, str, bool], ...] = (
        ("failed", look.alarm, "--", "x", any(c.status in FAILED for c in data.curves)),
        ("pruned", look.faint, "--", "v", any(c.status == "pruned" for c in data.curves)),
        ("did not go on", look.faint, "-", "|", any(np.isfinite(c.result) and not c.full for c in data.curves)),
    )
    entries = [
        (Line2D([], [], color=colour, linestyle=line, marker=marker, markerfacecolor="none"), kind)
        for kind, colour, line, marker, there in kinds
        if there
    ]
    look.legend(figure, entries)
    shown_trials = len({curve.trial for curve in data.curves})
    some = (
        f"{shown_trials:,} of {data.trials:,} trials: the best third and an even choice of the others."
        if data.trials > MOST_CURVES
        else ""
    )
    look.say(figure, [some, limits.remark.replace("trial", "value")])
    return figure


def _reported(source: Source) -> str | None:
    """The objective if the history has it, else the first column of numbers that is not a step or a time."""
    numeric = [
        name
        for name in source.history.columns
        if name not in _NOT_METRICS
        and pd.api.types.is_numeric_dtype(source.history[name])
        and not pd.api.types.is_bool_dtype(source.history[name])
        and source.history[name].notna().any()
    ]
    return source.study.metric.name if source.study.metric.name in numeric else next(iter(numeric), None)


DRAWING = Drawing(intermediate_data, intermediate_figure)
