"""The process that has imported a run's function once, and forks a child for each run (`caller` starts it).

`Server.serve` returns in each child, which is from then on what a new interpreter would be that has just imported the
function's module. What such interpreters would not have in common is looked for after the import (`sharing`).

A page of memory that a child touches takes microseconds: what can be done before a fork is done there, and nothing is
imported that would have to be set right in each child (`threading`, `random`).
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import os
import signal
import socket
import struct
import sys

from snaketune.runner.calls import ALONE, END, ENDED, LASTS, LONGEST, PID, READY, Returned, differs_by_run
from snaketune.runner.sharing import Imported
from snaketune.runner.signals import STOP_SIGNALS

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import NoReturn, TypeVar

    Prepared = TypeVar("Prepared")

__all__ = ["Server"]

_AT_ONCE = 0.05  # seconds


class Server:
    """Serves the slot at the other end of a socket, and ends when nobody is there; both descriptors are given.

    `memory` is for what functions return.
    """

    def __init__(self, channel: int, memory: int):
        self.channel = socket.socket(fileno=channel)
        self.channel.set_inheritable(False)
        self.returned = Returned(memory)
        os.close(memory)
        self.told: set[str] = set()  # the variables of the last run
        self.printed = [os.memfd_create(f"import{stream}", os.MFD_CLOEXEC) for stream in (1, 2)]
        for stream, file in enumerate(self.printed, 1):
            os.dup2(file, stream)
        self.imported = Imported(differs_by_run)

    def __enter__(self) -> None:
        self.imported.begin()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.imported.end()
        if kind and self.imported.noted:
            self._refuse(min(self.imported.noted))

    def _refuse(self, why: str) -> NoReturn:
        """End, with word of why runs have to be started otherwise."""
        self._receive()  # what was not read would hide what is said
        self.channel.send(ALONE + why.encode(errors="replace"))
        os._exit(0)

    def serve(self, prepare: Callable[[], Prepared]) -> Prepared | None:
        """Fork a child for each request; returns in each child what was prepared for it, None if that failed."""
        output = [os.pread(file, os.fstat(file).st_size, 0) for file in self.printed]
        for stream, file in enumerate(self.printed, 1):
            os.dup2(file, stream)  # should the module have closed it
            os.close(file)
        on_child = signal.signal(signal.SIGCHLD, signal.SIG_DFL) or signal.SIG_DFL
        why = self.imported.unshared()
        if why:
            self._refuse(why)
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [*STOP_SIGNALS, signal.SIGCHLD])
        collecting = gc.isenabled()
        gc.disable()
        gc.freeze()
        atexit.register(gc.unfreeze)  # when a child is taken down, all that it has is
        self.channel.send(READY)
        while True:
            streams = self._receive()
            self.imported.reseed()
            prepared = None
            with contextlib.suppress(Exception):  # which the child is to raise
                prepared = prepare()
            pid = os.fork()
            if not pid:
                break
            for file in streams:
                os.close(file)
            self._wait(pid)
        os.setsid()
        for number, file in enumerate(streams, 1):
            os.dup2(file, number)
            os.close(file)
        os.close(self.channel.detach())
        self.imported.restore()
        if collecting:
            gc.enable()
        if on_child != signal.SIG_DFL:
            signal.signal(signal.SIGCHLD, on_child)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, content in enumerate(output, 1):
            while content:
                content = content[os.write(number, content) :]
        return prepared

    def _receive(self) -> array.array[int]:
        """Await a request, take over its variables; the descriptors of its standard output and error."""
        streams = array.array("i")
        room = socket.CMSG_SPACE(2 * streams.itemsize)
        message, further, _, _ = self.channel.recvmsg(LONGEST, room, socket.MSG_CMSG_CLOEXEC)
        if not message:
            os._exit(0)
        for _, _, content in further:
            streams.frombytes(content)
        given = dict(line.split("=", 1) for line in os.fsdecode(message).split("\0"))
        for name in self.told.difference(given):
            os.environ.pop(name, None)
        os.environ.update(given)
        self.told = set(given)
        return streams

    def _wait(self, pid: int) -> None:
        """Wait for a child, and tell of it."""
        signal.sigtimedwait([signal.SIGCHLD], _AT_ONCE)
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if not ended:
            self.channel.send(LASTS + struct.pack(PID, pid))
            _, status, usage = os.wait4(pid, 0)
        cpu = usage.ru_utime + usage.ru_stime
        try:
            self.channel.send(ENDED + struct.pack(END, status, cpu, usage.ru_maxrss))
        except OSError:  # nobody is there
            os._exit(0)

    def leave(self) -> None:
        """End a child as its interpreter would in the end, unless there is more to it: then this returns.

        To take everything down takes an interpreter ten times as long as to call a small function.
        """
        threading = sys.modules.get("threading")
        if threading and threading.active_count() > 1:
            return
        # files that are open, generators, whatever has a word to say at its end
        if any(hasattr(kind, "__del__") for kind in set(map(type, gc.get_objects()))):
            return
        if atexit._ncallbacks() > 1:
            with contextlib.suppress(Exception):  # which has been printed
                atexit._run_exitfuncs()
        with contextlib.suppress(Exception):
            for stream in (sys.stdout, sys.stderr):
                if stream:
                    stream.flush()
            os._exit(0)
