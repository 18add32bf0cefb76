"""Locked files, such as the one in a run's folder: two runners of one run must not mix."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time

from snaketune.runner.files import say

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LOCK", "is_held", "is_ours", "lock_folder", "locked_file"]

LOCK = ".lock"
_PAUSE = 0.05  # seconds


def lock_folder(folder: str) -> int:
    """The descriptor of the lock of a run's folder, held; another runner's end is waited for."""
    told = False

    def lock(file: int) -> bool:
        nonlocal told
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                holder = os.read(file, 1000).decode(errors="replace").strip()
                say(f"waiting for another runner of {folder}: {holder or 'unknown'}")
            told = True
            # Not until the lock is free: its holder may have moved the folder on to its next run (`place`).
            time.sleep(_PAUSE)
            return False
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            say(f"no locks here ({error.strerror}): a second runner of {folder} would not be noticed")
        return True

    file = locked_file(os.path.join(folder, LOCK), lock)
    os.ftruncate(file, 0)
    os.pwrite(file, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
    return file


def locked_file(path: str, lock: Callable[[int], bool]) -> int:
    """The descriptor of the file at `path`, made if need be, once `lock` says that it has locked it; it may wait."""
    while True:
        with contextlib.suppress(FileNotFoundError):  # the folder was removed meanwhile
            os.makedirs(os.path.dirname(path), exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            if lock(file) and is_ours(file, path):
                return file
            os.close(file)


def is_ours(file: int, path: str) -> bool:
    """Whether an open file is still the one at `path`."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.stat(path), os.fstat(file))
    return False


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
