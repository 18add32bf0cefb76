"""What a runner makes of the record of its run: what has been recorded need not be trained again."""

from __future__ import annotations

import os

from snaketune.runner import states, status
from snaketune.runner.left import left_by
from snaketune.runner.record import settle
from snaketune.runner.records import search
from snaketune.runner.reread import reread
from snaketune.runner.unfold import unfold

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

    from snaketune.runner.folding import Folding
    from snaketune.runner.run import Run

__all__ = ["take_record"]


def take_record(run: Run, folding: Folding | None) -> bool:
    """Whether the run has a result now by its record: that still counts, or its metrics are read again from there.

    To a worker, which has a `folding`, records are as good as files; any other runner writes the files.

    Raises:
        OSError: they can't be written.
    """
    contract, training = run.spec.contract, run.spec.training
    line = folding.find(run) if folding else _found(run)
    if line is None:
        return False
    if line["contract"] == contract:
        if folding is None:
            unfold(line, run.folder, run.log)
            run.note("the result is recorded already")
        return True
    if training is None or line["training"] != training or states.of_training(run.folder, training, contract):
        return False
    left = left_by(line)
    again = reread(run, left)
    if again is None:
        return False
    if not (folding and again["status"] in status.FINISHED_WELL and folding.record(left.recorded(again))):
        unfold(line, run.folder, run.log)
        settle(run, again, run.result_file)
    return True


def _found(run: Run) -> dict[str, Any] | None:
    """The record of a run that is to have files; none where there is a result that is to be computed again."""
    if os.path.lexists(run.result_file):
        return None
    return search(run.study, run.trial, run.name, run.spec.contract)
