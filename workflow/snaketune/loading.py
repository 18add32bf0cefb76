"""Reads a study's results into data frames: `snaketune.load("results/digits")`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.runner.history import numbered_rows
from snaketune.runner.json_numbers import NON_FINITE, as_number
from snaketune.runner.run_id import RunId

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Results", "history_frame", "load", "typed_frame"]

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
)
_TIME = ("started", "finished")
# How each fixed column is read; all others are metrics and parameters.
_FIXED = (
    dict.fromkeys(_WHOLE, "Int64") | dict.fromkeys(_REAL, "Float64") | dict.fromkeys(_TEXT, "string")
    | dict.fromkeys(_TIME, "time")
)  # fmt: skip


@dataclass(frozen=True)
class Results:
    """A study's results.

    `trials` has a row per trial and search, `runs` one per run, `history` one per line that a run reported
    (`trial`, `run`, `line` counted from 0, then the reported columns). Columns are typed (Int64, Float64,
    boolean, string, UTC times); an empty cell is missing and leaves a column's type as it is. `study` is the
    configuration.
    """

    name: str
    study: Mapping[str, object]
    trials: "pd.DataFrame"
    runs: "pd.DataFrame"
    history: "pd.DataFrame"


def load(folder: str | Path) -> Results:
    """The results in a study's folder, such as results/digits.

    Raises:
        StudyError: the folder holds no study, or its tables are not written yet.
    """
    root = Path(folder)
    study_json = root / "study.json"
    if not study_json.is_file():
        raise StudyError(f"{root} holds no study.json; give the folder of a study, such as results/digits")
    for name in ("results.csv", "runs.csv"):
        if not (root / name).is_file():
            raise StudyError(f"{root} has no {name} yet; it is written when the study's searches have ended")
    config = json.loads(study_json.read_text(encoding="utf-8"))["config"]
    trials, runs = (typed_frame(root / name, config) for name in ("results.csv", "runs.csv"))
    pairs = zip(runs["trial"], runs["run"], strict=True)
    return Results(config["study"], config, trials, runs, history_frame(root, pairs))


def typed_frame(path: Path, config: Mapping[str, Any]) -> "pd.DataFrame":
    """A table of results with typed columns; `config` is the study's configuration, with its defaults."""
    import pandas as pd

    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    kinds = _kinds(config)
    columns = {}
    for name in cells.columns:
        parameter = name.removeprefix("param.") if name not in kinds else name
        kind = _FIXED.get(name) or kinds.get(parameter)
        columns[name] = _typed(cells[name], kind)
    return pd.DataFrame(columns)


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


def _kinds(config: Mapping[str, Any]) -> dict[str, str]:
    """The type of each parameter's and objective's column, as far as the configuration tells it."""
    from snaketune.space import space_from_config
    from snaketune.space.columns import common_type

    types: dict[str, list[str]] = {}
    for search in config["searches"].values():
        raw = {**config["space"], **search.get("space", {})}
        for name, parameter in space_from_config(raw, seed=config["seed"]).parameters.items():
            types.setdefault(name, []).append(parameter.column_type)
    kinds = {name: common_type(found) for name, found in types.items()}
    objectives = config.get("objectives") or [config["objective"]]
    for item in objectives:
        metric = item["metric"]
        kinds.setdefault(metric["name"] if isinstance(metric, dict) else metric, "Float64")
    return kinds


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

    from snaketune.space.columns import column_type

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
