"""Reads the metrics of a run that has ended again, where nothing has changed but how they are read.

The result that is there was made by the same training, under another contract: how metrics are found in what is printed
is part of the contract, but not of the training. What was kept of its output, its metrics.json and its history are read
anew; the program is not started.
"""

from __future__ import annotations

import os
import time

from snaketune.runner import states, status
from snaketune.runner.files import say, stamp
from snaketune.runner.left import left_in
from snaketune.runner.metrics import extract_metrics
from snaketune.runner.output import kept_text
from snaketune.runner.pruning import Cut
from snaketune.runner.record import settle, with_outcome
from snaketune.runner.verdict import Outcome, cut_short, ended_well

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

    from snaketune.runner.left import Left
    from snaketune.runner.run import Run

__all__ = ["read_again", "reread"]

_ENDED_WELL = status.FINISHED_WELL | {status.INVALID}
_NOTE = "the metrics were read again from what the run had left"


def read_again(run: Run) -> bool:
    """Whether the run has a result now, read again from what is in its folder and its logs."""
    found = states.of_training(run.folder, run.spec.training, run.spec.contract)
    if found is None:
        return False
    place, record = found
    again = reread(run, left_in(run.folder, run.log, record))
    if again is None:
        return False
    settle(run, again, run.result_file)
    if place != run.result_file:
        os.unlink(place)
    run.note(f"{_NOTE}: {again['status']}")
    return True


def reread(run: Run, left: Left) -> dict[str, Any] | None:
    """The record of the run, read again from what is left of it; None, and a line says so, where that can't be done."""
    record, spec, printed = left.record, run.spec, left.printed["stdout"]
    stdout, left_out = kept_text(printed or b"")
    extracted = extract_metrics(
        left.gave, stdout, left.reported, spec.patterns, spec.takes, spec.metrics_wanted, left_out
    )
    outcome = Outcome(record["status"], record["reason"], extracted)
    pruned_at = record.get("pruned_at")
    if pruned_at is not None:
        outcome = cut_short(Cut(pruned_at, record["reason"], None), left.reported or b"", spec)
    elif record["status"] in _ENDED_WELL:
        outcome = Outcome(*ended_well(extracted, spec), extracted)
        lacking = [name for name in spec.metrics_wanted if name not in extracted.metrics]
        cut = left_out or any("stdout.log" in note for note in record["notes"])
        lost = "is no longer there" if printed is None else "was cut" if cut else None
        if outcome.status == status.INVALID and lacking and lost and left.gave is None:
            say(f"{run.trial}/{run.name}: {lacking[0]!r} is not found in its output, which {lost}: it is trained again")
            return None
    notes = [note for note in record["notes"] if not note.startswith(_NOTE)]
    notes += [note for note in extracted.notes if note not in notes]
    again = with_outcome({**record, "contract": spec.contract}, outcome, kept_text(left.printed["stderr"] or b"")[0])
    return {**again, "notes": [*notes, f"{_NOTE}, {stamp(time.time())}"]}
