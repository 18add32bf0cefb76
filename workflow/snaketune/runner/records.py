"""Results of many short runs in few files: a line each, in results/<study>/records.

A line holds all that a result.json would (see `record`), and what the run printed and reported; it ends with the digest
of what stands before it. Each file has one writer at a time, which keeps it locked: a process on the host that the file
is named after. A line is written by one call as soon as its run has ended, so that a kill costs none; `sync` puts it on
the disk.

What the user wants to have run again is forgotten: forgotten.jsonl has the digests of such lines.
"""

from __future__ import annotations

import contextlib
import os
import time

from snaketune.runner import record_line as form
from snaketune.runner.files import append_line, read_bytes, read_lines
from snaketune.runner.record_line import Damaged, LinePlace

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader
    from typing import Any

__all__ = ["FOLDER", "FORGOTTEN", "Records", "search"]

FOLDER = "records"
FORGOTTEN = "forgotten.jsonl"
_TICK = 2_000_000_000  # ns: the coarsest clock of a file system, and how far those of two machines may be apart


class Records:
    """The runs that are recorded in the folder of a study, as far as they have been read."""

    def __init__(self, study: str):
        self.folder = os.path.join(study, FOLDER)
        self.damaged: list[Damaged] = []
        self._paths: list[str] = []
        self._listed: int | None = None  # when the folder had last been changed as these were listed
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
        paths = self._list()
        forgotten = self._stat(os.path.join(self.folder, FORGOTTEN))[1]
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

    def pass_over(self, path: str, begin: int, end: int) -> None:
        """A line of a file, from one offset to another, need not be read: the caller has written it."""
        inode, known, lines = self._read.get(path, (self._stat(path)[0], 0, 0))
        if known == begin:
            self._read[path] = inode, end, lines + 1

    def look_closely(self) -> None:
        """Read what has been added since, on other machines too: NFS answers from memory before a file is opened."""
        with contextlib.suppress(OSError):
            for name in os.listdir(self.folder):
                os.close(os.open(os.path.join(self.folder, name), os.O_RDONLY))
        self._listed = None
        self.refresh()

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

    def _list(self) -> list[str]:
        """The paths of the files, as long as nothing has changed those of before."""
        try:
            changed = os.stat(self.folder).st_mtime_ns
            if changed != self._listed:
                names = [name for name in sorted(os.listdir(self.folder)) if name.endswith(".jsonl")]
                self._paths = [os.path.join(self.folder, name) for name in names if name != FORGOTTEN]
                # Further files may come at the same time, as far as the file system's clock tells.
                self._listed = changed if time.time_ns() - changed > _TICK else None
        except OSError:
            self._paths, self._listed = [], None
        return self._paths

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
