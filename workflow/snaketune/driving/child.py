"""A child process that is told of Ctrl-C once, however it reaches us, and that does not outlive us unseen.

It has a process group of its own, so that a signal of the terminal comes to us alone and is passed on, as one is that
somebody sends to us. What it prints goes to a file, which goes on being written if we are killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO

__all__ = ["Child"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_DIES_WITH_US = 1  # PR_SET_PDEATHSIG


class Child:
    """Runs a command from entering to leaving `with`, and tells what it prints.

    The first of the signals by which we are asked to end is passed on as Ctrl-C, to all of the child's group; the
    second one kills it. If we are killed ourselves it is, too (on Linux). `signals` are those that came. With a `log`
    it prints to that file, else where we do.
    """

    def __init__(self, command: Sequence[str], log: Path | None, environment: Mapping[str, str]):
        self._command, self._environment = command, environment
        self._log = _written(log) if log else None
        self._read = 0
        self.signals: list[int] = []

    def __enter__(self) -> "Child":
        # In another thread than the first one there are no signals to be told of.
        heard = _SIGNALS if threading.current_thread() is threading.main_thread() else ()
        self._handlers = {number: signal.signal(number, self._on_signal) for number in heard}
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT if self._log else None,
            env={**os.environ, **self._environment},
            process_group=0,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.status() is None:  # something has gone wrong with us
            self._pass_on(signal.SIGINT)
            self._process.wait()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if self._log:
            self._log.close()

    def status(self, wait: float = 0.0) -> int | None:
        """The exit status, None as long as there is none; it is waited for, for so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(wait)
        return None

    def lines(self) -> list[str]:
        """The whole lines that it has printed since the last time."""
        if not self._log:
            return []
        content = os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size - self._read, self._read)
        ended = self._process.poll() is not None
        whole = content if ended else content[: content.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole.decode(errors="replace").splitlines()

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self.signals.append(number)
        self._pass_on(signal.SIGINT if len(self.signals) == 1 else signal.SIGKILL)

    def _pass_on(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _written(log: Path) -> IO[bytes]:
    """The log, begun anew; a file without a name where nothing can be written."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        return log.open("w+b")
    except OSError:
        return tempfile.TemporaryFile()


def _die_with_parent() -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIES_WITH_US, signal.SIGKILL, 0, 0, 0)
