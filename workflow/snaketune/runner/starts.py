"""The starts of a run, and what became of them: a program may end its runner, and would be started for ever.

Each start has lines in a file of the run's logs, which the program is not told of. Of one that was killed the guardian
tells, if it is still there. Snakemake counts the attempts within a workflow; what ended an earlier workflow (a kill,
the machine) ends the count as well, and is not the run's fault. In a job of a cluster, a start that ended without a
word is not its fault either: such jobs are preempted, cancelled, and lost with their nodes. So there only what the
guardian saw counts, which is killed together with all else in these cases.
"""

from __future__ import annotations

import contextlib
import os
import time

from snaketune.runner.cluster import in_cluster_job
from snaketune.runner.files import append_line, read_lines, stamp
from snaketune.runner.logs import STARTS

__all__ = ["KILLED", "STARTED", "STOPPED", "Starts", "is_last", "note_killed"]

STARTED, STOPPED, KILLED, ENDED = "started", "stopped", "killed", "ended"
LOST = 2  # attempts in which the runner may be lost: Snakemake makes so many more than there are `retries`


def is_last(attempt: int, retries: int) -> bool:
    """Whether Snakemake makes no further attempt in this workflow."""
    return attempt > retries + LOST


class Starts:
    """The starts of one run, by the folder of its logs; `workflow` tells the present workflow from others.

    Nothing is written before they are `open`.
    """

    def __init__(self, log: str, workflow: int | None, attempt: int, retries: int):
        self.path, self.workflow, self.attempt = os.path.join(os.path.abspath(log), STARTS), workflow, attempt
        self.last, self.is_open = is_last(attempt, retries), False
        self._said: list[object] = []

    def note(self, what: str) -> None:
        """A line; that it cannot be written must not harm the run."""
        line = {"workflow": self.workflow, "attempt": self.attempt, "what": what, "time": stamp(time.time())}
        self._said.append(line)
        if self.is_open:
            self._write()

    def open(self) -> None:
        """Write down what there is, and from now on at once."""
        self.is_open = True
        self._write()

    def _write(self) -> None:
        for line in self._said:
            with contextlib.suppress(OSError):
                append_line(self.path, line)
        self._said = []

    def end(self, settled: bool) -> None:
        """The runner has come to its end; if the run is settled, nobody needs to know of its starts any more."""
        if not settled:
            self.open()
            self.note(ENDED)
        else:
            with contextlib.suppress(OSError):
                os.unlink(self.path)
                os.removedirs(os.path.dirname(self.path))  # unless there are logs

    def lost(self) -> list[int]:
        """The earlier attempts of this workflow in which the runner was lost, for what is the run's own fault."""
        seen: dict[int, set[object]] = {}
        for line in read_lines(self.path):
            if line.get("workflow") == self.workflow and isinstance(line.get("attempt"), int):
                seen.setdefault(line["attempt"], set()).add(line.get("what"))
        return sorted(
            attempt
            for attempt, said in seen.items()
            if attempt < self.attempt
            and ENDED not in said
            and (not in_cluster_job() or (KILLED in said and STOPPED not in said))
        )

    def hopeless(self) -> str | None:
        """Why the run is not to be started once more, at the last attempt that there is; None if it is."""
        lost = self.lost() if self.last else []
        if len(lost) < LOST:
            return None
        listed = " and ".join(", ".join(map(str, lost)).rsplit(", ", 1))
        return f"its runner was killed in attempts {listed}: by the program, or for want of memory"


def note_killed(log: str, workflow: int | None, attempt: int) -> None:
    """Note that the runner of a start was killed; whoever sees that may."""
    with contextlib.suppress(OSError):
        os.makedirs(log, exist_ok=True)
    starts = Starts(log, workflow, attempt, 0)
    starts.open()
    starts.note(KILLED)
