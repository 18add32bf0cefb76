"""Starts the runs of a function as children of one process that has imported it: a millisecond each.

A run that is started so is to its program what it is in an interpreter of its own. Where it could not be, because of
what the import has left (`sharing`), because the process dies, or because this run's environment is another one, it
has an interpreter of its own.
"""

from __future__ import annotations

import array
import contextlib
import os
import signal
import socket
import struct

from snaketune.runner.calls import ALONE, END, ENDED, LASTS, LONGEST, PID, READY, Returned, differs_by_run
from snaketune.runner.program import RSS_UNIT, CannotStart, Ended, Program, spawn, start_program, wait_for
from snaketune.runner.tree import PROC

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from snaketune.runner.tree import Tree

__all__ = ["Caller"]

_CANNOT_START = 127 << 8  # a wait status


class Caller:
    """Starts runs of one function, one after the other, in whose `tree` their processes are found.

    `note` is told, once, why each run has an interpreter of its own. The tree's token is the one that all of the runs
    are told: a child has the environment of the process that it was forked from, as far as others can see.
    """

    def __init__(self, tree: Tree, note: Callable[[str], object]):
        self.tree, self.note = tree, note
        self.why: str | None = None if PROC else "there is no /proc"
        self.pid = 0  # of the process that has imported the function, or is about to
        self.ready = False  # it has done so
        self.channel: socket.socket | None = None
        self.returned: Returned | None = None
        self.like: tuple[Sequence[str], str, Mapping[str, str]] = [], "", {}

    def start(self, command: Sequence[str], folder: str, environment: Mapping[str, str]) -> Program:
        """The program of a run that is started by `command` (start.py call FILE.py:NAME).

        Raises:
            CannotStart: says why.
        """
        same = {name: value for name, value in environment.items() if not differs_by_run(name)}
        like = command, folder, same
        if self.why or (self.pid and like != self.like) or not os.path.isdir(folder):
            return start_program(command, folder, environment)
        if not self.pid:
            self._begin(like)
        told = [f"{name}={value}" for name, value in environment.items() if name not in same]
        (stdout, out), (stderr, err) = os.pipe(), os.pipe()
        streams = array.array("i", (out, err))
        otherwise = _Otherwise(command, folder, environment, out, err)
        try:
            assert self.channel and self.returned
            self.returned.clear()
            message = os.fsencode("\0".join(told))
            self.channel.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        except OSError as error:
            otherwise.close()
            os.close(stdout)
            os.close(stderr)
            self.give_up(f"the process that has imported the function is gone ({error.strerror})")
            self.close()
            return start_program(command, folder, environment)
        if self.ready:
            otherwise.close()
        return _Called(self, stdout, stderr, None if self.ready else otherwise)

    def _begin(self, like: tuple[Sequence[str], str, Mapping[str, str]]) -> None:
        """Start the process that imports the function; until it is ready, it counts as the first run's own."""
        self.like = like
        command, folder, environment = like
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        null, memory = os.open(os.devnull, os.O_WRONLY), os.memfd_create("returned", os.MFD_CLOEXEC)
        *start, function = command
        try:
            os.ftruncate(memory, Returned.SIZE)
            self.returned = Returned(memory)
            words = [*start, "--serve", f"{its.fileno()},{memory}", function]
            self.pid = spawn(words, folder, environment, null, null, [its.fileno(), memory])
        except CannotStart:
            ours.close()
            raise
        finally:
            its.close()
            os.close(null)
            os.close(memory)
        ours.setblocking(False)
        self.channel = ours

    def is_ready(self) -> None:
        """From now on the process is not the run's, but its children are."""
        self.ready = True
        self.tree.spared.add(self.pid)
        self.tree.parents.add(self.pid)

    def give_up(self, why: str) -> None:
        """Start no more runs by the process."""
        if not self.why:
            self.why = why
            self.note(f"each run has an interpreter of its own: {why}")

    def close(self) -> None:
        """End the process, if there is one."""
        if not self.channel:
            return
        self.channel.close()
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            wait_for(self.pid, 0)
        self.forget()

    def forget(self) -> None:
        """The process has ended."""
        self.tree.spared.discard(self.pid)
        self.tree.parents.discard(self.pid)
        self.pid, self.ready, self.channel = 0, False, None


class _Otherwise:
    """What starts the first run in an interpreter of its own, while it is not known whether it needs one."""

    def __init__(self, command: Sequence[str], folder: str, environment: Mapping[str, str], stdout: int, stderr: int):
        self.command, self.folder, self.environment = command, folder, environment
        self.streams = stdout, stderr

    def start(self) -> int:
        """Start it; its pid."""
        return spawn(self.command, self.folder, self.environment, *self.streams)

    def close(self) -> None:
        """The other ends of the pipes are for the program alone."""
        for stream in self.streams:
            os.close(stream)


class _Called(Program):
    """A run that is a child of the caller's process, at least as long as that lives.

    Until the process is ready it is the run's own: its import is held to the run's limits.
    """

    def __init__(self, caller: Caller, stdout: int, stderr: int, otherwise: _Otherwise | None):
        assert caller.channel
        super().__init__(0 if caller.ready else caller.pid, stdout, stderr)
        self.caller, self.otherwise = caller, otherwise
        self.further = (caller.channel.fileno(),)
        self.under_way = True

    def poll(self) -> Ended | None:
        ended = self._listen() if self.further else self._wait()
        self.under_way = ended is None
        if ended and self.caller.returned:
            self.gave = self.caller.returned.get()
        return ended

    def close(self) -> None:
        super().close()
        self._decided()
        if self.under_way and self.further:  # whoever cannot be killed must not be taken for the next run
            self.caller.give_up("a run could not be ended")
            self.caller.close()

    def _listen(self) -> Ended | None:
        while True:
            try:
                assert self.caller.channel
                message = self.caller.channel.recv(LONGEST)
            except BlockingIOError:
                return None
            except ConnectionError:
                message = b""
            kind, content = message[:1], message[1:]
            if kind == ENDED:
                status, cpu_seconds, max_rss = struct.unpack(END, content)
                return Ended(status, cpu_seconds, max_rss * RSS_UNIT)
            if kind == READY:
                self.caller.is_ready()
                self.pid = 0
                self._decided()
            elif kind == LASTS:
                (self.pid,) = struct.unpack(PID, content)
            else:
                self.further = ()  # the process ends, or has died
                why = f"the module {content.decode()}" if kind == ALONE else "the import failed"
                self.caller.give_up(why if self.otherwise else "the process that has imported the function has died")
                if not self.otherwise:
                    self.caller.close()
                return self._wait()

    def _wait(self) -> Ended | None:
        """Wait for what has no process to tell of it: an orphan of that, or an interpreter of its own."""
        try:
            ended = wait_for(self.pid) if self.pid else Ended(signal.SIGKILL, 0.0, 0)
        except ChildProcessError:
            return Ended(signal.SIGKILL, 0.0, 0)
        if not ended or not self.otherwise:
            return ended
        self.caller.forget()
        if os.WIFSIGNALED(ended.status) and os.WTERMSIG(ended.status) in (signal.SIGTERM, signal.SIGKILL):
            return ended  # it was stopped, as the run's own interpreter would have been
        try:
            self.pid = self.otherwise.start()
        except CannotStart:
            return Ended(_CANNOT_START, 0.0, 0)
        finally:
            self._decided()
        return None

    def _decided(self) -> None:
        if self.otherwise:
            self.otherwise.close()
            self.otherwise = None
