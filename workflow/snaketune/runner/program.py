"""Starts a run's program."""

from __future__ import annotations

import errno
import os
import subprocess

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["CannotStart", "start_program"]


class CannotStart(Exception):  # noqa: N818  (a state of the run, not an error of ours)
    """The program can't be started; the message is the run's reason."""


def start_program(command: Sequence[str], folder: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The started program, in a session of its own, with pipes for what it prints.

    Raises:
        CannotStart: says why.
    """
    if not os.path.isdir(folder):
        raise CannotStart(f"cannot start: the working directory {folder} does not exist")
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        why = error.strerror
        if error.errno == errno.ENOENT:
            exists = os.path.exists(os.path.join(folder, command[0]))
            why = "the interpreter that it names does not exist" if exists else "program not found"
        elif error.errno == errno.ENOEXEC:
            why = "it is neither a binary for this machine nor has it a line #!"
        elif error.errno == errno.E2BIG:
            why = "argument list too long: let the program read $SNAKETUNE_PARAMS (or {params}) instead"
        raise CannotStart(f"cannot start {command[0]!r}: {why}") from error
    except ValueError as error:  # a null byte, half a surrogate pair
        raise CannotStart(f"cannot start {command[0]!r}: {error}") from error
