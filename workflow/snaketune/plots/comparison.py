"""Searches compared: the best value so far against the number of trials, at the same budget."""

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.config.study import Metric, Search
from snaketune.plots.support.axes import numbers_on, objective_axis
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source, floats
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import best_so_far, limits_of
from snaketune.values import canonical

__all__ = ["DRAWING", "Comparison", "Curve", "comparison_data", "comparison_figure"]


@dataclass(frozen=True)
class Curve:
    """The best value after 1, 2, … trials; `low` and `high` bound it, None where there is nothing to vary.

    `label` names the search, or several that differ in their seed alone: `best` is then their median.
    """

    label: str
    best: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass(frozen=True)
class Comparison:
    """One curve per search; `common` is the number of trials that all of them have; `band` says what the bands are.

    `in_part`: there are trials with less than the full budget, whose values don't count.
    """

    metric: Metric
    curves: tuple[Curve, ...]
    common: int
    band: str
    in_part: bool = False


def comparison_data(source: Source) -> Comparison:
    """The searches' best values so far, with bands.

    Searches that differ in their seed alone make one curve with the band between the lowest and the
    highest; else the band is over the trials' replicates, where they have some.
    """
    groups: dict[str, list[Search]] = {}
    for search in source.chosen:
        groups.setdefault(_alike(search), []).append(search)
    repeated = any(len(group) > 1 for group in groups.values())
    curves = [
        _of_seeds(group, source) if len(group) > 1 else _of_replicates(group[0], source, band=not repeated)
        for group in groups.values()
    ]
    band = "" if all(curve.low is None for curve in curves) else "seeds" if repeated else "replicates"
    in_part = bool((source.outcomes["share"] < 1).any())
    return Comparison(source.metric, tuple(curves), min(len(curve.best) for curve in curves), band, in_part)


def comparison_figure(data: Comparison, look: Look) -> Figure:
    figure = look.figure(7.0)
    panel = figure.subplots()
    ends = [end for c in data.curves for end in (c.best, c.low, c.high) if end is not None]
    # However long a curve stays at a value: the first, bad ones are no outliers.
    limits = limits_of(np.unique(np.concatenate(ends)), data.metric)
    for i, curve in enumerate(data.curves):
        at = np.arange(1, len(curve.best) + 1)
        panel.step(
            at,
            limits.clip(curve.best),
            where="post",
            color=look.colour(i),
            linestyle=look.dashes(i),
            linewidth=1.6 * look.scale,
        )
        every = max(1, len(at) // 8)
        panel.plot(
            at[::every],
            limits.clip(curve.best)[::every],
            linestyle="none",
            marker=look.marker(i),
            color=look.colour(i),
        )
        if curve.low is not None and curve.high is not None:
            low, high = limits.clip(curve.low), limits.clip(curve.high)
            panel.fill_between(at, low, high, step="post", color=look.colour(i), alpha=0.18, linewidth=0)
    longest = max(len(curve.best) for curve in data.curves)
    if 0 < data.common < longest:
        panel.axvline(data.common, color=look.faint, linestyle=":", linewidth=0.9 * look.scale)
    panel.set_xlim(0, longest * 1.02 + 0.5)
    numbers_on(panel.xaxis, 6, whole=True)
    panel.set_xlabel("trials")
    objective_axis(panel, data.metric, limits)
    handles = [
        Line2D([], [], color=look.colour(i), marker=look.marker(i), linestyle=look.dashes(i))
        for i in range(len(data.curves))
    ]
    look.legend(figure, [(handle, _label(c, data)) for handle, c in zip(handles, data.curves, strict=True)])
    meaning = {
        "seeds": "lowest to highest over the searches that differ in their seed",
        "replicates": "lowest to highest over the replicates",
        "": "",
    }
    budget = (
        f"In brackets: best after {data.common:,} trial{'s' * (data.common != 1)}, which all have."
        if data.common
        else ""
    )
    band = meaning[data.band]
    cut = "Much worse values are cut off." if limits.beyond else ""
    cut = " ".join(filter(None, [cut, replace(limits, beyond=0).remark]))
    best = f"Best so far{' with the full budget; trials with less count as trials' * data.in_part}."
    look.say(figure, [best, cut, f"Band: {band}." if band else "", budget])
    return figure


def _label(curve: Curve, data: Comparison) -> str:
    at_common = curve.best[data.common - 1] if data.common else np.nan
    return f"{curve.label} ({at_common:.4g})" if np.isfinite(at_common) else f"{curve.label} (none)"


def _alike(search: Search) -> str:
    """What two searches have in common that differ in their seed alone."""
    space = [[list(axis.names), repr(axis.parameter)] for axis in search.space.axes]
    size = search.batch_size if search.learns else None
    return canonical([_owner(search), search.strategy, search.n_trials, size, repr(search.options), space])


def _owner(search: Search) -> str:
    """The study of a search where several are compared (its name is study/search then), else ""."""
    return search.name.rpartition("/")[0]


def _of_seeds(group: list[Search], source: Source) -> Curve:
    bests = [_of_replicates(search, source, band=False).best for search in group]
    together = np.vstack([best[: min(map(len, bests))] for best in bests])
    worst = np.where(np.isnan(together), np.inf, source.metric.sign * together)
    middle = np.median(worst, axis=0)
    owner = _owner(group[0])
    label = f"{owner + '/' if owner else ''}{group[0].strategy}, median of {len(group)} searches"
    ends = [
        np.where(np.isfinite(end), source.metric.sign * end, np.nan) for end in (worst.min(axis=0), worst.max(axis=0))
    ]
    return Curve(label, np.where(np.isfinite(middle), source.metric.sign * middle, np.nan), *ends)


def _of_replicates(search: Search, source: Source, *, band: bool) -> Curve:
    rows = source.outcomes[source.outcomes["search"] == search.name].sort_values("number", kind="stable")
    feasible = rows["feasible"].to_numpy() & (rows["share"].to_numpy() == 1)
    best = best_so_far(rows["value"].to_numpy(), feasible, source.metric)
    values = replicate_values(source) if band else {}
    if len(values) < 2:
        return Curve(search.name, best)
    bests: list[np.ndarray] = []
    for of_trial in values.values():
        single = np.array([of_trial.get(trial, np.nan) for trial in rows["trial"]])
        bests.append(best_so_far(single, feasible & np.isfinite(single), source.metric))
    stacked = np.vstack([best, *bests])
    bounded = np.where(np.isnan(stacked), best, stacked)
    return Curve(search.name, best, bounded.min(axis=0), bounded.max(axis=0))


def replicate_values(source: Source) -> dict[int, dict[str, float]]:
    """The objective of each trial in each replicate (the mean over its folds): replicate -> trial -> value."""
    name = source.study.metric.name
    runs = source.runs_with(1.0)
    complete = runs[runs["status"] == "complete"]
    if complete.empty:
        return {}
    column = f"metric.{name}" if f"metric.{name}" in complete.columns else name
    table = (
        complete.assign(_value=source.shown(floats(complete[column]))).groupby(["replicate", "trial"])["_value"].mean()
    )
    return {int(replicate): part.droplevel(0).to_dict() for replicate, part in table.groupby(level=0)}


DRAWING = Drawing(comparison_data, comparison_figure)
