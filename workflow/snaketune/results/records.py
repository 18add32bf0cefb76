"""result.json, the record that a run leaves."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snaketune.runner.run_id import RunId

__all__ = ["RunRecord", "read_record", "record_from"]


@dataclass(frozen=True)
class RunRecord:
    """A run as its runner left it; `metrics` as they are in the file, with NaN and infinities by name.

    `found` is what the run gave, where the study has read it in a way of its own (see `runner.metrics.named`).

    `seconds` is the program's wall time, `cpu_seconds` that of its processors, `max_rss_mb` its most memory;
    `exit_code` and `signal` say how it ended, `stderr_tail` what it said last unless it is complete. `command` is
    None and `log` empty in records of the first version, `training` (see `RunSpec`) is None in somewhat later ones.
    `devices` are the GPUs that it was given, None if it asked for none or there were none.
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


def read_record(path: Path) -> RunRecord:
    """The record in a result.json.

    Raises:
        FileNotFoundError: the run has not ended.
    """
    return record_from(json.loads(path.read_text(encoding="utf-8")))


def record_from(found: Mapping[str, Any]) -> RunRecord:
    """The record that a result.json's content is."""
    given = {name: value for name, value in found.items() if name in RunRecord.__dataclass_fields__}
    return RunRecord(**given | {"run": RunId.parse(found["run"])})
