"""Watches a started program until its whole tree is gone, and holds it to its limits.

`memory` is a watch of resident memory, every 0.1 s, summed over the processes (pages that they share count once for
each).
"""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import select
import signal
import time

from snaketune.runner.program import wait_for
from snaketune.runner.signals import STOP_SIGNALS
from snaketune.runner.tree import children
from snaketune.runner.verdict import Verdict

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from snaketune.runner.output import Output
    from snaketune.runner.program import Ended, Program
    from snaketune.runner.reported import Reported
    from snaketune.runner.spec import RunSpec
    from snaketune.runner.tree import Tree

__all__ = ["Watch"]

WATCH, SETTLE, LEFTOVER_GRACE, KILL_PATIENCE, LONG, GLANCE = 0.1, 0.3, 2.0, 30.0, 1.0, 0.2  # seconds
_PATIENT = 16  # turns
_CHATTY = 1 << 14  # bytes at a time


class Watch:
    """Watches a started program until its whole tree is gone.

    Afterwards: `status` (as from wait; None if it could not be killed), `verdict` (a `Verdict`, or None if it ended by
    itself), `stop` (the signal that the runner got, or None), `peak` (bytes, of the whole tree), `max_rss` (bytes, the
    same or the largest process's), `cpu_seconds` (of all that was waited for), `seconds` (until the program itself
    ended), `notes`.

    One process may watch programs one after the other, with one `tree` and one descriptor `wake`: the `spared` of the
    tree are not the program's, whoever waits for them gets their status. Who can't be killed is spared from then on.

    What it has `reported` is looked at as long as it runs, if there is a pruner. A program that is to be stopped has a
    moment to say that it knows by itself, and then the time of its grace to end.
    """

    def __init__(
        self,
        program: Program,
        tree: Tree,
        outputs: Sequence[Output],
        wake: int,
        spec: RunSpec,
        adopting: bool,
        reported: Reported | None = None,
    ):
        self.reported = reported
        self.program, self.tree, self.wake = program, tree, wake
        tree.leader = program.pid
        self.thorough = not adopting  # orphans that are not ours by now have to be searched for
        self.pipes = {program.stdout: outputs[0], program.stderr: outputs[1]}
        self.timeout, self.grace, self.memory = spec.timeout, spec.grace, spec.memory
        self.status: int | None = None
        self.verdict: str | None = None
        self.stop: int | None = None
        self.seconds = self.cpu_seconds = 0.0
        self.peak = self.max_rss = 0
        self.notes: list[str] = []
        self.left: set[int] = set()  # processes that could not be killed
        self.small = 0  # how often there was little to read
        # (when, signal) for the tree, earliest first; times are seconds since the start
        self.plan: list[tuple[float, int]] = []
        self.begin, self.look, self.give_up = time.monotonic(), WATCH, math.inf
        self.glance = GLANCE if reported else math.inf
        for pipe in self.pipes:
            os.set_blocking(pipe, False)

    def run(self, on_exit: Callable[[], object], on_stop: Callable[[], object], on_long: Callable[[], object]) -> None:
        """Watch; `on_exit` is called when the program itself has ended, `on_stop` when the runner is asked to end.

        `on_long` is called when the program goes on for longer than LONG.
        """
        self.on_stop, long = on_stop, LONG
        while True:
            now = time.monotonic() - self.begin
            if self.status is None:
                self._hold_to_limits(now)
                if now >= long:
                    long = math.inf
                    on_long()
            if self.plan and now >= self.plan[0][0]:
                self._carry_out(now)
            if (self.status is not None and not self.tree.members(self.thorough)) or now > self.give_up:
                break
            pause = 0.05 if self.plan else WATCH if self.memory else GLANCE if self.reported else 1.0
            self._listen(min(pause, max(0.0, self.timeout - now)) if self.timeout and not self.plan else pause)
            if self._reap():
                on_exit()
                self.seconds = now = time.monotonic() - self.begin
                self.verdict = self.verdict or (Verdict.STOPPED if self.stop else None)
                if not self.plan or self.verdict == Verdict.PRUNED:
                    kill = now + SETTLE + min(self.grace, LEFTOVER_GRACE)
                    self.plan = [(now + SETTLE, signal.SIGTERM), (kill, signal.SIGKILL)]
        self._end()

    def _hold_to_limits(self, now: float) -> None:
        if now >= self.look:
            self.look = now + (WATCH if self.memory else 1.0)
            self.peak = max(self.peak, self.tree.rss())
        if self.plan:
            return
        if self.memory and self.peak > self.memory:
            self.verdict, self.plan = Verdict.OOM, [(now, signal.SIGKILL)]
        elif self.stop or (self.timeout and now >= self.timeout):
            self.verdict = Verdict.STOPPED if self.stop else Verdict.TIMEOUT
            self.plan = [(now, signal.SIGTERM), (now + self.grace, signal.SIGKILL)]
        elif now >= self.glance:
            self._glance(now)

    def _glance(self, now: float) -> None:
        """Look at what has been reported; the second time that it is not good enough the program is stopped."""
        assert self.reported
        known, self.glance = self.reported.cut, now + GLANCE
        if self.reported.look() and known:
            self.verdict = Verdict.PRUNED
            ask = now + self.grace if self.reported.told else now
            number = signal.Signals[self.reported.rule["signal"]]
            self.plan = [(ask, number), (ask + self.grace, signal.SIGKILL)]

    def _carry_out(self, now: float) -> None:
        number = self.plan.pop(0)[1]
        count = self.tree.signal(number)
        if number == signal.SIGKILL:
            self.plan = [(now + 0.1, number)]  # again, until nobody is left
            self.give_up = min(self.give_up, now + KILL_PATIENCE)
        elif self.status is not None and count:
            self.notes.append(f"{count} processes were still running when the program had ended; they were stopped")

    def _listen(self, seconds: float) -> None:
        """Wait for output and signals, for so long at most."""
        further = self.program.further if self.status is None else ()
        ready = select.select([self.wake, *further, *self.pipes], [], [], seconds)[0]
        if self.wake in ready:
            stop = next((n for n in os.read(self.wake, 4096) if n in STOP_SIGNALS), None)
            if stop and not self.stop:
                self.stop = stop
                self.on_stop()
        size = sum([self._read(pipe) for pipe in ready if pipe in self.pipes])
        if 0 < size < 4096:
            self.small += 1
            if self.small > _PATIENT:
                time.sleep(0.001)  # let a program that writes byte by byte get ahead: fewer turns

    def _read(self, pipe: int) -> int:
        try:
            data = os.read(pipe, 1 << 18)
        except BlockingIOError:
            return 0
        if data:
            self.pipes[pipe].write(data)
            if len(data) > _CHATTY:
                with contextlib.suppress(OSError):
                    fcntl.fcntl(pipe, 1031, 1 << 18)  # F_SETPIPE_SZ: fewer turns
        else:
            del self.pipes[pipe]
        return len(data)

    def _reap(self) -> bool:
        """Collect the ended children; whether the program itself was among them."""
        ended = self.program.poll() if self.status is None else None
        self.tree.leader = self.program.pid  # it may be known only by now
        if ended:
            self.status = ended.status
            self._count(ended)
        for orphan in self._orphans():
            self._count(orphan)
        return ended is not None

    def _count(self, ended: Ended) -> None:
        self.cpu_seconds += ended.cpu_seconds
        self.max_rss = max(self.max_rss, ended.max_rss)

    def _orphans(self) -> Iterator[Ended]:
        """Collect the ended children that are neither the program nor spared."""
        if self.thorough:  # there are none
            return
        others = self.tree.spared | {self.program.pid}
        with contextlib.suppress(ChildProcessError):
            while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if found.si_pid in others:  # the kernel names none but the first that has ended
                    for pid in children(os.getpid()) - others:
                        if ended := wait_for(pid):
                            yield ended
                    return
                if ended := wait_for(found.si_pid):
                    yield ended

    def _end(self) -> None:
        for pipe in list(self.pipes):
            turns = 64  # bounded, should somebody whom we cannot see still be writing
            while turns and self._read(pipe):
                turns -= 1
        self.pipes.clear()
        self.program.close()
        self.max_rss = max(self.max_rss, self.peak)
        self.left = self.tree.members() if self.give_up < math.inf else set()
        if self.left:
            self.notes.append(f"processes that could not be killed: {sorted(self.left)}")
            self.tree.spared |= self.left
        if self.verdict is None and self.status:
            if os.WIFSIGNALED(self.status) or os.WEXITSTATUS(self.status) > 128:
                # a cluster signals all processes of a job: ours may come a moment after the program's
                until = time.monotonic() + 0.5
                while not self.stop and time.monotonic() < until:
                    self._listen(max(0.0, until - time.monotonic()))
            self.verdict = Verdict.STOPPED if self.stop else None
