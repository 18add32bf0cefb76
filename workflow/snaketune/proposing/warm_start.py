"""Results from elsewhere for a search to start from."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from snaketune.config.study import Search, Study
from snaketune.errors import StudyError, did_you_mean
from snaketune.files import csv_rows
from snaketune.runner.status import COMPLETE, STATUSES
from snaketune.samplers import Observation
from snaketune.samplers.support.points import shares_in
from snaketune.values import number_from_text, trial_id

__all__ = ["source_path", "warm_observations"]


def source_path(source: str | Mapping[str, Any], results: Path) -> Path:
    """The table that an entry of `warm_start` means; `results` is the folder of all studies."""
    return Path(source) if isinstance(source, str) else results / source["study"] / "results.csv"


def warm_observations(study: Study, search: Search, results: Path) -> tuple[list[Observation], list[str]]:
    """The rows of all the search's `warm_start` tables that lie in its space, and what is said of the others.

    Of rows of the same trial that which was trained furthest counts.

    Raises:
        StudyError: a table lacks a column for the metric or can't be read.
    """
    observations: dict[str, Observation] = {}
    notes: list[str] = []
    for source in search.warm_start:
        path = source_path(source, results)
        try:
            rows = csv_rows(path)
        except (OSError, UnicodeDecodeError) as error:
            raise StudyError(f"warm_start: {path} can't be read: {error}") from None
        for metric in study.metrics:
            if rows and metric.name not in rows[0]:
                hint = did_you_mean(metric.name, rows[0])
                raise StudyError(f"warm_start: {path} has no column '{metric.name}'.{hint}")
        for line, (row, share) in enumerate(zip(rows, shares_in(rows), strict=True), 2):
            observed = _observation(row, study, search)
            if isinstance(observed, str):
                notes.append(f"warm_start: {path}, line {line} is left out: {observed}")
                continue
            trial = trial_id(observed.params)
            known = observations.get(trial)
            if known is None or known.budget < share:
                observations[trial] = replace(observed, budget=share)
    return list(observations.values()), notes


def _observation(row: Mapping[str, str], study: Study, search: Search) -> Observation | str:
    """The row as an observation, or why it is none."""
    space = search.space
    params = {}
    for name in space.parameters:
        cell = row.get(f"param.{name}", row.get(name))
        if cell not in (None, ""):
            params[name] = study.cells[name].value(cell)
    why = space.why_outside(params)
    if why:
        return why
    status = row.get("status", "complete")
    if status not in STATUSES:
        return f"'{status}' is no status"
    if status != COMPLETE:
        return Observation(params, status)
    read = [number_from_text(row[metric.name] or "") for metric in study.metrics]
    values = [value for value in read if value is not None]
    if len(values) < len(read):
        return "the metric is no number"
    signed = tuple(metric.sign * value for metric, value in zip(study.metrics, values, strict=True))
    limits = [(limit, number_from_text(row.get(limit.metric) or "")) for limit in study.outcome_constraints]
    violations = tuple(float("nan") if value is None else limit.violation(value) for limit, value in limits)
    return Observation(params, status, signed, None, violations)
