"""Writes records of runs: each file of them has one writer at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import re

from snaketune.runner.lock import NO_LOCKS, is_ours
from snaketune.runner.record_line import line_of
from snaketune.runner.records import FOLDER

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["RecordFile"]

_NO_SYNC = (errno.EINVAL, errno.EROFS, errno.EOPNOTSUPP, errno.ENOSYS)  # some file systems know no fsync


class RecordFile:
    """Writes records of a study, given by its folder; nothing is made before the first one."""

    def __init__(self, study: str):
        self.folder = os.path.join(study, FOLDER)
        self.file: int | None = None
        self.synced = True
        self._path, self._end = "", 0
        self._cut = False  # a line was not written whole, nor ended

    def append(self, record: Mapping[str, Any]) -> tuple[str, int, int]:
        """Write a record, which is not empty and has no key `digest`; returns the file, begin and end of the line.

        Raises:
            OSError: it can't be written; readers pass over what there is of it.
        """
        if self.file is None:
            self.file = self._open()
        line = line_of(record)
        self.synced = False
        if self._cut:  # what comes next has a line of its own
            self._end += os.write(self.file, b"\n")
            self._cut = False
        written = os.write(self.file, line)
        begin, self._end = self._end, self._end + written
        if written < len(line):
            self._cut = True
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.folder)
        return self._path, begin, self._end

    def sync(self) -> None:
        """Wait until all that was written is on the disk.

        Raises:
            OSError: it can't be written; a file system of a network says only now that it is full.
        """
        if self.file is not None and not self.synced:
            try:
                os.fsync(self.file)
            except OSError as error:
                if error.errno not in _NO_SYNC:
                    raise
            self.synced = True

    def close(self) -> None:
        """Sync, and leave the file to others."""
        try:
            self.sync()
        finally:
            if self.file is not None:
                os.close(self.file)
                self.file = None

    def _open(self) -> int:
        """The descriptor of a file of this host that nobody else writes to."""
        os.makedirs(self.folder, exist_ok=True)
        host, number = re.sub(r"[^\w.-]", "_", os.uname().nodename), 1
        while True:
            path = os.path.join(self.folder, f"{host}-{number}.jsonl")
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(file)
                if error.errno in NO_LOCKS:
                    self._path = os.path.join(self.folder, f"{host}-{os.getpid()}-{os.urandom(4).hex()}.jsonl")
                    return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
                number += 1
                continue
            if is_ours(file, path):
                break
            os.close(file)  # it was set aside meanwhile
        size = os.fstat(file).st_size
        if size and os.pread(file, 1, size - 1) != b"\n":  # the last writer was killed, or the disk was full
            size += os.write(file, b"\n")
        self._path, self._end = path, size
        return file
