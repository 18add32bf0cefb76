"""A trial's result, from those of its runs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, cast

from snaketune.config.search import IMPORTED, TOLD, Asked
from snaketune.config.study import Imported, Study
from snaketune.results.runs import RunResult
from snaketune.results.spread import deviation, mean, median
from snaketune.runner.status import COMPLETE
from snaketune.samplers import Part, Rung
from snaketune.values import is_number

__all__ = ["Proposed", "Trial", "each_as_far_as_trained", "each_once", "imported_trial", "trial_from"]

_AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "mean": mean,
    "median": median,
    "min": min,
    "max": max,
    "last": lambda values: values[-1],
}


@dataclass(frozen=True)
class Proposed:
    """A trial as a round of a search proposed it: a row of the round's trials.csv.

    `number` counts the search's trials, `origin` says where the parameters came from (initial, model, given, …);
    `mean`, `predicted_sd` and `acquisition` are what the model expected, in the metric's units, where there is one.
    `rung` says how far it is trained, where the search has budgets, `part` which of its runs it does, where it does not
    do all of them in one round.
    """

    trial: str
    number: int
    round: int
    origin: str
    params: Mapping[str, object]
    mean: float | None = field(default=None, kw_only=True)
    predicted_sd: float | None = field(default=None, kw_only=True)
    acquisition: float | None = field(default=None, kw_only=True)
    rung: Rung | None = field(default=None, kw_only=True)
    part: Part | None = field(default=None, kw_only=True)

    @property
    def asked(self) -> Asked:
        """What it is asked to do."""
        return self.trial, self.budget, self.part

    @property
    def budget(self) -> float | None:
        """How far it is trained, None where there are no budgets."""
        return self.rung.budget if self.rung else None

    @property
    def share(self) -> float:
        """Its budget as a part of the full one."""
        return self.rung.share if self.rung else 1.0


@dataclass(frozen=True)
class Trial(Proposed):
    """A trial as one search proposed it, with its result.

    `metrics` are aggregated over the complete runs, of which there are `runs`; `sd` and `se` give, for each objective,
    the sample standard deviation over the runs and the standard error of the mean (empty for a single run). `seconds`
    is the sum over all runs, as is `cpu_seconds` (None in tables from before it was kept), `started` and `finished`
    span them. One that is from elsewhere has no runs: `started`, `finished` and `host` are empty.

    Where none of its runs is complete and some were pruned, `metrics` are over these, as they were then. `last_step` is
    the last one that they have reported, where there is a pruner; the number of the last fold (or replicate) that the
    trial has done, where that looks at trials between these.
    """

    status: str
    reason: str | None
    runs: int
    metrics: Mapping[str, Any]
    sd: Mapping[str, float]
    se: Mapping[str, float]
    seconds: float
    started: str
    finished: str
    host: str
    cpu_seconds: float | None = field(default=None, kw_only=True)
    last_step: float | None = field(default=None, kw_only=True)

    @property
    def done(self) -> float:
        """Which share of its folds (or replicates) it has done, where it does not do all of them in one round."""
        return self.part.stop / self.part.total if self.part else 1.0

    @property
    def from_elsewhere(self) -> bool:
        """Whether its result was imported or told, so that it has no runs."""
        return self.origin in (IMPORTED, TOLD)

    @property
    def complete(self) -> bool:
        return self.status == COMPLETE

    def value(self, study: Study) -> float | None:
        """The objective (the first, of several), None unless the trial is complete."""
        return self.metrics[study.metric.name] if self.complete else None

    def as_proposed(self, first: Proposed) -> "Trial":
        """The trial with what is known of its proposal from the round that it was first in."""
        return replace(
            self,
            number=first.number,
            origin=first.origin,
            mean=first.mean,
            predicted_sd=first.predicted_sd,
            acquisition=first.acquisition,
        )


def each_once(trials_of: Mapping[str, Sequence[Trial]]) -> dict[str, Trial]:
    """The trials of several searches by id, in the order in which they first appear.

    A trial of several searches has one result, but a number and an origin in each: those of the last are given, of
    those that have trained it furthest, with most of its runs.
    """
    found: dict[str, Trial] = {}
    for trial in chain.from_iterable(trials_of.values()):
        known = found.get(trial.trial)
        if known is None or (trial.share, trial.done) >= (known.share, known.done):
            found[trial.trial] = trial
    return found


def each_as_far_as_trained(rungs: Sequence[Trial]) -> list[Trial]:
    """The trials of a search's rounds, each once: at its largest budget, with the time that all of its runs took.

    They are in the order of the rounds that proposed them; what is known of a proposal is what that round says.
    """
    if not any(trial.rung for trial in rungs):
        return list(rungs)
    of_trial: dict[str, list[Trial]] = {}
    for trial in rungs:
        of_trial.setdefault(trial.trial, []).append(trial)
    return [
        _merged(sorted(listed, key=lambda each: each.rung.budget if each.rung else 0)) for listed in of_trial.values()
    ]


def _merged(rungs: Sequence[Trial]) -> Trial:
    first, last = rungs[0], rungs[-1]
    if len(rungs) == 1:
        return first
    return replace(
        last.as_proposed(first),
        seconds=round(sum(each.seconds for each in rungs), 3),
        cpu_seconds=round(sum(each.cpu_seconds or 0.0 for each in rungs), 3),
        started=min(each.started for each in rungs),
        finished=max(each.finished for each in rungs),
        host=" ".join(dict.fromkeys(host for each in rungs for host in each.host.split())),
    )


def trial_from(proposed: Proposed, runs: Sequence[RunResult], study: Study, *, min_runs: int) -> Trial:
    """The trial of the given runs, complete if at least `min_runs` of them are."""
    complete = [run for run in runs if run.complete]
    status, reason = _judged(runs, complete, min_runs)
    records = [run.record for run in runs]
    of_metrics = complete or [run for run in runs if run.record.pruned_at is not None]
    names = dict.fromkeys([name for run in of_metrics for name in run.metrics])
    steps = [record.last_step for record in records if record.last_step is not None]
    spread = [metric.name for metric in study.metrics] if len(complete) > 1 else []
    sd = {name: deviation([cast("float", run.metrics[name]) for run in complete]) for name in spread}
    return Trial(
        trial=proposed.trial,
        number=proposed.number,
        round=proposed.round,
        origin=proposed.origin,
        params=proposed.params,
        mean=proposed.mean,
        predicted_sd=proposed.predicted_sd,
        acquisition=proposed.acquisition,
        rung=proposed.rung,
        part=proposed.part,
        status=status,
        reason=reason,
        runs=len(complete),
        metrics={name: _aggregated([r.metrics.get(name) for r in of_metrics], study.aggregate) for name in names},
        last_step=max(steps, default=None),
        sd=sd,
        se={name: value / math.sqrt(len(complete)) for name, value in sd.items()},
        seconds=round(sum([record.seconds for record in records]), 3),
        cpu_seconds=round(sum([record.cpu_seconds for record in records]), 3),
        started=min([record.started for record in records]),
        finished=max([record.finished for record in records]),
        host=" ".join(dict.fromkeys([record.host for record in records])),
    )


def imported_trial(proposed: Proposed, known: Imported) -> Trial:
    """The trial of a result from elsewhere, which is that of the whole trial: it has no budget."""
    return Trial(
        trial=proposed.trial,
        number=proposed.number,
        round=proposed.round,
        origin=known.origin,
        params=proposed.params,
        mean=proposed.mean,
        predicted_sd=proposed.predicted_sd,
        acquisition=proposed.acquisition,
        status=known.status,
        reason=known.said,
        runs=0,
        metrics=known.metrics,
        sd={},
        se={},
        seconds=0.0,
        cpu_seconds=0.0,
        started="",
        finished="",
        host="",
    )


def _judged(runs: Sequence[RunResult], complete: Sequence[RunResult], min_runs: int) -> tuple[str, str | None]:
    if len(complete) >= min_runs:
        return COMPLETE, None
    first = next(run for run in runs if not run.complete)
    if len(runs) == 1:
        return first.status, first.reason
    others = len(runs) - len(complete)
    return first.status, f"{others} of {len(runs)} runs did not complete; {first.run}: {first.reason}"


def _aggregated(values: Sequence[Any], how: str) -> object:
    """The aggregate of numbers, NaN if one is; of anything else, what all runs agree on (None if one lacks it)."""
    if len(values) == 1:
        return values[0]
    if all(map(is_number, values)):
        return math.nan if any(value != value for value in values) else _AGGREGATES[how](values)
    return values[0] if all(value == values[0] for value in values) else None
