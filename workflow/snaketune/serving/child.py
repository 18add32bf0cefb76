"""A child of the server becomes a script, as if an interpreter had been started with it, but for what is imported."""

import atexit
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import NoReturn

from snaketune.serving.client import Request

__all__ = ["OWN_VARIABLES", "become"]

# What a shell sets for itself, and what is looked up when it is used: a script's own. All else is as in the server.
OWN_VARIABLES = frozenset(
    {b"_", b"SHLVL", b"SHELLOPTS", b"PS1", b"PWD", b"OLDPWD", b"TMPDIR", b"TMP", b"TEMP", b"TEMPDIR"}
)

_UNCAUGHT = 1  # exit code after an exception, as Python's


def become(request: Request, descriptors: Sequence[int], told: socket.socket) -> NoReturn:
    """Runs the script of a request and ends; `told` is told the process's number first and the exit code last."""
    status = _UNCAUGHT
    try:
        told.sendall(f"pid {os.getpid()}\n".encode())
        _take_over(request, descriptors)
        status = _run(request.words)
        _finish()
    except KeyboardInterrupt:
        sys.excepthook(*_raised())
        _flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        sys.excepthook(*_raised())
        _flush()
    finally:
        try:
            told.sendall(f"exit {status & 0xFF}\n".encode())
        finally:
            os._exit(status & 0xFF)


def _take_over(request: Request, descriptors: Sequence[int]) -> None:
    """Takes what the script would have been started with, and nothing of the server's own."""
    atexit._clear()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream.isatty():
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.chdir(request.folder)
    os.umask(request.umask)
    for name in OWN_VARIABLES:
        os.environb.pop(name, None)
    os.environb.update({name: value for name, value in request.environment.items() if name in OWN_VARIABLES})
    tempfile.tempdir = None
    if "numpy.random" in sys.modules:  # which each process would seed by itself
        sys.modules["numpy.random"].seed()


def _run(words: Sequence[str]) -> int:
    """The exit code of the script that `words` begin with."""
    script = words[0]
    module = ModuleType("__main__")
    module.__file__ = script
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]
    sys.modules["__main__"] = module
    sys.argv = list(words)
    sys.path[0] = str(Path(script).resolve().parent)
    try:
        exec(compile(Path(script).read_bytes(), script, "exec"), module.__dict__)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr)
        return _UNCAUGHT
    return 0


def _finish() -> None:
    """What an interpreter does in the end, but for taking itself apart."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    _flush()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _raised() -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """The exception under way, its traceback without the frames of this module."""
    error = sys.exception() or RuntimeError("no exception")
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    return type(error), error.with_traceback(traceback), traceback
