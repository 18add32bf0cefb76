"""What a trial has reported step by step, as one curve."""

from collections import defaultdict
from collections.abc import Sequence

from snaketune.exporting.described import DescribedRun, DescribedTrial
from snaketune.runner.history_steps import StepReader

__all__ = ["curve_of", "rungs_curve"]


def curve_of(trial: DescribedTrial, metric: str) -> dict[float, float]:
    """The metric by step: of several runs the mean of those that have reported the step; empty if none has."""
    found: dict[float, list[float]] = defaultdict(list)
    for run in trial.furthest:
        for step, value in _points(run, metric):
            found[step].append(value)
    return {step: sum(values) / len(values) for step, values in sorted(found.items())}


def rungs_curve(trial: DescribedTrial, metric: str) -> dict[float, float]:
    """The metric at the end of each run by the run's budget: of several runs with one the mean."""
    found: dict[float, list[float]] = defaultdict(list)
    for run in trial.runs:
        if run.run.budget is not None and run.result and run.result.complete:
            value = run.result.metrics.get(metric)
            if isinstance(value, int | float):
                found[run.run.budget].append(float(value))
    return {budget: sum(values) / len(values) for budget, values in sorted(found.items())}


def _points(run: DescribedRun, metric: str) -> Sequence[tuple[float, float]]:
    reader = StepReader([metric])
    return [(point[0], point[1][0]) for row in run.history if (point := reader.read(row)) is not None]
