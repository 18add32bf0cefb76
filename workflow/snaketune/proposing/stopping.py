"""When a Bayesian search is no longer worth going on with."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from snaketune.config.study import Study
from snaketune.results.markdown import number
from snaketune.results.ranking import feasible
from snaketune.results.trials import Trial
from snaketune.samplers import Proposal

__all__ = ["reason_in_proposals", "reason_in_results"]


def reason_in_results(stop: Mapping[str, float], trials: Sequence[Trial], study: Study) -> str | None:
    """Why the search ends with these trials (in the order of their numbers), or None if it goes on."""
    metric = study.metric
    values = [
        (trial, metric.sign * trial.metrics[metric.name])
        for trial in trials
        if trial.complete and feasible(trial, study)
    ]
    if "target" in stop:
        reached = [trial for trial, value in values if value <= metric.sign * stop["target"]]
        if reached:
            shown = number(reached[0].metrics[metric.name])
            return f"the target {number(stop['target'])} was reached ({metric.name} = {shown}, {reached[0].trial})"
    if "patience" in stop:
        idle = _trials_since_improvement(trials, {t.trial: v for t, v in values}, stop.get("min_delta", 0.0))
        if idle >= stop["patience"]:
            return f"{idle} trials brought no improvement (patience: {stop['patience']})"
    timed = [trial for trial in trials if trial.started]  # imported ones are not
    if "max_hours" in stop and timed:
        begun = min(datetime.fromisoformat(trial.started) for trial in timed)
        ended = max(datetime.fromisoformat(trial.finished) for trial in timed)
        hours = (ended - begun).total_seconds() / 3600
        if hours >= stop["max_hours"]:
            return f"{number(hours, 3)} hours have passed (max_hours: {number(stop['max_hours'])})"
    return None


def reason_in_proposals(stop: Mapping[str, float], proposals: Sequence[Proposal]) -> str | None:
    """Why the search ends without running these proposals, or None if it goes on."""
    least = stop.get("expected_improvement_below")
    expected = [p.acquisition for p in proposals if p.origin == "model" and p.acquisition is not None]
    if least is None or not expected or len(expected) < len(proposals) or max(expected) >= least:
        return None
    found = number(max(expected), 3)
    return f"the expected improvement is down to {found} (expected_improvement_below: {number(least)})"


def _trials_since_improvement(trials: Sequence[Trial], value_of: Mapping[str, float], least: float) -> int:
    best, idle = float("inf"), 0
    for trial in trials:
        idle += not trial.from_elsewhere
        value = value_of.get(trial.trial)
        if value is not None and value < best - (least if best < float("inf") else 0.0):
            best, idle = value, 0
    return idle
