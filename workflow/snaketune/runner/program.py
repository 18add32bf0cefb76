"""Programs of runs: how one is started, and the one interface by which it is watched, however it was started."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["RSS_UNIT", "CannotStart", "Ended", "Program", "spawn", "start_program", "wait_for"]

RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in which the kernel counts ru_maxrss


class CannotStart(Exception):  # noqa: N818  (a state of the run, not an error of ours)
    """The program can't be started; the message is the run's reason."""


class Ended:
    """The end of a process: `status` as from wait; what it and those that it had waited for used.

    `cpu_seconds`: all of them together; `max_rss`: the largest one's resident memory at its peak, in bytes.
    """

    def __init__(self, status: int, cpu_seconds: float, max_rss: int):
        self.status, self.cpu_seconds, self.max_rss = status, cpu_seconds, max_rss


def wait_for(pid: int, options: int = os.WNOHANG) -> Ended | None:
    """How a child of this process has ended, None if it has not.

    Raises:
        ChildProcessError: it is no child of this process, or not any more.
    """
    found, status, usage = os.wait4(pid, options)
    return Ended(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT) if found else None


class Program:
    """A started program: `stdout` and `stderr` are the descriptors to read what it prints from.

    `pid` leads its session; 0 as long as it is not known. The `further` descriptors can be read from when there is
    something to `poll` for.
    """

    further: Sequence[int] = ()
    gave: bytes | None = None  # what a function has returned, for metrics.json; None if the program leaves it itself

    def __init__(self, pid: int, stdout: int, stderr: int):
        self.pid, self.stdout, self.stderr = pid, stdout, stderr

    def poll(self) -> Ended | None:
        """How the program has ended, once; None if it has not."""
        return wait_for(self.pid)

    def close(self) -> None:
        """Give the descriptors back."""
        os.close(self.stdout)
        os.close(self.stderr)


def start_program(command: Sequence[str], folder: str, environment: Mapping[str, str]) -> Program:
    """The started program, in a session of its own, with pipes for what it prints.

    Raises:
        CannotStart: says why.
    """
    (stdout, out), (stderr, err) = os.pipe(), os.pipe()
    try:
        return Program(spawn(command, folder, environment, out, err), stdout, stderr)
    except CannotStart:
        os.close(stdout)
        os.close(stderr)
        raise
    finally:
        os.close(out)
        os.close(err)


def spawn(
    command: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    stdout: int,
    stderr: int,
    passed: Sequence[int] = (),
) -> int:
    """The pid of a started process, in a session of its own; it gets the descriptors for its output, and `passed`.

    Raises:
        CannotStart: says why.
    """
    if not os.path.isdir(folder):
        raise CannotStart(f"cannot start: the working directory {folder} does not exist")
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            pass_fds=passed,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise CannotStart(f"cannot start {command[0]!r}: {_why(error, command, folder)}") from error
    process.returncode = 0  # it is waited for by its pid
    return process.pid


def _why(error: OSError | ValueError, command: Sequence[str], folder: str) -> str:
    if not isinstance(error, OSError):  # a null byte, half a surrogate pair
        return str(error)
    if error.errno == errno.ENOENT:
        exists = os.path.exists(os.path.join(folder, command[0]))
        return "the interpreter that it names does not exist" if exists else "program not found"
    if error.errno == errno.ENOEXEC:
        return "it is neither a binary for this machine nor has it a line #!"
    if error.errno == errno.E2BIG:
        return "argument list too long: let the program read $SNAKETUNE_PARAMS (or {params}) instead"
    return str(error.strerror)
