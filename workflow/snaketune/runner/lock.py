"""Locked files, such as the one in a run's folder: two runners of one run must not mix."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time

from snaketune.runner.files import say
from snaketune.runner.folder import open_folder

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "LOCK",
    "NO_LOCKS",
    "is_held",
    "is_locked",
    "is_ours",
    "kept_in_place",
    "lock_folder",
    "locked_file",
    "move_trial",
]

LOCK = ".lock"
NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)  # what a file system says that knows none
_PAUSE = 0.05  # seconds


def lock_folder(folder: str, waits: Callable[[], object]) -> int:
    """The descriptor of the lock of a run's folder, which is made if need be, held; another runner's end is waited for.

    `waits` is called when it has to be.

    Raises:
        OSError: the folder can't be made.
    """
    told = False
    while True:
        # Not until the lock is free: its holder may move the folder on to its next run (`place`).
        with contextlib.suppress(FileNotFoundError), kept_in_place(os.path.dirname(folder)):  # just removed
            open_folder(folder)
            file = os.open(os.path.join(folder, LOCK), os.O_RDWR | os.O_CREAT, 0o666)
            if _is_taken(file, folder, told) and is_ours(file, os.path.join(folder, LOCK)):
                break
            os.close(file)
            told = True
        waits()
        time.sleep(_PAUSE)
    os.ftruncate(file, 0)
    os.pwrite(file, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
    return file


@contextlib.contextmanager
def kept_in_place(trial: str) -> Iterator[None]:
    """In here, the folder of a trial, made if need be, is not moved on to another one (`move_trial`).

    Raises:
        OSError: it can't be made.
    """
    while True:
        open_folder(trial)
        with contextlib.suppress(FileNotFoundError):  # moved or removed meanwhile
            descriptor = os.open(trial, os.O_RDONLY)
            with contextlib.suppress(OSError):  # no locks here: nothing is moved either
                fcntl.flock(descriptor, fcntl.LOCK_SH)
            if is_ours(descriptor, trial):
                break
            os.close(descriptor)
    try:
        yield
    finally:
        os.close(descriptor)


def move_trial(descriptor: int, run: str, folder: str) -> bool:
    """Make the folder of a trial, which is open, with the folder `run` in it that of the run `folder`.

    Whether that was possible: nothing else is in it, nobody is about to change that, and there is no such trial yet.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # a network's file system may know no such lock of a folder
        return False
    old, new = os.path.split(run), os.path.split(folder)
    try:
        if os.listdir(old[0]) != [old[1]] or os.path.lexists(new[0]):
            return False
        os.rename(old[0], new[0])
        if old[1] != new[1]:
            os.rename(os.path.join(new[0], old[1]), folder)
    except OSError:
        return False
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True


def _is_taken(file: int, folder: str, told: bool) -> bool:
    """Whether the lock is ours now; says who has it, if it was not `told` yet."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not told:
            holder = os.read(file, 1000).decode(errors="replace").strip()
            say(f"waiting for another runner of {folder}: {holder or 'unknown'}")
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        say(f"no locks here ({error.strerror}): a second runner of {folder} would not be noticed")
    return True


def locked_file(path: str, lock: Callable[[int], object]) -> int:
    """The descriptor of the file at `path`, made if need be, locked by `lock`, which may wait."""
    while True:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        lock(file)
        if is_ours(file, path):
            return file
        os.close(file)  # it was deleted meanwhile


def is_ours(file: int, path: str) -> bool:
    """Whether an open file is still the one at `path`."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.stat(path), os.fstat(file))
    return False


def is_held(folder: str) -> bool:
    """Whether a runner is at work in a run's folder, as far as the file system's locks tell."""
    return is_locked(os.path.join(folder, LOCK))


def is_locked(path: str) -> bool:
    """Whether some process keeps the file at `path` locked, as far as the file system's locks tell."""
    try:
        file = os.open(path, os.O_RDONLY)
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
