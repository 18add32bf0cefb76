"""What a job with several runs knows of them."""

from __future__ import annotations

import contextlib
import os
import time

from snaketune.runner import states
from snaketune.runner.asked import asked_of
from snaketune.runner.left import METRICS
from snaketune.runner.place import clear_away
from snaketune.runner.records import Records
from snaketune.runner.run import Run

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from snaketune.runner.proposed import Proposed
    from snaketune.runner.pruner_file import PrunerFile
    from snaketune.runner.study_file import StudyFile

__all__ = ["Job"]


class Job:
    """A job by its runs, given as <trial>/<run> with the GPUs that each asks for, of which `slots` go on at a time.

    `proposed` is what its round says of trials, of whose parameters there are no files; `found` are the GPUs that were
    found on this machine. Its round may have a `pruner`.
    """

    def __init__(
        self,
        study: StudyFile,
        logs: str,
        log: str,
        slots: int,
        attempt: int,
        runs: Mapping[str, str | None],
        proposed: Proposed,
        found: Sequence[str] | None,
        pruner: PrunerFile | None = None,
    ):
        self.pruner = pruner
        self.study, self.logs, self.slots, self.attempt = study, logs, slots, attempt
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        self.runs, self.proposed, self.found = runs, proposed, found
        self.records = Records(study.folder)

    @property
    def alike(self) -> bool:
        """Whether all runs ask for the same."""
        return len({*self.runs.values()}) == 1

    @property
    def kind(self) -> dict[str, Any]:
        """What has to be the same in another job, whose runs are alike too, for this one to do runs of it."""
        asked = next(iter(self.runs.values()))
        return {
            "contract": self.study.spec.contract, "attempt": self.attempt, "slots": self.slots, "asked": asked,
            "alike": self.alike,
        }  # fmt: skip

    def done(self) -> set[str]:
        """The runs that have a result that still counts."""
        return {run for run in self.runs if self._is_done(run)}

    def note(self, message: str) -> None:
        """A line in the job's log; that it cannot be written must not harm the runs."""
        with contextlib.suppress(OSError):
            os.write(self.log, f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {message}\n".encode())

    def logs_of(self, name: str) -> str:
        """The folder of a run's logs."""
        return os.path.join(self.logs, "trials", name)

    def run(self, name: str) -> Run:
        """One of its runs, or one of another job of its kind.

        Raises:
            Refused: see `Run`.
        """
        asked = self.runs[name] if name in self.runs else self.kind["asked"]
        trial, run = name.split("/")
        return Run(
            *(self.study, self.study.run(name), self.logs_of(name), self.attempt),
            *(asked_of(asked, self.attempt), self.found, self.proposed.params.get(trial), self.pruner),
            self.proposed.rung(trial, run),
        )

    def _is_done(self, name: str) -> bool:
        trial, run = name.split("/")
        contract, folder = self.study.spec.contract, self.study.run(name)
        if not self.records.has(trial, run, contract):
            return states.is_of(os.path.join(folder, states.RESULT), contract)
        if os.path.lexists(folder):  # whoever recorded it was killed before it was removed
            clear_away(folder, {METRICS, states.HISTORY, "config.json", self.study.spec.config_file})
        return True
