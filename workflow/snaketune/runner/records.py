"""Results of many short runs in few files: a line each, in results/<study>/records.

A line holds all that a result.json would (see `record`), and what the run printed and reported; it ends with the digest
of what stands before it. Each file has one writer at a time, which keeps it locked: a process on the host that the file
is named after. A line is written by one call as soon as its run has ended, so that a kill costs none; `sync` puts it on
the disk.

What the user wants to have run again is forgotten: forgotten.jsonl has the digests of such lines.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re

from snaketune.runner import record_line as form
from snaketune.runner.files import append_line, read_bytes, read_lines
from snaketune.runner.record_line import Damaged, LinePlace

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from io import BufferedReader
    from typing import Any

__all__ = ["FOLDER", "FORGOTTEN", "RecordFile", "Records", "search"]

FOLDER = "records"
FORGOTTEN = "forgotten.jsonl"
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)


class RecordFile:
    """Writes records of a study, given by its folder; nothing is made before the first one."""

    def __init__(self, study: str):
        self.folder = os.path.join(study, FOLDER)
        self.file: int | None = None
        self.synced = True

    def append(self, record: Mapping[str, Any]) -> None:
        """Write a record, which is not empty and has no key `digest`.

        Raises:
            OSError: it can't be written; readers pass over what there is of it.
        """
        if self.file is None:
            self.file = self._open()
        line = form.line_of(record)
        self.synced = False
        written = os.write(self.file, line)
        if written < len(line):
            with contextlib.suppress(OSError):
                os.write(self.file, b"\n")  # what comes next has a line of its own
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.folder)

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        if self.file is not None and not self.synced:
            with contextlib.suppress(OSError):  # some file systems know no fsync
                os.fsync(self.file)
            self.synced = True

    def close(self) -> None:
        """Sync, and leave the file to others."""
        self.sync()
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
                if error.errno in _NO_LOCKS:
                    own = os.path.join(self.folder, f"{host}-{os.getpid()}-{os.urandom(4).hex()}.jsonl")
                    return os.open(own, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
                number += 1
                continue
            with contextlib.suppress(FileNotFoundError):  # set aside meanwhile
                if os.path.samestat(os.stat(path), os.fstat(file)):
                    break
            os.close(file)
        size = os.fstat(file).st_size
        if size and os.pread(file, 1, size - 1) != b"\n":  # the last writer was killed, or the disk was full
            os.write(file, b"\n")
        return file


class Records:
    """The runs that are recorded in the folder of a study, as far as they have been read."""

    def __init__(self, study: str):
        self.folder = os.path.join(study, FOLDER)
        self.damaged: list[Damaged] = []
        self._start_anew()
        self.refresh()

    def _start_anew(self) -> None:
        self._open: BufferedReader | None = None  # the file that was read last
        self._known: dict[tuple[str, str], list[LinePlace]] = {}
        self._read: dict[str, tuple[int, int, int]] = {}  # by path: inode, bytes, lines
        self._forgotten_size = 0
        self._forgotten: set[object] = set()
        self.damaged.clear()

    def refresh(self) -> None:
        """Read what has been added since."""
        try:
            names = sorted(os.listdir(self.folder))
        except OSError:
            names = []
        paths = [os.path.join(self.folder, name) for name in names if name.endswith(".jsonl") and name != FORGOTTEN]
        forgotten = self._stat(os.path.join(self.folder, FORGOTTEN))[1] if FORGOTTEN in names else 0
        now = {path: self._stat(path) for path in paths}
        if forgotten != self._forgotten_size or any(
            path not in now or now[path][0] != inode or now[path][1] < size
            for path, (inode, size, _) in self._read.items()
        ):
            self._start_anew()  # something was forgotten, or files were set aside
            self._forgotten_size = forgotten
            self._forgotten = {line.get("digest") for line in read_lines(os.path.join(self.folder, FORGOTTEN))}
        for path, (inode, size) in now.items():
            begin = self._read.get(path, (inode, 0, 0))
            if size > begin[1]:
                self._scan(path, inode, *begin[1:])

    def has(self, trial: str, run: str, contract: str | None) -> bool:
        """Whether there is a record of a contract."""
        return any(place.contract == contract for place in self._known.get((trial, run), ()))

    def find(self, trial: str, run: str, contract: str | None = None) -> dict[str, Any] | None:
        """The latest record of a contract if there is one, else the latest; None if there is none."""
        places = self._known.get((trial, run), [])
        own = [place for place in places if place.contract == contract] or places
        return _latest(record for record in map(self._read_record, own) if record is not None)

    def place(self, trial: str, run: str, contract: str | None = None) -> LinePlace | None:
        """Where the record is that was written last, of a contract if there is one; another when there is a later."""
        places = self._known.get((trial, run), [])
        return next((place for place in reversed(places) if place.contract == contract), places[-1] if places else None)

    def runs(self) -> Iterator[tuple[str, str]]:
        """All runs that are recorded, as trial and run."""
        return iter(self._known)

    def cut(self) -> list[Damaged]:
        """The last lines without an end, as far as that is known: they are being written, or nobody went on."""
        return [
            Damaged(path, number + 1, "is cut")
            for path, (_, size, number) in self._read.items()
            if size < self._stat(path)[1]
        ]

    def forget(self, runs: Iterable[tuple[str, str]]) -> None:
        """Have runs, given by trial and run, count as not yet done.

        Raises:
            OSError: it can't be written.
        """
        path = os.path.join(self.folder, FORGOTTEN)
        for run in runs:
            for place in self._known.pop(run, ()):
                digest = form.digest_in(self._read_line(place))
                append_line(path, {"digest": digest})
                self._forgotten.add(digest)

    def _read_record(self, place: LinePlace) -> dict[str, Any] | None:
        """The record at a place; None if it is no longer there."""
        with contextlib.suppress(OSError, ValueError):
            line = self._read_line(place)
            return form.record_in(line) if form.is_whole(line) else None
        return None

    def _read_line(self, place: LinePlace) -> bytes:
        if self._open is None or self._open.name != place.path:
            self._open = open(place.path, "rb")  # noqa: SIM115  closed with the next one, or with this object
        return os.pread(self._open.fileno(), place.size, place.offset)

    @staticmethod
    def _stat(path: str) -> tuple[int, int]:
        """The inode and the size of a file; of none if it has just been set aside."""
        try:
            found = os.stat(path)
        except OSError:
            return 0, 0
        return found.st_ino, found.st_size

    def _scan(self, path: str, inode: int, offset: int, number: int) -> None:
        """Read a file on from an offset, before which there are so many lines; a line without an end has to wait."""
        with open(path, "rb") as file:
            file.seek(offset)
            content = file.read()
        start = 0
        while (end := content.find(b"\n", start)) >= 0:
            number += 1
            if end > start and not self._add(content[start:end], path, offset + start):
                self.damaged.append(Damaged(path, number, "is not what was written"))
            start = end + 1
        if start < len(content) and self._add(content[start:], path, offset + start):
            number, start = number + 1, len(content)
        self._read[path] = inode, offset + start, number

    def _add(self, line: bytes, path: str, offset: int) -> bool:
        """Add the record that a line is, unless it is forgotten; False if it is none."""
        head = form.head_of(line)
        if head is None:
            return False
        if not self._forgotten or form.digest_in(line) not in self._forgotten:
            trial, run, contract = head
            self._known.setdefault((trial, run), []).append(LinePlace(contract, path, offset, len(line)))
        return True


def search(study: str, trial: str, run: str, contract: str | None = None) -> dict[str, Any] | None:
    """As `Records.find`, for who asks for one run alone: the files are searched for it, and nothing else is noted."""
    beginning, folder, found = form.beginning_of(trial, run), os.path.join(study, FOLDER), []
    with contextlib.suppress(OSError):
        forgotten = {line.get("digest") for line in read_lines(os.path.join(folder, FORGOTTEN))}
        for name in os.listdir(folder):
            content = read_bytes(os.path.join(folder, name)) or b"" if name.endswith(".jsonl") else b""
            place = content.find(beginning)
            while place >= 0:
                end = content.find(b"\n", place)
                line = content[place : end if end >= 0 else None]
                if form.head_of(line) and form.digest_in(line) not in forgotten:
                    found.append(form.record_in(line))
                place = content.find(beginning, place + 1)
    return _latest([record for record in found if record["contract"] == contract] or found)


def _latest(records: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    return max(records, key=lambda record: str(record["finished"]), default=None)
