"""A process of a job that does one run after the other."""

from __future__ import annotations

import os
import time

from snaketune.runner.files import Refused, say
from snaketune.runner.folding import Folding
from snaketune.runner.perform import Performer
from snaketune.runner.pulling import PORTION, Pace

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable

    from snaketune.runner.caller import Caller
    from snaketune.runner.guardian import Memory
    from snaketune.runner.job import Job
    from snaketune.runner.portions import Portion, Portions
    from snaketune.runner.pulling import Others
    from snaketune.runner.tree import Tree

__all__ = ["SEARCH_STOPPED", "JobSlot"]

SEARCH_STOPPED = 3
_STOPPED_BY = 128  # and the signal's number
_THREADS = (
    "OMP_NUM_THREADS", "GOTO_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)  # fmt: skip


class JobSlot:
    """Does runs of a job in this process, a child of the job's, and then of `others` where there are any."""

    def __init__(self, job: Job, portions: Portions, others: Others | None, memory: Memory):
        self.job, self.portions, self.others = job, portions, others
        self.worker, self.pace, self.search_stopped, self.ends = os.getppid(), Pace(), False, False
        self.performer = Performer(memory, Folding(job.study, job.records), self._calling())

    def work(self) -> int:
        """Do runs as long as there are any; returns the exit code: 0 unless it is refused to go on."""
        if self.job.slots > 1:
            os.environ.update((name, "1") for name in _THREADS)
        try:
            while not self.ends and (portion := self._next()):
                self._do(portion)
            self.performer.end()
        except Refused as refusal:
            say(refusal)
            return refusal.code
        return SEARCH_STOPPED if self.search_stopped else 0

    def _calling(self) -> Callable[[Tree], Caller] | None:
        """Makes what starts the runs, if they are calls of a function that need no interpreters of their own."""
        spec = self.job.study.spec
        if not spec.function or spec.isolation != "fork":
            return None
        from snaketune.runner.caller import Caller  # commands don't need it

        return lambda tree: Caller(tree, self.job.note)

    def _next(self) -> Portion | None:
        """What to do next: runs of the own job, then those of others."""
        portion = self.portions.take_first(self.pace.portion)
        if portion is None and self.others:
            os.environ["SNAKETUNE_SHARED_JOB"] = "1"
            portion = self.others.take(self.pace)
        return portion

    def _do(self, portion: Portion) -> None:
        codes: list[int] = []
        own, began = portion.portions is self.portions, time.monotonic()
        for name in portion.runs:
            code = self._perform(name)
            stopped = code > _STOPPED_BY
            self.search_stopped |= code == SEARCH_STOPPED
            self.ends = self.search_stopped or stopped or bool(self.performer.stopped) or os.getppid() != self.worker
            # What another job's run was stopped by is no affair of that job, which does it then.
            if code != SEARCH_STOPPED and (own or not stopped):
                codes.append(code)
            if self.ends or time.monotonic() - began > PORTION:  # more than was thought
                break
        if not own:  # whoever sees them ended may rely on their records
            self.performer.sync()
        portion.give_back(codes)

    def _perform(self, name: str) -> int:
        began = time.monotonic()
        code = self.performer.outcome(lambda: self.job.run(name), self.job.logs_of(name))
        self.job.note(f"{name} ended: {'done' if code == 0 else f'exit code {code}'}")
        os.environ["SNAKETUNE_SHARED_JOB"] = "1"  # whoever is late cannot tell whether it took too long itself
        self.pace.note(time.monotonic() - began)
        return code
