"""Parameter sets that the user gives: in the configuration or in a table."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from snaketune.errors import ConfigError, did_you_mean
from snaketune.space import Space
from snaketune.space.expressions import UncomputableError
from snaketune.values import nfc, number_from_text, problem_with, shortened_text, yaml_number

__all__ = ["complete_point", "rows_of", "shares_in", "table_rows"]


def complete_point(given: Mapping[str, Any], i: int, space: Space) -> dict[str, Any]:
    """The parameter set of a point; parameters that have one value only need not be given.

    Raises:
        ConfigError: it names an unknown or inactive parameter, lacks one, or breaks a constraint.
    """
    path = f"points[{i}]"
    row = {name: yaml_number(value) for name, value in given.items()}
    for name, value in row.items():
        if name not in space.parameters:
            raise ConfigError(path, f"'{name}' is not a parameter.{did_you_mean(name, space.parameters)}")
        why = problem_with(value)
        if why:
            raise ConfigError(f"{path}.{name}", why)
    point = dict(row)
    try:
        for axis in space.axes:
            present = [name for name in axis.names if name in point]
            if not axis.active(point):
                if present:
                    raise ConfigError(path, f"'{present[0]}' is inactive here (see its 'when')")
                continue
            if not present and axis.parameter.finite and axis.parameter.count == 1:
                point |= axis.assign(axis.parameter.values()[0])
            missing = [name for name in axis.names if name not in point]
            if missing:
                raise ConfigError(path, f"the parameter '{missing[0]}' is missing")
        if not space.allows(point):
            raise ConfigError(path, f"{shortened_text(point)} violates a constraint")
    except UncomputableError as error:
        raise ConfigError(path, str(error)) from None
    return {name: point[name] for name in space.parameters if name in point}


def rows_of(path: Path, given: str, space: Space) -> list[dict[str, Any]]:
    """The rows of a CSV file, whose name was `given`, less the columns that are no parameters and the empty cells.

    Raises:
        ConfigError: it can't be read, is empty, or has nothing to do with the space.
    """
    rows = [{nfc(name or ""): cell for name, cell in row.items()} for row in table_rows(path, given)]
    known = [name for name in rows[0] if name in space.parameters]
    if not known:
        raise ConfigError("file", f"{given} has no column that is a parameter ({', '.join(space.parameters)})")
    return [
        {name: space.parameters[name].from_cell(row[name]) for name in known if row[name] not in ("", None)}
        for row in rows
    ]


def table_rows(path: Path, given: str) -> list[dict[str, str]]:
    """The rows of a CSV file that somebody made, whose name was `given`; there is one at least.

    Raises:
        ConfigError: it can't be read, or is empty.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError("file", f"{given} can't be read: {error}") from None
    if not rows:
        raise ConfigError("file", f"{given} holds no row below its header")
    return rows


def shares_in(rows: Sequence[Mapping[str, str | None]]) -> list[float]:
    """How far the trial of each row was trained, as a part of the largest budget in a table of ours; else 1."""
    if not rows or not {"bracket", "rung", "budget"} <= set(rows[0]):
        return [1.0] * len(rows)
    budgets = [number_from_text(row["budget"] or "") for row in rows]
    most = max((budget for budget in budgets if budget is not None), default=1.0)
    return [1.0 if budget is None else budget / most for budget in budgets]
