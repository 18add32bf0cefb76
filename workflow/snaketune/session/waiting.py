"""Looks at Slurm's queue: which jobs can never start, and which Slurm has put back.

Slurm takes jobs that no node of the partition can ever do, unless it is told to refuse them at once; they would wait
for ever, and Snakemake for them.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from snaketune.session import slurm
from snaketune.session.verdicts import NEVER

__all__ = ["Queue"]

PAUSE = 20  # seconds between two looks


@dataclass
class Queue:
    """The jobs of one folder, looked at now and then; one that waits in vain in two looks on end is cancelled.

    `hopeless` gets a job's number and the reason, before it is cancelled; `put_back` those of jobs that have run and
    wait again.
    """

    folder: Path
    hopeless: Callable[[str, str], None]
    put_back: Callable[[str], None]
    _suspected: dict[str, str] = field(default_factory=dict)
    _running: set[str] = field(default_factory=set)

    def follow(self, over: threading.Event, pause: float = PAUSE) -> None:
        """Looks until `over` is set."""
        while not over.wait(pause):
            self.look()

    def look(self) -> None:
        """One look."""
        found = slurm.jobs()
        if found is None:
            return
        mine = [job for job in found if job.ours and job.folder.resolve() == self.folder]
        for job in mine:
            if job.waiting and job.id in self._running:
                self.put_back(job.id)
        self._running = {job.id for job in mine if not job.waiting}
        vain = {job.id: job.reason for job in mine if job.waiting and job.reason in NEVER}
        sure = [number for number, reason in vain.items() if self._suspected.get(number) == reason]
        self._suspected = vain
        for number in sure:
            self.hopeless(number, f"{NEVER[vain[number]]} ({vain[number]})")
        if sure:
            slurm.cancel_waiting(sure)
