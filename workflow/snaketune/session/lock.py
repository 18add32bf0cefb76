"""A lock that tells whether its holder is still alive, so that what a dead one left can be removed."""

import errno
import fcntl
import json
import os
import socket
import time
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

__all__ = ["LOCK", "Lock", "acquire", "owner_of"]

LOCK = "snaketune.lock"  # in Snakemake's folder

_GLANCE = 0.1  # seconds in which somebody else has looked whether a file is locked


@dataclass
class Lock:
    """What came of asking for a lock: `file` holds it while the process lives, `owner` describes who else has it.

    Where nothing can be written there is neither.
    """

    file: TextIOWrapper | None
    owner: str | None

    @property
    def granted(self) -> bool:
        return self.file is not None


def acquire(path: Path) -> Lock:
    """Locks the file at `path` for this process, until it ends in whatever way.

    The kernel gives the lock up when the process dies, which no file with a process id in it can promise. On a
    file system without locks it is refused with an owner that says so, and without one where nothing can be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return Lock(None, None)
        raise
    try:
        _lock(file)
    except OSError as error:
        file.seek(0)
        note = file.read()
        file.close()
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return Lock(None, _described(note))
        return Lock(None, f"unknown: {path} can't be locked ({error.strerror})")
    file.seek(0)
    file.truncate()
    json.dump({"host": socket.gethostname(), "pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}, file)
    file.flush()
    return Lock(file, None)


def owner_of(path: Path) -> str | None:
    """Who holds the lock at `path`, None if nobody does; the lock is left alone."""
    try:
        file = path.open(encoding="utf-8")
    except OSError:
        return None
    with file:
        note = file.read()
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return _described(note)
    return None


def _lock(file: TextIOWrapper) -> None:
    """Locks a file; one that somebody merely looks at is asked for again."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        time.sleep(_GLANCE)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _described(note: str) -> str:
    try:
        owner = json.loads(note)
        return f"process {owner['pid']} on {owner['host']}, since {owner['since']}"
    except (ValueError, KeyError, TypeError):  # it is just being written
        return "a process that has just started"
