"""Reads CSV files: the exports of W&B and MLflow, and any table with a row per trial."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from snaketune.errors import ConfigError, StudyError
from snaketune.importing.source import Source, SourceRow, status_in
from snaketune.samplers.support.points import table_rows

__all__ = ["mlflow_export", "table_export", "wandb_export"]


def wandb_export(path: Path, status: str | None = None) -> Source:
    """The runs of a W&B project: as its page exports them, or with the columns `config` and `summary` of its API."""
    params = ("config.{}", "config.{}.value", "{}", "{}.value")
    return _read(path, params, ("summary.{}", "summary_metrics.{}", "{}"), status or "State")


def mlflow_export(path: Path, status: str | None = None) -> Source:
    """The runs of an MLflow experiment: as `mlflow experiments csv` or `search_runs` gives them, or its web page."""
    return _read(path, ("params.{}", "{}"), ("metrics.{}", "{}"), status or "status")


def table_export(path: Path, status: str | None = None) -> Source:
    """A table of whatever origin, also one of ours."""
    return _read(path, ("param.{}", "{}"), ("metric.{}", "{}"), status or "status")


def _read(path: Path, params: tuple[str, ...], metrics: tuple[str, ...], status: str) -> Source:
    try:
        table = table_rows(path, str(path))
    except ConfigError as error:
        raise StudyError("; ".join(text for _, text in error.problems)) from None
    by_name = {name.lower(): name for name in table[0] if name}
    column = by_name.get(status.lower(), status)  # MLflow's page says Status, its tables status
    rows = []
    for line, row in enumerate(table, 2):
        meant, useless = status_in((row.get(column) or "").strip())
        columns = {name: cell or "" for name, cell in row.items() if name and name != column}
        rows.append(SourceRow(f"line {line}", meant, useless, {**columns, **_unpacked(columns)}))
    return Source(str(path), rows, params, metrics)


def _unpacked(columns: Mapping[str, str]) -> dict[str, str]:
    """The cells of columns that hold a mapping, as W&B's API gives them in a data frame, each in its own column."""
    found: dict[str, str] = {}
    for name in ("config", "summary", "summary_metrics"):
        try:
            held = ast.literal_eval(columns.get(name, ""))
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(held, dict):
            found |= {f"{name}.{key}": str(value) for key, value in _flat(held)}
    return found


def _flat(held: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """What nested mappings hold, under names that dots join."""
    for key, value in held.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{below}", each) for below, each in _flat(value))
        else:
            yield str(key), value
