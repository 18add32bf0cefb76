"""All that is known of one trial: what it is, what became of it and of its runs, and where that lies."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snaketune.command import ALONE
from snaketune.looking.curves import Curve, curves_of
from snaketune.looking.naming import proposals
from snaketune.results.ranking import feasible, pareto, ranked
from snaketune.results.rungs import rung_rows
from snaketune.results.runs import RunResult, read_run
from snaketune.results.study import StudyResults
from snaketune.results.tables import Row, labels_of
from snaketune.results.trials import Proposed, Trial
from snaketune.runner.run_id import RunId
from snaketune.session.running import Running, under_way
from snaketune.sums import DamagedFile

__all__ = ["Origin", "ShownRun", "ShownTrial", "runs_of", "shown"]

RUNNING, WAITING, DAMAGED = "running", "waiting", "damaged"


@dataclass(frozen=True)
class Origin:
    """Where a trial comes from: a search that has proposed it, as its trial of that number, and how."""

    search: str
    number: int
    name: str
    round: int
    origin: str
    tags: Sequence[str]
    description: str


@dataclass(frozen=True)
class ShownRun:
    """A run of a trial; of one that has not ended, all is empty but what is known of those under way."""

    run: str
    status: str
    reason: str | None = None
    metrics: Mapping[str, object] | None = None
    budget: float | None = None
    seed: int | None = None
    attempt: int | None = None
    started: str | None = None
    finished: str | None = None
    seconds: float | None = None
    host: str | None = None
    exit_code: int | None = None
    signal: str | None = None
    devices: Sequence[str] | None = None
    command: Sequence[str] | None = None
    stderr_tail: Sequence[str] = ()


@dataclass(frozen=True)
class ShownTrial:
    """A trial; `rank` among `ranked` complete ones, `curves` of what its furthest runs have reported, by run.

    `folder` has its files, if there is one; `logs` says where what it printed is. `by_hand` are the words that do its
    first run again outside of the study, where they can.
    """

    study: str
    trial: str
    status: str
    reason: str | None
    origins: Sequence[Origin]
    params: Mapping[str, object]
    rank: int | None
    ranked: int
    in_front: bool | None
    feasible: bool | None
    metrics: Mapping[str, Any]
    se: Mapping[str, float]
    budget: float | None
    seconds: float | None
    started: str | None
    finished: str | None
    host: str | None
    rungs: Sequence[Row]
    runs: Sequence[ShownRun]
    curves: Mapping[str, Sequence[Curve]]
    folder: str | None
    logs: str
    command: Sequence[str] | None
    by_hand: Sequence[str] | None


def shown(results: StudyResults, trial: str) -> ShownTrial:
    """What is known of a trial that has been proposed, by its id."""
    study, layout = results.study, results.layout
    rows = [(search, row) for search, row in proposals(results) if row.trial == trial]
    done = results.distinct.get(trial)
    runs = [_run(results, trial, run) for run in runs_of(results, trial)]
    order = [each.trial for each in ranked(results.trials, study)]
    front = {each.trial for each in pareto(list(results.distinct.values()), study)} if len(study.metrics) > 1 else None
    folder = layout.trials / trial
    first = next((run for run in reversed(runs) if run.command), None)
    return ShownTrial(
        study=study.name,
        trial=trial,
        status=done.status if done else _status(runs),
        reason=done.reason if done else None,
        origins=[_origin(search, row, results) for search, row in rows],
        params=rows[0][1].params,
        rank=order.index(trial) + 1 if trial in order else None,
        ranked=len(order),
        in_front=None if front is None or done is None or not done.complete else trial in front,
        feasible=feasible(done, study) if done and done.complete and study.outcome_constraints else None,
        metrics=done.metrics if done else {},
        se=done.se if done else {},
        budget=done.budget if done else None,
        seconds=done.seconds if done else None,
        started=(done.started or None) if done else None,
        finished=(done.finished or None) if done else None,
        host=(done.host or None) if done else None,
        rungs=[row for row in rung_rows(results.searches, study) if row["trial"] == trial],
        runs=runs,
        curves=dict(_curves(results, trial, done)),
        folder=folder.as_posix() if folder.exists() else None,
        logs=results.store.shown_logs(trial),
        command=first.command if first else None,
        by_hand=_by_hand(results, trial, runs),
    )


def runs_of(results: StudyResults, trial: str) -> list[RunId]:
    """The runs that a trial has been asked to do by all rounds that it was in, whether they are done or not."""
    found: dict[RunId, None] = {}
    for name, search in results.study.searches.items():
        if name in results.searches:
            rows = [row for row in results.searches[name].proposed if row.trial == trial]
            found |= dict.fromkeys(run for _, run in search.runs_in(row.asked for row in rows))
    return sorted(found, key=lambda run: (run.replicate, -1 if run.fold is None else run.fold, run.budget or 0.0))


def _origin(search: str, row: Proposed, results: StudyResults) -> Origin:
    name, tags, description = labels_of(row, search, results.study)
    return Origin(search, row.number, name, row.round, row.origin, tags, description)


def _run(results: StudyResults, trial: str, run: RunId) -> ShownRun:
    try:
        found = read_run(results.store, results.study, trial, run)
    except FileNotFoundError:
        at_work = under_way(results.layout, [(trial, run)])
        return _under_way(at_work[0]) if at_work else ShownRun(str(run), WAITING, budget=run.budget)
    except DamagedFile as error:
        return ShownRun(str(run), DAMAGED, str(error), budget=run.budget)
    return _ended(found)


def _under_way(running: Running) -> ShownRun:
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(running.since))
    return ShownRun(
        str(running.run), RUNNING, budget=running.run.budget, attempt=running.attempt, started=since, host=running.host
    )


def _ended(found: RunResult) -> ShownRun:
    record = found.record
    return ShownRun(
        run=str(found.run),
        status=found.status,
        reason=found.reason,
        metrics=found.metrics,
        budget=found.run.budget,
        seed=record.seed,
        attempt=record.attempt,
        started=record.started,
        finished=record.finished,
        seconds=record.seconds,
        host=record.host,
        exit_code=record.exit_code,
        signal=record.signal,
        devices=record.devices,
        command=record.command,
        stderr_tail=record.stderr_tail,
    )


def _status(runs: Sequence[ShownRun]) -> str:
    """The status of a trial that is not done."""
    statuses = [run.status for run in runs]
    return next((status for status in (RUNNING, DAMAGED) if status in statuses), WAITING)


def _curves(results: StudyResults, trial: str, done: Trial | None) -> Iterator[tuple[str, list[Curve]]]:
    """The curves of the runs that have been trained furthest."""
    runs = runs_of(results, trial)
    budgets = [run.budget for run in runs if run.budget is not None]
    for run in runs:
        if budgets and run.budget != (done.budget if done else max(budgets)):
            continue
        objectives = [metric.name for metric in results.study.metrics]
        if curves := curves_of(results.store.history(trial, run) or b"", objectives):
            yield str(run), curves


def _by_hand(results: StudyResults, trial: str, runs: Sequence[ShownRun]) -> list[str] | None:
    """The words that do the last run again; an environment of its own only Snakemake can make."""
    imported = any(row.from_elsewhere for row in results.distinct.values() if row.trial == trial)
    if not runs or imported or results.study.run_spec.isolated:
        return None
    return [*ALONE, results.layout.run(trial, runs[-1].run).as_posix()]
