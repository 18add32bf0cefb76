"""Locked files, such as the one in a run's folder: two runners of one run must not mix."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os

from snaketune.runner.files import say

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LOCK", "is_held", "lock_folder", "locked_file"]

LOCK = ".lock"


def lock_folder(folder: str) -> int:
    """The descriptor of the lock of a run's folder, held; another runner's end is waited for."""

    def lock(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 1000).decode(errors="replace").strip()
            say(f"waiting for another runner of {folder}: {holder or 'unknown'}")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            say(f"no locks here ({error.strerror}): a second runner of {folder} would not be noticed")

    file = locked_file(os.path.join(folder, LOCK), lock)
    os.ftruncate(file, 0)
    os.pwrite(file, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
    return file


def locked_file(path: str, lock: Callable[[int], object]) -> int:
    """The descriptor of the file at `path`, made if need be, locked by `lock`, which may wait."""
    while True:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        lock(file)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.stat(path), os.fstat(file)):
                return file
        os.close(file)  # it was deleted meanwhile


def is_held(folder: str) -> bool:
    """Whether a runner is at work in a run's folder, as far as the file system's locks tell."""
    try:
        file = os.open(os.path.join(folder, LOCK), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no locks here
        return False
    finally:
        os.close(file)
    return False
