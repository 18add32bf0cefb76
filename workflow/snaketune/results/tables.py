"""The tables that people read: a row per trial or per run, every metric and parameter in a column of its own."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from snaketune.config.study import Labels, Study
from snaketune.files import csv_text, write_text
from snaketune.results.runs import RunResult
from snaketune.results.spelling import cell_of, spelled
from snaketune.results.trials import Proposed, Trial, each_once
from snaketune.values import text

__all__ = [
    "BEFORE",
    "BEHIND",
    "RUNGS",
    "RUN_BUDGETS",
    "Row",
    "cells_of",
    "columns_before",
    "header_of",
    "labels_of",
    "metric_names",
    "run_header",
    "runs_table",
    "searches_of",
    "trial_rows",
    "write_table",
]

BEFORE = ("trial", "number", "name", "search", "round", "origin", "status", "value", "value_sd", "value_se", "runs")
RUNGS = ("bracket", "rung", "budget")  # behind these, in studies with budgets
BEHIND = ("seconds", "started", "finished", "host", "reason", "tags", "description")
_SEARCHES = "searches"
# The fixed columns of a run: what its id says, what the study judges, and what its record says.
_RUN_BEFORE: Mapping[str, Callable[[RunResult], object]] = {
    "trial": attrgetter("record.trial"),
    "run": lambda run: str(run.run),
    "replicate": attrgetter("record.run.replicate"),
    "fold": attrgetter("record.run.fold"),
}
_RUN_JUDGED: Mapping[str, Callable[[RunResult], object]] = {
    "seed": attrgetter("record.seed"),
    "status": attrgetter("status"),
}
_RUN_BEHIND: Mapping[str, Callable[[RunResult], object]] = {
    **{
        name: attrgetter(f"record.{name}")
        for name in (
            "attempt", "seconds", "cpu_seconds", "max_rss_mb", "started", "finished", "host", "exit_code", "signal",
        )
    },
    "reason": attrgetter("reason"),
    "devices": lambda run: " ".join(run.record.devices or ()) or None,
}  # fmt: skip
RUN_BUDGETS: Mapping[str, Callable[[RunResult], object]] = {  # between these, in studies with budgets
    "budget": attrgetter("record.run.budget"),
    "from_budget": attrgetter("record.from_budget"),
}
_RUN_PRUNED: Mapping[str, Callable[[RunResult], object]] = {"pruned_at": attrgetter("record.pruned_at")}
_PLACE = re.compile(r"\{([^{}]*)\}")

Row = dict[str, Any]


def trial_rows(trials_of: Mapping[str, Sequence[Trial]], study: Study, *, reserved: Iterable[str] = ()) -> list[Row]:
    """A row per trial and search, values by column, in one order of columns for all; `trials_of` is by search.

    A metric or parameter that is called like another column, or a `reserved` one, goes by `metric.NAME` or
    `param.NAME`.
    """
    trials = [trial for listed in trials_of.values() for trial in listed]
    fixed = {*columns_before(study), *BEHIND, *reserved}
    metrics = _columns(metric_names(trials, study), "metric", fixed)
    taken = fixed | {*metrics.values()}
    parameters = _columns(study.parameters, "param", taken)
    return [
        _trial_row(trial, name, study, metrics, parameters) for name, listed in trials_of.items() for trial in listed
    ]


def columns_before(study: Study) -> tuple[str, ...]:
    """The columns before the metrics: how far a trial is trained is said where a search has a budget."""
    return (*BEFORE, *RUNGS) if study.budget else BEFORE


def header_of(study: Study) -> tuple[str, ...]:
    """The fixed columns of results.csv."""
    return (*columns_before(study), *BEHIND)


def run_header(study: Study) -> tuple[str, ...]:
    """The fixed columns of runs.csv."""
    return (*_run_before(study), _SEARCHES, *_run_behind(study))


def _run_before(study: Study) -> Mapping[str, Callable[[RunResult], object]]:
    return {**_RUN_BEFORE, **(RUN_BUDGETS if study.budget else {}), **_RUN_JUDGED}


def _run_behind(study: Study) -> Mapping[str, Callable[[RunResult], object]]:
    prunes = any(search.pruner for search in study.searches.values())
    return {**_RUN_BEHIND, **(_RUN_PRUNED if prunes else {})}


def metric_names(trials: Iterable[Trial], study: Study) -> list[str]:
    """The objectives first, then all other metrics by name."""
    objectives = [metric.name for metric in study.metrics]
    others = {name for trial in trials for name in trial.metrics} - set(objectives)
    return objectives + sorted(others)


def runs_table(runs: Sequence[RunResult], trials_of: Mapping[str, Sequence[Trial]], study: Study) -> list[Row]:
    """A row per run, in the given order, with the searches and parameters of its trial, one of `trials_of`."""
    objectives = [metric.name for metric in study.metrics]
    names = objectives + sorted({name for run in runs for name in run.metrics} - set(objectives))
    taken, before, behind = set(run_header(study)), _run_before(study), _run_behind(study)
    metrics = _columns(names, "metric", taken)
    parameters = _columns(study.parameters, "param", taken | {*metrics.values()})
    joined = {trial: ";".join(names) for trial, names in searches_of(trials_of).items()}
    trials = each_once(trials_of)
    rows = []
    for run in runs:
        row: Row = {name: cell(run) for name, cell in before.items()}
        row[_SEARCHES] = joined[run.trial]
        row |= {column: run.metrics.get(name) for name, column in metrics.items()}
        params = trials[run.trial].params
        row |= {column: spelled(params, name, study.cells) for name, column in parameters.items()}
        rows.append(row | {name: cell(run) for name, cell in behind.items()})
    return rows


def searches_of(trials_of: Mapping[str, Sequence[Trial]]) -> dict[str, list[str]]:
    """The searches that proposed each trial, by its id."""
    found: dict[str, list[str]] = {}
    for search, listed in trials_of.items():
        for trial in listed:
            found.setdefault(trial.trial, []).append(search)
    return found


def write_table(path: Path, rows: Sequence[Row], header: Sequence[str] = BEFORE + BEHIND) -> None:
    """Writes rows as CSV; `header` stands where there is no row."""
    columns = list(rows[0]) if rows else header
    write_text(path, csv_text(columns, cells_of(rows, columns)))


def cells_of(rows: Sequence[Row], columns: Sequence[str]) -> list[list[str]]:
    """The texts of the rows' cells; nothing for what a row has no value of."""
    return [[cell_of(row[column]) for column in columns] for row in rows]


def labels_of(trial: Proposed, search: str, study: Study) -> tuple[str, list[str], str]:
    """The trial's name, tags and description, from the search's templates."""
    labels: Labels = study.searches[search].labels
    words: dict[str, object] = {
        "trial": trial.trial,
        "number": trial.number,
        "search": search,
        "study": study.name,
        **trial.params,
    }
    tags = [_filled(tag, words) for tag in labels.tags if all(place in words for place in _parts(tag)[1::2])]
    return _filled(labels.name, words), tags, _filled(labels.description, words)


def _trial_row(
    trial: Trial, search: str, study: Study, metrics: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Row:
    name, tags, description = labels_of(trial, search, study)
    objective = study.metric.name
    row: Row = {
        "trial": trial.trial,
        "number": trial.number,
        "name": name,
        "search": search,
        "round": trial.round,
        "origin": trial.origin,
        "status": trial.status,
        "value": trial.value(study),
        "value_sd": trial.sd.get(objective),
        "value_se": trial.se.get(objective),
        "runs": trial.runs,
    }
    if study.budget:
        row |= {name: getattr(trial.rung, name, None) for name in RUNGS}
    row.update({column: trial.metrics.get(name) for name, column in metrics.items()})
    row.update({column: spelled(trial.params, name, study.cells) for name, column in parameters.items()})
    row["seconds"], row["started"], row["finished"] = trial.seconds, trial.started, trial.finished
    row["host"], row["reason"] = trial.host, trial.reason
    row["tags"], row["description"] = ";".join(tags), description
    return row


def _columns(names: Iterable[str], prefix: str, taken: set[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for name in names:
        column = name
        while column in taken or column in columns.values():
            column = f"{prefix}.{column}"
        columns[name] = column
    return columns


def _filled(template: str, words: Mapping[str, object]) -> str:
    parts = _parts(template)
    if len(parts) == 1:
        return parts[0]
    filled = parts.copy()
    filled[1::2] = [text(words[place]) if place in words else "" for place in parts[1::2]]
    return "".join(filled)


@cache
def _parts(template: str) -> list[str]:
    """A template's texts, and between each two of them the name of a place."""
    return _PLACE.split(template)
