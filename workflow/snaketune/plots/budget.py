"""Budget spent: the best value so far against how much was trained until then."""

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from snaketune.config.study import Metric, Search
from snaketune.plots.optimization_history import corners
from snaketune.plots.support.axes import brief, numbers_on, objective_axis
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source, epoch, floats
from snaketune.plots.support.theme import Look, shown
from snaketune.plots.support.values import Limits, best_so_far, limits_of

__all__ = ["DRAWING", "Spending", "Spent", "budget_data", "budget_figure"]

_MOST_COMPARED = 3  # searches that train in full, of which it is said when others reached their best


@dataclass(frozen=True)
class Spent:
    """A search's results round by round: what had been spent `at` each, and the best until then.

    `best` is that with the full budget, `any_best` that with any; both are NaN before the first. `full` is what all
    trials in full would have been.
    """

    search: str
    at: np.ndarray
    best: np.ndarray
    any_best: np.ndarray
    full: float

    @property
    def in_full(self) -> bool:
        """Whether all trials were trained in full at once."""
        return self.total >= self.full

    @property
    def total(self) -> float:
        return float(self.at[-1]) if len(self.at) else 0.0

    def until(self, target: float, metric: Metric) -> float:
        """What had been spent when the best was as good as `target`; NaN if it never was."""
        reached = np.flatnonzero(metric.sign * self.best <= metric.sign * target)
        return float(self.at[reached[0]]) if len(reached) else np.nan


@dataclass(frozen=True)
class Spending:
    """The searches that have a budget; `unit` is what it is called."""

    metric: Metric
    unit: str
    searches: tuple[Spent, ...]


def budget_data(source: Source) -> Spending:
    """What each search spent: a run that went on from another one adds what it trained itself, others their budget."""
    runs = source.runs.dropna(subset="budget")
    spent = runs.assign(budget=floats(runs["budget"])).groupby(["trial", "budget"])["trained"].sum()
    of_result = dict(zip(spent.index, spent, strict=True))
    searches = [_spent(source, search, of_result) for search in source.chosen if search.budget]
    return Spending(source.metric, source.study.budget.name if source.study.budget else "", tuple(searches))


def budget_figure(data: Spending, look: Look) -> Figure:
    if not any(len(search.at) for search in data.searches):
        return look.words("Budget spent", "No search has spent a budget.")
    figure = look.figure(7.0)
    panel = figure.subplots()
    limits = _limits(data)
    for i, search in enumerate(data.searches):
        if not len(search.at):
            continue
        for best, style, width in ((search.any_best, ":", 0.9), (search.best, "-", 1.6)):
            if style == ":" and np.array_equal(search.any_best, search.best, equal_nan=True):
                continue
            turns = corners(best)
            panel.step(
                search.at[turns],
                best[turns],
                where="post",
                color=look.colour(i),
                linestyle=style,
                linewidth=width * look.scale,
            )
        better = np.flatnonzero(np.isfinite(search.best) & (np.append(np.nan, search.best[:-1]) != search.best))
        panel.plot(
            search.at[better],
            search.best[better],
            linestyle="none",
            marker=look.marker(i),
            color=look.colour(i),
        )
    longest = max(search.total for search in data.searches)
    panel.set_xlim(0, longest * 1.02 or 1.0)
    numbers_on(panel.xaxis, 6)
    panel.set_xlabel(f"{shown(data.unit)} trained")
    objective_axis(panel, data.metric, limits)
    entries = [
        (Line2D([], [], color=look.colour(i), marker=look.marker(i)), _label(search))
        for i, search in enumerate(data.searches)
    ]
    in_part = any(not search.in_full for search in data.searches)
    if in_part:
        entries.append((Line2D([], [], color=look.faint, linestyle=":"), "best with any budget"))
    look.legend(figure, entries)
    unit = shown(data.unit, 20)
    brackets = f"In brackets: {unit} trained, and what all trials in full would be." if in_part else ""
    none = "No trial is complete." if limits.empty else ""
    cut = replace(limits, beyond=0).remark
    says = [none, "Best so far with the full budget.", brackets, *_reached(data), cut]
    look.say(figure, says, alarm=bool(none))
    return figure


def _limits(data: Spending) -> Limits:
    """The range of the best values with the full budget; what was best with less before may lie outside.

    That of all values where none has the full budget.
    """
    full = any(np.isfinite(search.best).any() for search in data.searches)
    best = [np.append(search.best, search.any_best[-1:] if full else search.any_best) for search in data.searches]
    return limits_of(np.unique(np.concatenate(best)), data.metric)


def _spent(source: Source, search: Search, of_result: dict[tuple[str, float], float]) -> Spent:
    rows = source.rungs[source.rungs["search"] == search.name]
    rows = rows.assign(_ended=epoch(rows["finished"])).sort_values(["round", "_ended"], kind="stable")
    added = [of_result.get(key, 0.0) for key in zip(rows["trial"], floats(rows["budget"]), strict=True)]
    value, feasible = source.shown(floats(rows["value"])), rows["feasible"].to_numpy(bool)
    full = feasible & (floats(rows["share"]) == 1)
    return Spent(
        search.name,
        np.cumsum(added),
        best_so_far(value, full, source.metric),
        best_so_far(value, feasible, source.metric),
        rows["trial"].nunique() * (search.budget.max if search.budget else 0.0) * len(search.runs),
    )


def _label(search: Spent) -> str:
    whole = "" if search.in_full else f" of {brief(search.full)}"
    return f"{shown(search.search, 20)} ({brief(search.total)}{whole})"


def _reached(data: Spending) -> list[str]:
    """When each of the others was as good as the best of a search that trains in full."""
    sentences = []
    for full in [search for search in data.searches if search.in_full and np.isfinite(search.best).any()]:
        target = full.best[-1]
        when = {other.search: other.until(target, data.metric) for other in data.searches if other is not full}
        reached = [f"{shown(name, 20)} after {brief(at)}" for name, at in when.items() if np.isfinite(at)]
        never = [shown(name, 20) for name, at in when.items() if not np.isfinite(at)]
        if when:
            own = f"{brief(target)}, after {brief(full.until(target, data.metric))} {shown(data.unit, 20)}"
            parts = [f"was reached by {', '.join(reached)}" * bool(reached)]
            parts += [f"was not reached by {', '.join(never)}" * bool(never)]
            sentences.append(f"The best of {shown(full.search, 20)} ({own}) {'; it '.join(filter(None, parts))}.")
    return sentences[:_MOST_COMPARED]


DRAWING = Drawing(budget_data, budget_figure)
