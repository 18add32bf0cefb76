"""Reads the metrics of a run that has ended again, where nothing has changed but how they are read.

The result that is there was made by the same training, under another contract: how metrics are found in what is printed
is part of the contract, but not of the training. What was kept of its output, its metrics.json and its history are read
anew; the program is not started.
"""

from __future__ import annotations

import os
import time

from snaketune.runner import states, status
from snaketune.runner.files import read_bytes, say, stamp
from snaketune.runner.output import kept_text
from snaketune.runner.record import settle, with_outcome
from snaketune.runner.verdict import Outcome, ended_well

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from snaketune.runner.run import Run

__all__ = ["read_again"]

_ENDED_WELL = status.FINISHED_WELL | {status.INVALID}
_NOTE = "the metrics were read again from what the run had left"


def read_again(run: Run) -> bool:
    """Whether the run has a result now, read again from what it has left; a line says so where that cannot be done."""
    found = states.of_training(run.folder, run.spec.training, run.spec.contract)
    if found is None:
        return False
    place, record = found
    printed, errors = (read_bytes(os.path.join(run.log, f"{stream}.log")) for stream in ("stdout", "stderr"))
    stdout, left_out = kept_text(printed or b"")
    extracted = run.extracted(stdout, left_out)
    outcome = Outcome(record["status"], record["reason"], extracted)
    if record["status"] in _ENDED_WELL:
        outcome = Outcome(*ended_well(extracted, run.spec), extracted)
        lacking = [name for name in run.spec.metrics_wanted if name not in extracted.metrics]
        cut = left_out or any("stdout.log" in note for note in record["notes"])
        lost = "is no longer there" if printed is None else "was cut" if cut else None
        if outcome.status == status.INVALID and lacking and lost and not os.path.exists(run.path("metrics.json")):
            say(f"{run.trial}/{run.name}: {lacking[0]!r} is not found in its output, which {lost}: it is trained again")
            return False
    notes = [note for note in record["notes"] if not note.startswith(_NOTE)]
    notes += [note for note in extracted.notes if note not in notes]
    again = with_outcome({**record, "contract": run.spec.contract}, outcome, kept_text(errors or b"")[0])
    settle(run, {**again, "notes": [*notes, f"{_NOTE}, {stamp(time.time())}"]}, run.result_file)
    if place != run.result_file:
        os.unlink(place)
    run.note(f"{_NOTE}: {outcome.status}")
    return True
