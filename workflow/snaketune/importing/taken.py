"""The table in our own form that is made of another tool's trials, with what of these is taken and what is left out."""

import math
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snaketune.config import read_study
from snaketune.config.study import Study
from snaketune.errors import StudyError
from snaketune.files import csv_text
from snaketune.importing.columns import check_directions, metric_columns, param_columns
from snaketune.importing.source import Source, SourceRow
from snaketune.runner.status import COMPLETE
from snaketune.space.parameters import Parameter
from snaketune.values import is_number, number_from_text, text

__all__ = ["Taken", "taken"]

_SAID_OTHERWISE = {"True": "true", "False": "false", "None": "null"}  # Python's words, as MLflow writes values


@dataclass(frozen=True)
class Taken:
    """A table's `content`, how many rows it has by status, of how many; how many others by why they are left out.

    Columns that the tool has, but the study has no use for, are `ignored`.
    """

    content: str
    statuses: Mapping[str, int]
    total: int
    left_out: Mapping[str, int]
    ignored: Sequence[str]

    @property
    def count(self) -> int:
        return sum(self.statuses.values())


def taken(
    source: Source, columns: Mapping[str, str], config: Mapping[str, Any] | None, *, factor: float = 1.0
) -> Taken:
    """The table of a source for the study of a configuration, or of all that it has where there is none.

    `columns` are columns of the source by our names, where these differ; objectives are multiplied by `factor`.

    Raises:
        StudyError: a column that is needed is missing; no row can be used; the directions contradict each other.
    """
    study = read_study(config, Path.cwd()) if config is not None else None
    params = param_columns(source, columns, study)
    metrics = metric_columns(source, columns, study)
    if study:
        check_directions(source, metrics, study, factor)
    reasons: Counter[str] = Counter()
    rows: list[tuple[str, list[str]]] = []
    signed = {metric.name for metric in study.metrics} if study else set(metrics)
    for row in source.rows:
        why = row.useless or _unmeasured(row, metrics)
        if why or row.status is None:
            reasons[str(why)] += 1
            continue
        cells = [
            _param_cell(row.columns[column], name, source, study) if column in row.columns else ""
            for name, column in params.items()
        ]
        values = [
            _metric_cell(row.columns.get(column), factor if name in signed else 1.0) if row.status == COMPLETE else ""
            for name, column in metrics.items()
        ]
        rows.append((row.status, [row.status, *values, *cells]))
    taken_names = {"status", *metrics}
    header = ["status", *metrics, *(f"param.{name}" if name in taken_names else name for name in params)]
    if study is not None and config is not None and rows:
        useless = _useless(header, [cells for _, cells in rows], config)
        reasons.update(useless.values())
        rows = [row for line, row in enumerate(rows, 2) if line not in useless]
    if not rows:
        said = "; ".join(f"{count} × {why}" for why, count in reasons.most_common(5)) or "it has none"
        raise StudyError(f"No trial of {source.name} can be used: {said}")
    content = csv_text(header, [cells for _, cells in rows])
    used = {*params.values(), *metrics.values()}
    prefixed = [*source.named(source.params).values(), *source.named(source.metrics).values()]
    ignored = [column for column in prefixed if column not in used]
    return Taken(content, Counter(status for status, _ in rows), len(source.rows), reasons, ignored)


def _unmeasured(row: SourceRow, metrics: Mapping[str, str]) -> str | None:
    """Why a complete trial is of no use: a metric is missing or no finite number."""
    if row.status != COMPLETE:
        return None
    for name, column in metrics.items():
        number = _number(row.columns.get(column))
        if number is None or not math.isfinite(number):
            return f"{name} is no finite number"
    return None


def _number(value: object) -> float | int | None:
    return value if is_number(value) else number_from_text(str("" if value is None else value).strip())


def _metric_cell(value: object, factor: float) -> str:
    number = _number(value)
    assert number is not None, "it has been looked at"
    return text(number if factor == 1.0 else number * factor)


def _param_cell(value: object, name: str, source: Source, study: Study | None) -> str:
    """The cell of a parameter's value, so that it is read back as the same one."""
    if source.typed:
        return study.cells[name].cell(value) if study else text(value)
    cell = str(value).strip()
    forms = _forms(name, study)
    candidates = [cell, _SAID_OTHERWISE.get(cell, cell), cell.replace("'", '"')]
    for candidate in candidates:
        if candidate and any(form.contains(form.own(form.from_cell(candidate))) for form in forms):
            return candidate
    return cell


def _forms(name: str, study: Study | None) -> list[Parameter]:
    if study is None:
        return []
    spaces = [search.space for search in study.searches.values()]
    return [space.parameters[name] for space in spaces if name in space.parameters]


def _useless(header: Sequence[str], rows: Sequence[Sequence[str]], config: Mapping[str, Any]) -> dict[int, str]:
    """The lines of the table that no search of the study has a use for, and why."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "table.csv")
        file.write_text(csv_text(header, rows), encoding="utf-8", newline="")
        searches = read_study({**config, "imported": [{"file": str(file)}]}, Path.cwd()).searches.values()
    found = [search.left_out for search in searches]
    places = {line: f"{file}, line {line}" for line in range(2, len(rows) + 2)}
    return {
        line: _plain(found[0][place]) for line, place in places.items() if all(place in each for each in found)
    }  # fmt: skip


def _plain(why: str) -> str:
    return "another trial with the same parameters has another result" if "another result" in why else why
