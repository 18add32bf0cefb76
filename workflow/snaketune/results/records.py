"""The record that a run leaves: its result.json, or a line of a record file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from snaketune.runner.run_id import RunId
from snaketune.runner.seal import unsealed
from snaketune.runner.status import STATUSES
from snaketune.sums import DamagedFile

__all__ = ["RunRecord", "read_record", "record_from"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as its runner left it; `metrics` as they are in the file, with NaN and infinities by name.

    `found` is what the run gave, where the study has read it in a way of its own (see `runner.metrics.named`).

    `seconds` is the program's wall time, `cpu_seconds` that of its processors, `max_rss_mb` its most memory;
    `exit_code` and `signal` say how it ended, `stderr_tail` what it said last unless it is complete. `command` is None
    in records of the first version, `training` (see `RunSpec`) in somewhat later ones too; `log` is empty where there
    are no logs. `from_budget` is the budget of the run that it went on from, None if it began anew. `devices` are the
    GPUs that it was given, None if it asked for none or there were none. `last_step` is what it has reported last where
    its round had a pruner, `pruned_at` the same of a run that was stopped by that.
    """

    trial: str
    run: RunId
    seed: int
    attempt: int
    status: str
    reason: str | None
    metrics: Mapping[str, object]
    started: str
    finished: str
    seconds: float
    cpu_seconds: float
    max_rss_mb: float
    host: str
    exit_code: int | None
    signal: str | None
    command: Sequence[str] | None
    log: str
    stderr_tail: Sequence[str] = ()
    devices: Sequence[str] | None = None
    found: Mapping[str, object] | float | str | None = None
    training: str | None = None
    from_budget: float | None = None
    pruned_at: float | None = None
    last_step: float | None = None


_FIELDS = frozenset(field.name for field in fields(RunRecord))
_run_id = cache(RunId.parse)  # of thousands of runs most have the same


def read_record(path: Path) -> RunRecord:
    """The record in a result.json.

    Raises:
        FileNotFoundError: the run has not ended.
        DamagedFile: it is not what the runner wrote.
    """
    try:
        return record_from(unsealed(path.read_bytes()))
    except IsADirectoryError:
        raise DamagedFile(path, "it is a folder") from None
    except ValueError as error:
        raise DamagedFile(path, str(error)) from None


def record_from(found: Mapping[str, Any]) -> RunRecord:
    """The record that a result.json, or a line of a record file, holds.

    Raises:
        ValueError: it lacks a key, or has another kind of value there.
    """
    given = {name: value for name, value in found.items() if name in _FIELDS}
    try:
        record = RunRecord(**given | {"run": _run_id(found["run"])})
    except (KeyError, TypeError):
        raise ValueError("it lacks what a result has") from None
    if not isinstance(record.metrics, dict) or record.status not in STATUSES:
        raise ValueError("it lacks a status or metrics")
    return record
