"""Reads results that the user already has (`imported`), so that their trials need not be run.

A file is read once, when the configuration is: its rows then stand in the configuration itself (and in study.json), so
that they enter the digests, and no job needs the file.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from snaketune.config.search import Imported
from snaketune.errors import ConfigError, did_you_mean
from snaketune.runner.status import COMPLETE, FAILED, STATUSES
from snaketune.samplers.support.points import shares_in, table_rows
from snaketune.space import Space
from snaketune.space.given import within
from snaketune.values import number_from_text, shortened_text, trial_id

__all__ = ["ImportedRows", "imported_into", "with_rows"]

# What other programs call statuses (Optuna, Weights & Biases, MLflow), in lower case.
_OTHER_WORDS = {"": COMPLETE, "finished": COMPLETE, "fail": FAILED, "crashed": FAILED}
Row = dict[str, Any]


def with_rows(config: Mapping[str, Any], metrics: Iterable[str], limits: Iterable[str], root: Path) -> dict[str, Any]:
    """The configuration with the rows of its `imported` files in place, in the words of the study.

    `metrics` are its objectives, `limits` the metrics of its outcome constraints.

    Raises:
        ConfigError: a file can't be read, or lacks a column that is needed.
    """
    parameters = [
        *config["space"],
        *(name for search in config["searches"].values() for name in search.get("space", {})),
    ]
    problems: list[tuple[str, str]] = []
    sources = []
    for i, source in enumerate(config["imported"]):
        try:
            rows = source.get("rows") or _rows(source, parameters, [*metrics, *limits], list(metrics), root)
            sources.append({**source, "rows": rows})
            _check_count(source["count"], config["searches"])
        except ConfigError as error:
            problems += error.under(f"imported[{i}]").problems
    if problems:
        raise ConfigError.of(problems)
    return {**config, "imported": sources}


def _check_count(count: bool | Sequence[str], searches: Mapping[str, Any]) -> None:
    for name in count if isinstance(count, list) else ():
        if name not in searches:
            raise ConfigError("count", f"there is no search '{name}'.{did_you_mean(name, searches)}")


def _rows(
    source: Mapping[str, Any], parameters: Iterable[str], metrics: Sequence[str], required: Sequence[str], root: Path
) -> list[Row]:
    """The rows of a file: line, status, cells of parameters, metrics; or line and why the row can't be used."""
    file, given = source["file"], source["columns"]
    table = table_rows(root / file, file)
    known = dict.fromkeys([*parameters, *metrics])
    for name, column in given.items():
        if name not in known and name != "status":
            raise ConfigError(
                f"columns.{name}", f"is neither a parameter nor a metric of the study.{did_you_mean(name, known)}"
            )
        if column not in table[0]:
            raise ConfigError(f"columns.{name}", f"{file} has no column '{column}'.{did_you_mean(column, table[0])}")
    of_parameters = _columns(parameters, "param", given, table[0])
    of_metrics = _columns(metrics, "metric", given, table[0])
    for name in metrics:
        if name not in of_metrics:
            raise ConfigError(
                "file",
                f"{file} has no column '{name}', a metric of the study; say which it is, as in columns: "
                f"{{{name}: …}}.{did_you_mean(name, table[0])}",
            )
    if not of_parameters:
        raise ConfigError("file", f"{file} has no column that is a parameter ({', '.join(dict.fromkeys(parameters))})")
    status = given.get("status", "status")
    return [
        {"line": line} | _row(row, of_parameters, of_metrics, required, (row.get(status) or "").strip())
        if share == 1
        else {"line": line, "left_out": f"it was trained with {row['budget']} only, which is not the full budget"}
        for line, (row, share) in enumerate(zip(table, shares_in(table), strict=True), 2)
    ]


def _columns(
    names: Iterable[str], prefix: str, given: Mapping[str, str], header: Mapping[str, object]
) -> dict[str, str]:
    """The column of each name: as `given`, else as our own tables call it."""
    found = {
        name: given.get(name) or next((c for c in (f"{prefix}.{name}", name) if c in header), None) for name in names
    }
    return {name: column for name, column in found.items() if column is not None}


def _row(
    row: Mapping[str, str | None],
    of_parameters: Mapping[str, str],
    of_metrics: Mapping[str, str],
    required: Iterable[str],
    word: str,
) -> Row:
    status = _OTHER_WORDS.get(word.lower(), word.lower())
    if status not in STATUSES:
        return {"left_out": f"its status is {shortened_text(word)}"}
    metrics = {}
    for name, column in of_metrics.items() if status == COMPLETE else ():
        value = number_from_text((row[column] or "").strip())
        if value is not None and math.isfinite(value):
            metrics[name] = value
        elif name in required:
            return {"left_out": f"{name} is no finite number ({shortened_text(row[column] or '')})"}
    cells = {name: cell for name, column in of_parameters.items() if (cell := row[column])}
    return {"status": status, "params": cells, "metrics": metrics}


class ImportedRows:
    """The rows of all files that are trials of one search.

    `results` are the trials by id; `counted` the ids of those that count as the search's own, in the order of the
    rows; `left_out` says by row why the others are of no use.
    """

    def __init__(self) -> None:
        self.results: dict[str, Imported] = {}
        self.counted: dict[str, None] = {}
        self.left_out: dict[str, str] = {}


def imported_into(sources: Iterable[Mapping[str, Any]], search: str, space: Space) -> ImportedRows:
    """The rows of `sources` (of a configuration with its rows in place) that lie in the space of a search."""
    found = ImportedRows()
    for source in sources:
        count = source["count"]
        counts = search in count if isinstance(count, list) else count
        for place, row in _placed(source):
            params = row.get("left_out") or _params(row["params"], space)
            if isinstance(params, str):
                found.left_out[place] = params
                continue
            trial = trial_id(params)
            result = Imported(params, row["status"], row["metrics"], place)
            first = found.results.setdefault(trial, result)
            if (first.status, first.metrics) != (result.status, result.metrics):
                found.left_out[place] = f"{first.source} has another result for the same parameters, which holds"
            if counts:
                found.counted[trial] = None
    return found


def _placed(source: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """Each row with the words for where it stands."""
    return ((f"{source['file']}, line {row['line']}", row) for row in source.get("rows", ()))


def _params(cells: Mapping[str, str], space: Space) -> dict[str, Any] | str:
    """The parameter set that cells spell, with the values of constants; or why they are none of the space."""
    read = {
        name: parameter.own(parameter.from_cell(cells[name]))
        for name, parameter in space.parameters.items()
        if name in cells
    }
    return within(read, space)
