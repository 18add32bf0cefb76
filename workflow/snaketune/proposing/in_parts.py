"""What a round proposes in which trials do the next part of their runs: which of them go on, and why others don't.

A trial is judged by `runner.pruning`, as a run is by what it has reported: at its number of folds (or replicates) so
far, with the value that it would have with these. The earlier trials that it is compared with have the values that they
had with as many, whatever became of them then. Only `wilcoxon` compares runs, each with that of the best trial that is
complete, which has the same fold and replicate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from snaketune.config.search import Pruner
from snaketune.config.study import Metric, Round, Search, Study
from snaketune.layout import Layout
from snaketune.proposing.rungs import PROMOTED
from snaketune.proposing.thresholds import Earlier, Values, rule_for
from snaketune.results.in_parts import GOING_ON, done_for
from snaketune.results.rounds import read_proposed, read_round, read_trials, rounds_there
from snaketune.results.runs import read_run
from snaketune.results.store import Store
from snaketune.results.trials import Trial
from snaketune.runner.history_steps import real
from snaketune.runner.pruning import Judge
from snaketune.runner.run_id import RunId
from snaketune.runner.status import COMPLETE, PRUNED
from snaketune.samplers import Part, Proposal
from snaketune.values import is_number

__all__ = ["given_up", "next_part"]

Steps = dict[float, Values]


def next_part(study: Study, search: Search, this: Round, layout: Layout) -> list[Proposal]:
    """The trials of a batch with the next part of their runs; those that are given up now, with none.

    Trials that can no longer be complete, as too many of their runs have failed, are not among them.
    """
    part, pruner = this.step.part, search.pruner
    assert part is not None, "it is a round behind the first one of its batch"
    assert pruner is not None, "without it trials do all of their runs at once"
    rounds = {k: read_trials(layout.gathered(search.name, k)) for k in this.step.needs}
    batch = [trial for k in this.step.below for trial in rounds[k] if trial.status == GOING_ON]
    earlier = [trial for k in this.step.needs if k not in this.step.below for trial in rounds[k] if _counts(trial)]
    judged = _paired if pruner.type == "wilcoxon" else _by_value
    reasons = judged(study, search, pruner, batch, earlier, Store(layout, study.run_spec.contract))
    return [_proposal(trial, part, why) for trial, why in zip(batch, reasons, strict=True)]


def given_up(store: Store, search: Search) -> set[str]:
    """The trials of a search that don't do the rest of their runs, by rounds and results that still hold.

    Raises:
        DamagedFile: a table is not what was written.
    """
    layout, found = store.layout, set[str]()
    for number in (round_.number for round_ in rounds_there(layout, search) if search.parts):
        note = layout.ending(search.name, number)
        if note.exists() and read_round(note).fingerprint == search.fingerprint:
            rows = read_proposed(layout.proposed(search.name, number))
            hopeless = [row for row in rows if row.part and row.part.hopeless]
            found |= {row.trial for row in hopeless if all(store.done(row.trial, run) for run in done_for(row, search))}
    return found


def _counts(trial: Trial) -> bool:
    """Whether others are compared with what it was after its runs in that round: it had not failed."""
    return trial.part is not None and trial.status in (COMPLETE, GOING_ON)


def _proposal(trial: Trial, part: Part, why: str | None) -> Proposal:
    params = dict(trial.params)
    if why is None:
        return Proposal(params, PROMOTED, part=part, number=trial.number)
    return Proposal(params, PRUNED, part=replace(part, stop=part.start, hopeless=why), number=trial.number)


def _by_value(
    study: Study, search: Search, pruner: Pruner, batch: Sequence[Trial], earlier: Sequence[Trial], _: Store
) -> Iterator[str | None]:
    """Why each trial of a batch is hopeless by its value so far, None if it is not."""
    steps: dict[str, Steps] = {}
    for trial in earlier:
        if (values := _values(trial.metrics, study)) and trial.part:
            steps.setdefault(trial.trial, {})[trial.part.stop] = values
    metrics = _nameless(study)
    rule = rule_for(pruner, metrics, [Earlier(trial, RunId(0), None, its) for trial, its in steps.items()])
    for trial in batch:
        values = _values(trial.metrics, study)
        yield _why(rule, metrics, {trial.part.stop: values}) if values and trial.part else None


def _paired(
    study: Study, search: Search, pruner: Pruner, batch: Sequence[Trial], earlier: Sequence[Trial], store: Store
) -> Iterator[str | None]:
    """Why each trial of a batch is hopeless beside the best one, run by run."""
    metrics = _nameless(study)[:1]
    sign, name = study.metric.sign, study.metric.name
    complete = [trial for trial in earlier if trial.complete]
    best = min(complete, key=lambda trial: (sign * trial.metrics[name], trial.number), default=None)
    compared = _steps_of(best, study, search, store) if best else {}
    rule = rule_for(pruner, metrics, [])
    for trial in batch:
        own = _steps_of(trial, study, search, store)
        # Folds differ: the mean of one part of them is compared with that of the same ones.
        shared = [[step, value] for step, (value,) in sorted(compared.items()) if step in own]
        group = {"trials": len(complete), "best": best.trial if best else "", "steps": shared}
        yield _why(rule | {"groups": {"": group}}, metrics, {step: own[step] for step, _ in shared})


def _steps_of(trial: Trial, study: Study, search: Search, store: Store) -> Steps:
    """The first objective of each complete run that a trial has done, by the run's place among all that it may have."""
    places = {run: place for place, run in enumerate(search.runs, 1)}
    runs = [read_run(store, study, trial.trial, run) for run in done_for(trial, search)]
    name = study.metric.name
    return {places[run.run]: (real(run.metrics[name]),) for run in runs if run.complete}


def _why(rule: Mapping[str, Any], metrics: Sequence[Metric], steps: Mapping[float, Values]) -> str | None:
    """Why what has these values is not good enough at the last step; None if it is, or has no values."""
    last = max(steps, default=None)
    judge = Judge(rule, None)
    for step, values in sorted(steps.items()):
        row = {"step": step} | {metric.name: value for metric, value in zip(metrics, values, strict=True)}
        found = judge.verdict(row)
        if step == last:
            return found[1] if found else None
    return None


def _nameless(study: Study) -> list[Metric]:
    """The objectives by names that are those of no step."""
    return [replace(metric, name=f"objective {i}") for i, metric in enumerate(study.metrics)]


def _values(metrics: Mapping[str, Any], study: Study) -> Values | None:
    found = [metrics.get(metric.name) for metric in study.metrics]
    return tuple(map(real, found)) if all(map(is_number, found)) else None
