"""Tables of results as data frames with typed columns: what `snaketune.load` gives and plots are made from.

A cell's text is that of results.csv (`results.tables`), whether it comes from there or from a row at hand, so that all
see the same values.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snaketune.config.study import Study
from snaketune.results.tables import RUN_BUDGETS, RUNGS, Row, cells_of
from snaketune.runner.history import numbered_rows
from snaketune.runner.json_numbers import NON_FINITE, as_number
from snaketune.runner.run_id import RunId
from snaketune.space.cells import Cells
from snaketune.space.columns import column_type
from snaketune.space.scales import ABSENT
from snaketune.sums import DamagedFile, read_whole
from snaketune.values import is_number

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Types", "frame_of_rows", "history_frame", "parameter_column", "read_frame", "types_of"]

# The pandas type of a metric, the cells of a parameter, by its name.
Types = Mapping[str, "str | Cells"]
_LARGEST_WHOLE = 2**63

_WHOLE = ("number", "round", "runs", "replicate", "fold", "seed", "attempt", "exit_code")
_REAL = ("value", "value_sd", "value_se", "seconds", "cpu_seconds", "max_rss_mb")
_TEXT = (
    "trial",
    "run",
    "name",
    "search",
    "searches",
    "origin",
    "status",
    "host",
    "signal",
    "reason",
    "tags",
    "description",
    "devices",
)
_TIME = ("started", "finished")
# In tables of studies with budgets alone; in others a metric or parameter may be called so.
_BUDGETS = {"bracket": "Int64", "rung": "Int64", "budget": "Float64", "from_budget": "Float64"}
_WITH_BUDGETS = (RUNGS, RUN_BUDGETS)
# How each fixed column is read; all others are metrics and parameters.
_FIXED = (
    dict.fromkeys(_WHOLE, "Int64") | dict.fromkeys(_REAL, "Float64") | dict.fromkeys(_TEXT, "string")
    | dict.fromkeys(_TIME, "time")
)  # fmt: skip


def types_of(study: Study) -> Types:
    """The types of a study's objectives, and the cells of its parameters."""
    return dict.fromkeys((metric.name for metric in study.metrics), "Float64") | study.cells


def read_frame(path: Path, types: Types) -> "pd.DataFrame":
    """A table that was written; `types` are those of its objectives, with the cells of its parameters.

    Raises:
        FileNotFoundError: there is none.
        DamagedFile: it is not what was written.
    """
    import pandas as pd

    try:
        cells = pd.read_csv(io.StringIO(read_whole(path), newline=""), dtype=str, keep_default_na=False)
    except ValueError as error:  # all of pandas' errors about a table's form are such
        raise DamagedFile(path, str(error).strip()) from None
    return _typed_frame(cells, types)


def frame_of_rows(rows: Sequence[Row], header: Sequence[str], types: Types) -> "pd.DataFrame":
    """Rows at hand, as `read_frame` would read them back; `header` stands where there is no row."""
    import pandas as pd

    columns = list(rows[0]) if rows else list(header)
    cells = [[_as_written(cell) for cell in row] for row in cells_of(rows, columns)]
    return _typed_frame(pd.DataFrame(cells, columns=columns, dtype=str), types)


def _as_written(cell: str) -> str:
    """The cell as its file has it: half a surrogate pair, which a program may print, is spelled out."""
    return cell if cell.isascii() else cell.encode("utf-8", "backslashreplace").decode()


def history_frame(histories: Iterable[tuple[str, RunId | str, bytes | None]]) -> "pd.DataFrame":
    """What runs reported, in order; each is given by its trial's id, its own, and its history if there is any.

    Lines that are broken (a run was killed while it wrote) are left out. Columns come in the order in which they
    first appear.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for trial, run, history in histories:
        for line, row in numbered_rows(history or b""):
            reported = {_as_written(name): _reported(value) for name, value in row.items()}
            rows += [{"trial": trial, "run": str(run), "line": line} | reported] if reported else []
    names = dict.fromkeys(("trial", "run", "line")) | dict.fromkeys(name for row in rows for name in row)
    frame = {name: _of_values([row.get(name) for row in rows]) for name in names}
    kinds = {"trial": "string", "run": "string", "line": "Int64"}
    return pd.DataFrame(frame).astype(kinds)


def _reported(value: Any) -> Any:
    number = as_number(value)
    return _as_written(number) if isinstance(number, str) else number


def parameter_column(name: str, columns: Sequence[str]) -> str | None:
    """The column of a parameter, which has a prefix where it is called like another one; None if there is none."""
    there = [column for column in (f"param.{name}", name) if column in columns]
    # A metric may be called param.NAME; metrics come before parameters.
    return max(there[:1] if name in _FIXED else there, key=columns.index, default=None)


def _typed_frame(cells: "pd.DataFrame", types: Types) -> "pd.DataFrame":
    import pandas as pd

    names = list(cells.columns)
    parameters = {parameter_column(name, names): kind for name, kind in types.items() if isinstance(kind, Cells)}
    columns = {}
    has = any(set(each) <= set(names) for each in _WITH_BUDGETS)
    fixed = _FIXED | (_BUDGETS if has else {})
    for name in names:
        found, kind = cells[name], types.get(name.removeprefix("metric."))
        if name in parameters:
            columns[name] = _of_parameter(found.tolist(), parameters[name])
        else:
            columns[name] = _typed(found, fixed.get(name) or (kind if isinstance(kind, str) else None))
    return pd.DataFrame(columns)


def _of_parameter(cells: Sequence[str], spelling: Cells) -> "pd.Series":
    """A parameter's values: of the type that all of them have, else as Python objects; missing where it is inactive."""
    import pandas as pd

    read = {cell: spelling.value(cell) for cell in dict.fromkeys(cells)}
    present = [value for value in read.values() if value is not ABSENT]
    missing = {cell: pd.NA if value is ABSENT else value for cell, value in read.items()}
    kind = spelling.type if all(_fits(value, spelling.type) for value in present) else "object"
    values = pd.Series([missing[cell] for cell in cells], dtype="object")
    return values if kind == "object" else values.astype(kind)


def _fits(value: object, kind: str) -> bool:
    """Whether a column of a type gives a value back; a whole number in a range of others counts as one of these."""
    match kind:
        case "Int64":
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_WHOLE
        case "Float64":
            return is_number(value)
        case "boolean":
            return isinstance(value, bool)
    return isinstance(value, str)


def _typed(cells: "pd.Series", kind: str | None) -> "pd.Series":
    """A column of text as `kind`; as what fits all its cells where none is given or some cell is not of it."""
    import pandas as pd

    present = cells[cells != ""]
    if kind == "time":
        return pd.to_datetime(cells.where(cells != ""), utc=True, format="ISO8601")
    if kind == "string":
        return cells.where(cells != "").astype("string")
    if kind in (None, "boolean") and len(present) and present.isin(["true", "false"]).all():
        return cells.map({"true": True, "false": False}).astype("boolean")
    numbers = present.replace(NON_FINITE)
    whole = present.str.fullmatch(r"[+-]?\d{1,18}").all()
    if (kind == "Int64" and whole) or (kind is None and whole and len(present)):
        return pd.array([int(cell) if cell else None for cell in cells], dtype="Int64")
    try:
        real = pd.to_numeric(numbers).astype("Float64")
    except ValueError:
        return cells.where(cells != "").astype("string")
    if kind is None and present.empty:
        return cells.where(cells != "").astype("string")
    return real.reindex(cells.index)


def _of_values(values: Sequence[Any]) -> "pd.Series":
    """A column of reported JSON values: numbers as Float64 or Int64, booleans and texts as such, others as objects."""
    import pandas as pd

    present = [value for value in values if value is not None]
    kind = column_type(present) if present else "string"
    if kind == "Int64" and not all(_fits(value, kind) for value in present):
        kind = "Float64"
    if kind == "object" and all(map(is_number, present)):
        kind = "Float64"
    missing = [pd.NA if value is None else value for value in values]
    return pd.Series(missing, dtype="object") if kind == "object" else pd.Series(missing, dtype="object").astype(kind)
