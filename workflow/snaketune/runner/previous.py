"""The run that a promoted one goes on from: of the same trial, replicate and fold, with the budget before.

It is told of only if it is complete and of the same training, since what other code has saved is of no use, and if its
checkpoint is still what it left. Nothing is ever written to its folder. One that is recorded has left no files: there
is nothing to load, but its history goes on all the same.
"""

from __future__ import annotations

import contextlib
import os

from snaketune.runner import states, status
from snaketune.runner.checkpoints import left_out
from snaketune.runner.files import read_bytes
from snaketune.runner.history import continued
from snaketune.runner.left import left_by
from snaketune.runner.seal import unsealed

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from snaketune.runner.run_id import RunId
    from snaketune.runner.spec import RunSpec

    Find = Callable[[str, str], "dict[str, Any] | None"]  # the record of a trial's run, if there is one

__all__ = ["Previous", "Unusable", "previous_run"]


class Unusable(Exception):  # noqa: N818  (a state of the earlier run, not an error of ours)
    """The run can't be gone on from; the message says why."""


class Previous:
    """A `run` that can be gone on from, and what it `reported`; `folder` is None if it has left no files."""

    def __init__(self, run: RunId, folder: str | None, reported: bytes):
        self.run, self.folder, self.reported = run, folder, reported


def previous_run(study: str, trial: str, run: RunId, spec: RunSpec, find: Find) -> Previous:
    """The `run` of a trial, to go on from.

    Raises:
        Unusable: it is not there, not complete, of another training, or its checkpoint is not as it was left.
    """
    folder = os.path.join(study, "trials", trial, str(run))
    record, recorded = _result_in(folder), False
    if record is None or not _is_of(record, spec):
        line = find(trial, str(run))
        if line is not None and (record is None or _is_of(line, spec)):
            record, recorded = line, True
    if record is None:
        raise Unusable(f"{run} has no result")
    if not _is_of(record, spec):
        raise Unusable(f"{run} was made by other code, data or command")
    if record["status"] != status.COMPLETE:
        raise Unusable(f"{run} is {record['status']}")
    if recorded:
        return Previous(run, None, _whole(left_by(record).reported))
    noted = record.get("checkpoint")
    lacking = left_out(os.path.join(folder, states.CHECKPOINT), noted) if noted else None
    if lacking:
        raise Unusable(f"the checkpoint of {run} {lacking}")
    return Previous(run, folder, _whole(read_bytes(os.path.join(folder, states.HISTORY))))


def _result_in(folder: str) -> dict[str, Any] | None:
    """The whole record in a folder, if there is one."""
    with contextlib.suppress(OSError, ValueError), open(os.path.join(folder, states.RESULT), "rb") as file:
        return unsealed(file.read())
    return None


def _is_of(record: dict[str, Any], spec: RunSpec) -> bool:
    """Whether a run is of the present training; of the present contract, where that is all that is known."""
    if spec.training is not None:
        return bool(record.get("training") == spec.training)
    return bool(record.get("contract") == spec.contract)


def _whole(reported: bytes | None) -> bytes:
    """A history with an end to its last line."""
    return continued(b"", reported or b"")
