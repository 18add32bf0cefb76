"""Which trials the page of a very large study has: as many as keep it small, and those that people look for."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any

from snaketune.config.study import Metric, Study
from snaketune.results.ranking import feasible, pareto, ranked
from snaketune.results.tables import header_of
from snaketune.results.trials import Trial, each_once

__all__ = ["chosen", "whole"]

# A table with more cells than these, about 3 MB of the page, has some of the trials only.
MOST_CELLS = 400_000
FEWEST_TRIALS = 5_000

TrialsOf = Mapping[str, Sequence[Trial]]


def chosen(trials_of: TrialsOf, study: Study) -> TrialsOf:
    """The trials that are on the page: all, or of very many a choice, in their order.

    First come those that were the best so far when they ended, the Pareto set and the best ones, then those without a
    value, at most a third of all; what room is left is for an even choice of the others.
    """
    distinct = each_once(trials_of)
    most = max(FEWEST_TRIALS, MOST_CELLS // (len(header_of(study)) + len(study.metrics) + len(study.parameters)))
    if len(distinct) <= most:
        return trials_of
    everything = [trial for listed in trials_of.values() for trial in listed]
    order = [trial.trial for trial in ranked(everything, study)]
    front = [trial.trial for trial in pareto(list(distinct.values()), study)] if len(study.metrics) > 1 else []
    failed = [id for id, trial in distinct.items() if not trial.complete]
    leaders = [_leaders(listed, metric, study) for listed in trials_of.values() for metric in study.metrics]
    kept = dict.fromkeys([*chain.from_iterable(leaders), *_evenly(front, most // 4), *order[: most // 10]])
    kept |= dict.fromkeys(_evenly(failed, most // 3))
    others = [id for id, trial in distinct.items() if trial.complete and id not in kept]
    kept |= dict.fromkeys(_evenly(others, max(0, most - len(kept))))
    return {search: [trial for trial in listed if trial.trial in kept] for search, listed in trials_of.items()}


def whole(trials_of: TrialsOf, shown: TrialsOf) -> dict[str, Any]:
    """What the page has to know of all trials, where it shows some of them; else nothing.

    `spent` is, for each row that is shown, the run time of its search until then.
    """
    if shown is trials_of:
        return {}
    distinct = each_once(trials_of)
    spent = []
    for search, listed in trials_of.items():
        until = dict(zip((t.number for t in listed), accumulate(t.seconds for t in listed), strict=True))
        spent += [round(until[trial.number], 3) for trial in shown[search]]
    seconds = round(sum(trial.seconds for trial in distinct.values()), 3)
    return {"whole": {"trials": len(distinct), "seconds": seconds, "spent": spent}}


def _leaders(trials: Iterable[Trial], metric: Metric, study: Study) -> list[str]:
    """The trials of a search that were better than all before them."""
    found, best = [], float("inf")
    for trial in trials:
        if trial.complete and metric.sign * trial.metrics[metric.name] < best and feasible(trial, study):
            best = metric.sign * trial.metrics[metric.name]
            found.append(trial.trial)
    return found


def _evenly(names: Sequence[str], most: int) -> list[str]:
    """At most so many of the names, all over."""
    if len(names) <= most:
        return list(names)
    return [names[i * len(names) // most] for i in range(most)]
