"""Tables of results as data frames with typed columns: what `snaketune.load` gives and plots are made from.

A cell's text is that of results.csv (`results.tables`), whether it comes from there or from a row at hand, so that all
see the same values.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.tables import Row, cells_of
from snaketune.runner.history import numbered_rows
from snaketune.runner.json_numbers import NON_FINITE, as_number
from snaketune.runner.run_id import RunId
from snaketune.space import Space
from snaketune.space.columns import column_type, common_type

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["column_types", "frame_of_rows", "history_frame", "read_frame", "types_of"]

_WHOLE = ("number", "round", "runs", "replicate", "fold", "seed", "attempt", "exit_code")
_REAL = ("value", "value_sd", "value_se", "seconds", "cpu_seconds", "max_rss_mb")
_TEXT = (
    "trial",
    "run",
    "name",
    "search",
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
# How each fixed column is read; all others are metrics and parameters.
_FIXED = (
    dict.fromkeys(_WHOLE, "Int64") | dict.fromkeys(_REAL, "Float64") | dict.fromkeys(_TEXT, "string")
    | dict.fromkeys(_TIME, "time")
)  # fmt: skip


def column_types(spaces: Iterable[Space], metrics: Iterable[str]) -> dict[str, str]:
    """The types of parameters' and objectives' columns, as far as the spaces of all searches tell them."""
    types: dict[str, list[str]] = {}
    for space in spaces:
        for name, parameter in space.parameters.items():
            types.setdefault(name, []).append(parameter.column_type)
    return dict.fromkeys(metrics, "Float64") | {name: common_type(found) for name, found in types.items()}


def types_of(study: Study) -> dict[str, str]:
    """The types of a study's columns."""
    spaces = [search.space for search in study.searches.values()]
    return column_types(spaces, [metric.name for metric in study.metrics])


def read_frame(path: Path, types: Mapping[str, str]) -> "pd.DataFrame":
    """A table that was written; `types` are those of its parameters and objectives."""
    import pandas as pd

    return _typed_frame(pd.read_csv(path, dtype=str, keep_default_na=False), types)


def frame_of_rows(rows: Sequence[Row], header: Sequence[str], types: Mapping[str, str]) -> "pd.DataFrame":
    """Rows at hand, as `read_frame` would read them back; `header` stands where there is no row."""
    import pandas as pd

    columns = list(rows[0]) if rows else list(header)
    return _typed_frame(pd.DataFrame(cells_of(rows, columns), columns=columns, dtype=str), types)


def history_frame(root: Path, runs: Iterable[tuple[str, RunId | str]]) -> "pd.DataFrame":
    """What the given runs (trial and run ids) of the study in `root` reported, in order.

    Lines that are broken (a run was killed while it wrote) are left out. Columns come in the order in which they
    first appear.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for trial, run in runs:
        path = Layout(root).history(trial, run)
        if path.is_file():
            for line, row in numbered_rows(path.read_bytes()):
                reported = {name: as_number(value) for name, value in row.items()}
                rows += [{"trial": trial, "run": str(run), "line": line} | reported] if reported else []
    names = dict.fromkeys(("trial", "run", "line")) | dict.fromkeys(name for row in rows for name in row)
    frame = {name: _of_values([row.get(name) for row in rows]) for name in names}
    kinds = {"trial": "string", "run": "string", "line": "Int64"}
    return pd.DataFrame(frame).astype(kinds)


def _typed_frame(cells: "pd.DataFrame", types: Mapping[str, str]) -> "pd.DataFrame":
    import pandas as pd

    columns = {}
    for name in cells.columns:
        parameter = name.removeprefix("param.") if name not in types else name
        columns[name] = _typed(cells[name], _FIXED.get(name) or types.get(parameter))
    return pd.DataFrame(columns)


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
    """A column of JSON values: numbers as Float64 or Int64, booleans as boolean, anything else as text."""
    import pandas as pd

    present = [value for value in values if value is not None]
    kind = column_type(present) if present else "string"
    if kind == "string":
        return pd.Series(
            [value if value is None or isinstance(value, str) else json.dumps(value) for value in values],
            dtype="string",
        )
    if kind == "Int64" and any(abs(value) >= 2**63 for value in present):
        kind = "Float64"
    return pd.Series(values, dtype="object").astype(kind)
