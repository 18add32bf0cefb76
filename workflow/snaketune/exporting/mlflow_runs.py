"""The runs of MLflow that a study comes to, as values."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from snaketune.exporting.described import RUNNING, WAITING, Described, DescribedRun, DescribedTrial
from snaketune.exporting.document import digest_of, sound
from snaketune.layout import Layout
from snaketune.runner.history import STEPS
from snaketune.runner.status import COMPLETE, PRUNED
from snaketune.values import cut, is_number, text

__all__ = ["HISTORY", "Point", "Wanted", "runs_of"]

HISTORY = "history/"  # what the names of reported metrics begin with: the last one need not be the result
_LONGEST_NAME, _LONGEST_VALUE, _LONGEST_TAG = 250, 6000, 5000  # that MLflow takes
_LARGEST_FILE = 100_000  # bytes of a file that becomes an artifact
_STATUS = {COMPLETE: "FINISHED", PRUNED: "KILLED", RUNNING: "RUNNING", WAITING: "SCHEDULED"}
_NOT_ALLOWED = re.compile(r"[^\w.\-:/ ]")


@dataclass(frozen=True)
class Point:
    """A value of a metric at a step; `time` in milliseconds since the epoch."""

    name: str
    value: float
    step: int
    time: int


@dataclass(frozen=True)
class Wanted:
    """A run as it is to be: of a whole trial, or (`run`) of one of its runs, which is below that of the trial.

    `metrics` are its results, `history` what it has reported in order; times are in milliseconds since the epoch.
    """

    trial: str
    run: str
    name: str
    status: str
    started: int | None
    finished: int | None
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    history: Sequence[Point]
    tags: Mapping[str, str]
    artifacts: Sequence[Path]

    @property
    def digest(self) -> str:
        """Another one when anything of it has changed, but for what the artifacts hold."""
        history = [[point.name, repr(point.value), point.step, point.time] for point in self.history]
        metrics = {name: repr(value) for name, value in self.metrics.items()}
        times = [self.started, self.finished]
        return digest_of([self.name, self.status, times, dict(self.params), metrics, history, dict(self.tags)])


def runs_of(found: Described) -> Iterator[Wanted]:
    """The runs of all trials, each trial before its runs; of a trial with one run alone that is the trial's."""
    layout = found.results.layout
    for trial in found.trials:
        params = {_named(name): cut(text(value), _LONGEST_VALUE) for name, value in trial.params.items()}
        alone = trial.runs[0] if len(trial.runs) == 1 else None
        yield _of_trial(trial, alone, params, layout, found)
        for run in () if alone else trial.runs:
            yield _of_run(trial, run, params, layout, found)


def _of_trial(
    trial: DescribedTrial, alone: DescribedRun | None, params: Mapping[str, str], layout: Layout, found: Described
) -> Wanted:
    result, first = trial.result, trial.places[0]
    tags = {
        "status": trial.status,
        "reason": result.reason if result else None,
        "searches": ";".join(place.search for place in trial.places),
        "number": first.number,
        "round": first.round,
        "origin": first.origin,
        "tags": ";".join(first.tags),
        "budget": trial.rung.budget if trial.rung else None,
        "host": result.host if result else None,
        "folder": (layout.trials / trial.trial).as_posix(),
        "logs": layout.shown_logs(trial.trial),
    }
    return Wanted(
        trial.trial,
        "",
        first.name,
        _STATUS.get(trial.status, "FAILED"),
        _milliseconds(result.started if result else ""),
        _milliseconds(result.finished if result else ""),
        params,
        _numbers(result.metrics if result else {}),
        _points(alone) if alone else (),
        {**_tags(tags, found), **({"mlflow.note.content": first.description} if first.description else {})},
        _files(layout, trial.trial, alone) if alone else (),
    )


def _of_run(
    trial: DescribedTrial, run: DescribedRun, params: Mapping[str, str], layout: Layout, found: Described
) -> Wanted:
    result = run.result
    tags = {
        "status": run.status,
        "reason": result.reason if result else None,
        "replicate": run.run.replicate,
        "fold": run.run.fold,
        "budget": run.run.budget,
        "seed": result.record.seed if result else None,
        "attempt": result.record.attempt if result else None,
        "host": result.record.host if result else None,
        "exit_code": result.record.exit_code if result else None,
        "folder": layout.run(trial.trial, run.run).as_posix(),
        "logs": layout.run_logs(trial.trial, run.run).as_posix(),
    }
    return Wanted(
        trial.trial,
        str(run.run),
        f"{trial.name} {run.run}",
        _STATUS.get(run.status, "FAILED"),
        _milliseconds(result.record.started if result else ""),
        _milliseconds(result.record.finished if result else ""),
        params,
        _numbers(result.metrics if result else {}),
        _points(run),
        _tags(tags, found),
        _files(layout, trial.trial, run),
    )


def _tags(tags: Mapping[str, object], found: Described) -> dict[str, str]:
    given = {name: value for name, value in tags.items() if value not in (None, "")}
    return {f"snaketune.{name}": cut(sound(text(value)), _LONGEST_TAG) for name, value in given.items()}


def _numbers(metrics: Mapping[str, Any]) -> dict[str, float]:
    return {_named(name): float(value) for name, value in metrics.items() if is_number(value)}


def _points(run: DescribedRun) -> list[Point]:
    """The numbers that a run has reported, at their steps, else their lines."""
    begun = _milliseconds(run.result.record.started if run.result else "") or 0
    points = []
    for line, row in enumerate(run.history):
        step = next((int(row[name]) for name in STEPS if isinstance(row.get(name), int)), line)
        time = int(1000 * row["time"]) if is_number(row.get("time")) else begun + line
        points += [
            Point(_named(f"{HISTORY}{name}"), float(value), step, time)
            for name, value in row.items()
            if is_number(value) and name not in (*STEPS, "time")
        ]
    return points


def _files(layout: Layout, trial: str, run: DescribedRun) -> list[Path]:
    """The small files of a run that there are."""
    folder, logs = layout.run(trial, run.run), layout.run_logs(trial, run.run)
    named = [folder / "result.json", folder / "history.jsonl", logs / "stdout.log", logs / "stderr.log"]
    return [path for path in named if path.is_file() and 0 < path.stat().st_size <= _LARGEST_FILE]


def _named(name: str) -> str:
    """A name as MLflow takes it: letters of any script, digits and a few signs, not like a path out of a folder."""
    plain = _NOT_ALLOWED.sub("_", name)[:_LONGEST_NAME]
    outside = plain.startswith(("/", "..")) or posixpath.normpath(plain) != plain or plain == "."
    return plain.replace("/", "_").replace("..", "_") if outside else plain


def _milliseconds(time: str) -> int | None:
    return round(1000 * datetime.fromisoformat(time).timestamp()) if time else None
