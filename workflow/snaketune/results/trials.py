"""A trial's result, from those of its runs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snaketune.config.study import Study
from snaketune.results.runs import Run
from snaketune.results.spread import deviation, mean, median

__all__ = ["STATUSES", "Trial", "trial_from"]

STATUSES = ("complete", "failed", "timeout", "oom", "invalid", "pruned")
_AGGREGATES = {"mean": mean, "median": median, "min": min, "max": max, "last": lambda values: values[-1]}


@dataclass(frozen=True)
class Trial:
    """A trial as one search proposed it, with its result.

    `metrics` are aggregated over the complete runs; `sd` and `se` give, for each objective, the sample standard
    deviation over the runs and the standard error of the mean (empty for a single run). `seconds` is the sum
    over all runs, `started` and `finished` span them.
    """

    trial: str
    number: int
    round: int
    origin: str
    params: Mapping[str, object]
    status: str
    reason: str | None
    runs: int
    metrics: Mapping[str, object]
    sd: Mapping[str, float]
    se: Mapping[str, float]
    seconds: float
    started: str
    finished: str
    host: str
    mean: float | None = None
    predicted_sd: float | None = None
    acquisition: float | None = None

    @property
    def complete(self) -> bool:
        return self.status == "complete"

    def value(self, study: Study) -> float | None:
        """The objective (the first, of several), None unless the trial is complete."""
        return self.metrics[study.metric.name] if self.complete else None


def trial_from(proposed: Mapping, runs: Sequence[Run], study: Study, *, min_runs: int) -> Trial:
    """The trial of the given runs, complete if at least `min_runs` of them are.

    `proposed` are the columns of the round's table (`trial`, `number`, …).
    """
    complete = [run for run in runs if run.complete]
    status, reason = _judged(runs, complete, min_runs)
    names = dict.fromkeys(name for run in complete for name in run.metrics)
    objectives = [metric.name for metric in study.metrics]
    samples = {name: [run.metrics[name] for run in complete] for name in objectives}
    sd = {name: deviation(values) for name, values in samples.items() if len(values) > 1}
    return Trial(
        **proposed,
        status=status,
        reason=reason,
        runs=len(complete),
        metrics={name: _aggregated([r.metrics.get(name) for r in complete], study.aggregate) for name in names},
        sd=sd,
        se={name: value / math.sqrt(len(samples[name])) for name, value in sd.items()},
        seconds=round(sum(run.record["seconds"] for run in runs), 3),
        started=min(run.record["started"] for run in runs),
        finished=max(run.record["finished"] for run in runs),
        host=" ".join(dict.fromkeys(run.record["host"] for run in runs)),
    )


def _judged(runs: Sequence[Run], complete: Sequence[Run], min_runs: int) -> tuple[str, str | None]:
    if len(complete) >= min_runs:
        return "complete", None
    first = next(run for run in runs if not run.complete)
    if len(runs) == 1:
        return first.status, first.reason
    others = len(runs) - len(complete)
    return first.status, f"{others} of {len(runs)} runs did not complete; {first.run}: {first.reason}"


def _aggregated(values: Sequence, how: str) -> object:
    """The aggregate of numbers, NaN if one is; of anything else, what all runs agree on (None if one lacks it)."""
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        if len(values) == 1:
            return values[0]
        return math.nan if any(value != value for value in values) else _AGGREGATES[how](values)
    return values[0] if all(value == values[0] for value in values) else None
