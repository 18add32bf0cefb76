"""The two tables of a round: what was proposed and what came of it; parameters and metrics as JSON keep their types."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from itertools import count
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from snaketune.config.search import Asked, Round, Search
from snaketune.files import csv_columns, csv_text, write_text
from snaketune.layout import Layout
from snaketune.results.trials import Proposed, Trial
from snaketune.results.waves import Waves
from snaketune.samplers import Part, Proposal, Rung
from snaketune.sums import DamagedFile, read_whole
from snaketune.values import text, trial_id

__all__ = [
    "RoundNote",
    "forget_later_rounds",
    "proposed_ids",
    "proposed_tables",
    "proposed_trials",
    "read_proposed",
    "read_round",
    "read_trials",
    "rounds_there",
    "write_proposed",
    "write_round",
    "write_trials",
]

T = TypeVar("T")

_PROPOSED = ("trial", "number", "round", "origin", "params", "mean", "predicted_sd", "acquisition")
_TRIAL = (
    "trial", "number", "round", "origin", "params", "status", "reason", "runs", "metrics", "sd", "se", "seconds",
    "cpu_seconds", "started", "finished", "host", "mean", "predicted_sd", "acquisition",
)  # fmt: skip
_RUNG = ("bracket", "rung", "budget", "from_budget", "max_budget")  # of searches with budgets alone
_PART = ("part_start", "part_stop", "part_total", "hopeless")  # of those alone whose trials do their runs in parts
_LAST_STEP = "last_step"  # where there is a pruner
_JSON = frozenset({"params", "metrics", "sd", "se"})


_COMPACT = json.JSONEncoder(separators=(",", ":")).encode  # metrics may be NaN, which Python's JSON reads back


def _reals(cells: Sequence[str]) -> list[float | None]:
    return [float(cell) if cell else None for cell in cells]


def _steps(cells: Sequence[str]) -> list[float | None]:
    return [json.loads(cell) if cell else None for cell in cells]  # whole numbers stay so


def _whole_numbers(cells: Sequence[str]) -> list[int]:
    return [int(cell) for cell in cells]


def _reasons(cells: Sequence[str]) -> list[str | None]:
    return [cell or None for cell in cells]


def _json(cells: Sequence[str]) -> list[Any]:
    """The values of cells that hold JSON, which is quicker to read at once."""
    values: list[Any] = json.loads(f"[{','.join(cells)}]")
    if len(values) != len(cells):
        raise ValueError
    return values


# How a column's cells are read; those of all others are text.
_READ: dict[str, Callable[[Sequence[str]], Sequence[Any]]] = {
    **dict.fromkeys(_JSON, _json),
    **dict.fromkeys(("number", "round", "runs"), _whole_numbers),
    **dict.fromkeys((*_RUNG, *_PART[:3], _LAST_STEP), _steps),
    **dict.fromkeys(("mean", "predicted_sd", "acquisition", "seconds", "cpu_seconds"), _reals),
    **dict.fromkeys(("reason", "hopeless"), _reasons),
}


def write_proposed(path: Path, proposals: Iterable[Proposal], *, start: int, number: int) -> None:
    """Writes round `number`'s trials.csv; `start` is the number of its first trial in the search."""
    listed = list(proposals)
    new = count(start)
    rows = [
        [
            trial_id(p.params), str(next(new) if p.number is None else p.number), str(number), p.origin, text(p.params),
            *("" if value is None else text(value) for value in (p.mean, p.sd, p.acquisition)),
        ]
        for p in listed
    ]  # fmt: skip
    write_text(path, csv_text(*_with_extent(_PROPOSED, rows, listed)))


def forget_later_rounds(layout: Layout, search: str, number: int) -> None:
    """Removes the tables of the rounds behind `number`, which an earlier configuration had; their trials stay."""
    later = number + 1
    while (folder := layout.round(search, later)).exists():
        shutil.rmtree(folder)
        later += 1


def read_proposed(path: Path) -> list[Proposed]:
    """The rows of a trials.csv.

    Raises:
        FileNotFoundError: the round is not proposed.
        DamagedFile: it is not what was written.
    """
    return _read(path, Proposed)


def proposed_tables(layout: Layout) -> list[Path]:
    """The tables of all that was proposed: by rounds, also of searches that are no longer there, and to be final."""
    finalists = [layout.finalists] if layout.finalists.exists() else []
    return [*layout.root.glob("*/rounds/*/trials.csv"), *finalists]


def proposed_ids(path: Path) -> list[str]:
    """The ids of a trials.csv alone; raises what `read_proposed` raises."""
    return [trial for trial, *_ in proposed_trials(path)]


def proposed_trials(path: Path) -> list[Asked]:
    """The ids of a trials.csv with what the trials are to do; raises what `read_proposed` raises."""
    with _as_damage(path):
        columns = csv_columns(path)
        ids = columns["trial"]
        budgets = _steps(columns["budget"]) if "budget" in columns else [None] * len(ids)
        parts = _values_of(columns, _PART, Part) if "part_stop" in columns else [None] * len(ids)
        return list(zip(ids, budgets, parts, strict=True))


def rounds_there(layout: Layout, search: Search) -> Iterator[Round]:
    """The rounds of a search that have been proposed."""
    for round_ in search.rounds():
        if layout.proposed(search.name, round_.number).exists():
            yield round_
        elif search.schedule.count is None:  # each waits for the one before it
            return


def write_trials(path: Path, trials: Sequence[Trial]) -> None:
    """Writes a round's results.csv."""
    header = (*_TRIAL, *([_LAST_STEP] if any(trial.last_step is not None for trial in trials) else []))
    columns = [[_cell(name, value) for value in map(attrgetter(name), trials)] for name in header]
    rows = [list(row) for row in zip(*columns, strict=True)]
    write_text(path, csv_text(*_with_extent(header, rows, trials)))


def read_trials(path: Path) -> list[Trial]:
    """The trials of a round's results.csv; raises what `read_proposed` raises."""
    return _read(path, Trial)


def _with_extent(
    header: Sequence[str], rows: Sequence[list[str]], trials: Sequence[Proposal | Trial]
) -> tuple[Sequence[str], list[list[str]]]:
    """A table's header and rows, with what says how far the trials are trained where any of them has such."""
    whole, extended = [*header], [*rows]
    for names, values in ((_RUNG, [trial.rung for trial in trials]), (_PART, [trial.part for trial in trials])):
        if any(values):
            whole += names
            cells = [["" if cell is None else text(cell) for cell in _cells(value, len(names))] for value in values]
            extended = [[*row, *more] for row, more in zip(extended, cells, strict=True)]
    return whole, extended


def _cells(value: Rung | Part | None, count: int) -> Sequence[object]:
    """What a value holds, in its order; nothing, so many times, where there is none."""
    return (None,) * count if value is None else astuple(value)


def _values_of(columns: Mapping[str, Sequence[str]], names: Sequence[str], made: Callable[..., T]) -> list[T | None]:
    """What is made of the cells of some columns, None of a row where they are empty."""
    cells = zip(*(_READ[name](columns[name]) for name in names), strict=True)
    return [None if all(cell is None for cell in of_row) else made(*of_row) for of_row in cells]


def _read(path: Path, made: Callable[..., T]) -> list[T]:
    """What is made of each row of a table, column by column: tables may be long."""
    with _as_damage(path):
        cells = csv_columns(path)
        nested: dict[str, Sequence[Any]] = {}
        for name, names, of in (("rung", _RUNG, Rung), ("part", _PART, Part)):
            if names[0] in cells:
                nested[name] = _values_of(cells, names, of)
        plain = {name: those for name, those in cells.items() if name not in (*_RUNG, *_PART)}
        columns = {name: _READ.get(name, list)(those) for name, those in plain.items()} | nested
        return [made(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


@contextmanager
def _as_damage(path: Path) -> Iterator[None]:
    """Raises DamagedFile where a table can't be read."""
    try:
        yield
    except (LookupError, TypeError, ValueError):
        raise DamagedFile(path, "its rows are not whole" if path.stat().st_size else "it is empty") from None


def _cell(name: str, value: object) -> str:
    if name in _JSON:
        return _COMPACT(value) if value else "{}"
    return "" if value is None else text(value)


@dataclass(frozen=True)
class RoundNote:
    """What a round's round.json says: why the search ends with it before its time, if it does, and what proposed it.

    `fingerprint` is that of the search, `batch_size` its size of rounds, `jobs` say how its runs are packed, as far as
    that was known; all are None in notes from before they were noted.
    """

    ending: str | None
    fingerprint: str | None
    batch_size: int | None = None
    jobs: Waves | None = None


def write_round(path: Path, note: RoundNote) -> None:
    """Writes a round's round.json."""
    content: dict[str, Any] = {"ending": note.ending, "fingerprint": note.fingerprint}
    if note.jobs:
        content |= {"batch_size": note.batch_size, "jobs": note.jobs.to_json()}
    write_text(path, json.dumps(content) + "\n")


def read_round(path: Path) -> RoundNote:
    """What a round.json says; raises what `read_proposed` raises."""
    try:
        found = json.loads(read_whole(path))
        jobs = Waves.from_json(found["jobs"]) if "jobs" in found else None
        return RoundNote(found["ending"], found.get("fingerprint"), found.get("batch_size"), jobs)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise DamagedFile(path, "it does not say how the round ended") from None
