"""Makes records of short runs that went well, which then need no folder, no files and no logs of their own."""

from __future__ import annotations

import time

from snaketune.runner import states, status
from snaketune.runner.files import read_bytes, writing
from snaketune.runner.left import METRICS, Left
from snaketune.runner.logs import STREAMS
from snaketune.runner.output import Output
from snaketune.runner.record_file import RecordFile

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from snaketune.runner.place import Place
    from snaketune.runner.records import Records
    from snaketune.runner.run import Run
    from snaketune.runner.study_file import StudyFile

__all__ = ["Folding"]

_LONGEST_HISTORY = 16 << 10  # bytes
_GROUP = 0.1  # seconds between two waits for the disk


class Folding:
    """The records of a study as a worker reads and adds to them.

    `hopeful`: a run has gone well, and failures of others don't end the search.
    """

    def __init__(self, study: StudyFile, records: Records):
        self.contract, self.records = study.spec.contract, records
        self.hopeful = False
        self._limited = study.spec.on_failure == "stop" or study.spec.max_failures is not None
        self._file = RecordFile(study.folder)
        self._synced = time.monotonic()

    def find(self, run: Run) -> dict[str, Any] | None:
        """The run's record, by whomever: of the present contract, else the latest."""
        self.records.refresh()
        return self.records.find(run.trial, run.name, self.contract)

    def fold(self, run: Run, record: Mapping[str, Any], outputs: Sequence[Output], place: Place) -> bool:
        """Record a run, if it went well and has left nothing but what fits into a record; whether it is recorded."""
        history = read_bytes(run.path(states.HISTORY))
        if (
            record["status"] not in status.FINISHED_WELL
            or sum(output.size for output in outputs) > Output.SHORT
            or any(output.left_out or output.problem for output in outputs)
            or len(history or b"") > _LONGEST_HISTORY
            or not place.has_only(run.files())
        ):
            return False
        printed = {stream: output.content() for stream, output in zip(STREAMS, outputs)}  # noqa: B905
        gave = read_bytes(run.path(METRICS)) if run.gave is None else run.gave
        left = Left({}, printed, history, gave)
        if not self.record(left.recorded(record)):
            return False
        self.hopeful = not self._limited
        place.clear()
        run.logs.discard()
        return True

    def record(self, line: Mapping[str, Any]) -> bool:
        """Record a run that went well; whether that could be done."""
        try:
            written = self._file.append(line)
        except OSError:
            return False  # whether the disk is full is found again where that is said
        self.records.pass_over(*written)
        if time.monotonic() - self._synced > _GROUP:
            self.sync()
        return True

    def sync(self) -> None:
        """Wait until all that was recorded is on the disk.

        Raises:
            Refused: it can't be written.
        """
        with writing(self._file.folder):
            self._file.sync()
        self._synced = time.monotonic()

    def end(self) -> None:
        """No more runs are recorded.

        Raises:
            Refused: what was recorded last can't be written.
        """
        with writing(self._file.folder):
            self._file.close()
