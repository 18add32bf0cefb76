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

from snaketune.runner.signals import STOP_SIGNALS
from snaketune.runner.verdict import Verdict

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

    from snaketune.runner.output import Output
    from snaketune.runner.spec import RunSpec
    from snaketune.runner.tree import Tree

__all__ = ["Watch"]

WATCH, SETTLE, LEFTOVER_GRACE, KILL_PATIENCE = 0.1, 0.3, 2.0, 30.0  # seconds


class Watch:
    """Watches a started program until its whole tree is gone.

    Afterwards: `status` (as from wait; None if it could not be killed), `verdict` (a `Verdict`, or None if it ended by
    itself), `stop` (the signal that the runner got, or None), `peak` (bytes), `seconds` (until the program itself
    ended), `notes`.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        tree: Tree,
        outputs: Sequence[Output],
        wake: int,
        spec: RunSpec,
        adopting: bool,
    ):
        assert process.stdout and process.stderr, "both streams are pipes"
        self.leader, self.tree, self.wake = process.pid, tree, wake
        self.thorough = not adopting  # orphans that are not ours by now have to be searched for
        self.pipes = {process.stdout.fileno(): outputs[0], process.stderr.fileno(): outputs[1]}
        self.timeout, self.grace, self.memory = spec.timeout, spec.grace, spec.memory
        self.status: int | None = None
        self.verdict: str | None = None
        self.stop: int | None = None
        self.seconds, self.peak = 0.0, 0
        self.notes: list[str] = []
        # (when, signal) for the tree, earliest first; times are seconds since the start
        self.plan: list[tuple[float, int]] = []
        self.begin, self.look, self.give_up = time.monotonic(), WATCH, math.inf
        for pipe in self.pipes:
            os.set_blocking(pipe, False)
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe, 1031, 1 << 18)  # F_SETPIPE_SZ: fewer turns for a chatty program

    def run(self, on_exit: Callable[[], object], on_stop: Callable[[], object]) -> None:
        """Watch; `on_exit` is called when the program itself has ended, `on_stop` when the runner is asked to end."""
        self.on_stop = on_stop
        while True:
            now = time.monotonic() - self.begin
            if self.status is None:
                self._hold_to_limits(now)
            if self.plan and now >= self.plan[0][0]:
                self._carry_out(now)
            if (self.status is not None and not self.tree.members(self.thorough)) or now > self.give_up:
                break
            pause = 0.05 if self.plan else WATCH if self.memory else 1.0
            self._listen(min(pause, max(0.0, self.timeout - now)) if self.timeout and not self.plan else pause)
            if self._reap():
                on_exit()
                self.seconds = now = time.monotonic() - self.begin
                self.verdict = self.verdict or (Verdict.STOPPED if self.stop else None)
                if not self.plan:
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
        ready = select.select([self.wake, *self.pipes], [], [], seconds)[0]
        if self.wake in ready:
            stop = next((n for n in os.read(self.wake, 4096) if n in STOP_SIGNALS), None)
            if stop and not self.stop:
                self.stop = stop
                self.on_stop()
        size = sum([self._read(pipe) for pipe in ready if pipe != self.wake])
        if 0 < size < 4096:
            time.sleep(0.001)  # let a program that writes byte by byte get ahead: fewer turns

    def _read(self, pipe: int) -> int:
        try:
            data = os.read(pipe, 1 << 18)
        except BlockingIOError:
            return 0
        if data:
            self.pipes[pipe].write(data)
        else:
            del self.pipes[pipe]
        return len(data)

    def _reap(self) -> bool:
        """Collect the ended children; whether the program itself was among them."""
        ended = False
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid == self.leader:
                    self.status, ended = status, True
        return ended

    def _end(self) -> None:
        for pipe in list(self.pipes):
            turns = 64  # bounded, should somebody whom we cannot see still be writing
            while turns and self._read(pipe):
                turns -= 1
        self.pipes.clear()
        if self.give_up < math.inf and self.tree.members():
            self.notes.append(f"processes that could not be killed: {sorted(self.tree.members())}")
        if self.verdict is None and self.status:
            if os.WIFSIGNALED(self.status) or os.WEXITSTATUS(self.status) > 128:
                # a cluster signals all processes of a job: ours may come a moment after the program's
                until = time.monotonic() + 0.5
                while not self.stop and time.monotonic() < until:
                    self._listen(max(0.0, until - time.monotonic()))
            self.verdict = Verdict.STOPPED if self.stop else None
