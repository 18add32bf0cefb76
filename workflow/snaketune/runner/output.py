"""What a program prints, kept within bounds."""

from __future__ import annotations

import collections
import contextlib
import os
import re

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Output", "kept_text"]

_MARK = "\n[%d bytes left out here]\n"


class Output:
    """One stream of the program: the first `limit` bytes go to the file as soon as it is open, the last at the end.

    It is to be opened, by calling `too_long`, when there are more than SHORT bytes at the latest.
    """

    SHORT = 4096

    def __init__(self, path: str, limit: int, too_long: Callable[[], object]):
        self.path, self.limit, self.head = path, limit, bytearray()
        self.tail: collections.deque[bytes] = collections.deque()
        self.tail_size = self.left_out = 0
        self.problem: str | None = None
        self._too_long = too_long
        self._file: int | None = None
        self._ended = False

    def open(self) -> None:
        """Write what there is to the file, and from now on all that comes.

        Raises:
            OSError: it can't be made.
        """
        if self._file is None:
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            self._store(self.head)
            if self._ended:
                self._write_end()

    @property
    def size(self) -> int:
        """How many bytes the program has printed."""
        return len(self.head) + self.tail_size + self.left_out

    def write(self, data: bytes) -> None:
        """Take what was read."""
        if self._file is None and len(self.head) + len(data) > self.SHORT:
            self._too_long()
        room = self.limit - len(self.head)
        if room > 0:
            self.head += data[:room]
            self._store(data[:room])
            data = data[room:]
        if data:
            self.tail.append(data)
            self.tail_size += len(data)
            while self.tail and self.tail_size - len(self.tail[0]) >= self.limit:
                self._leave_out(len(self.tail[0]))
                self.tail.popleft()

    def _leave_out(self, size: int) -> None:
        self.left_out += size
        self.tail_size -= size

    def _store(self, data: bytes | bytearray) -> None:
        try:
            while data and self._file is not None and not self.problem:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            self.problem = f"{os.path.basename(self.path)} is incomplete: {error.strerror}"

    def finish(self) -> None:
        """The program has ended: write the tail; and the whole file again if the program has deleted it."""
        tail = b"".join(self.tail)
        excess = max(0, len(tail) - self.limit)
        self._leave_out(excess)
        self.tail = collections.deque([tail[excess:]])
        self._ended = True
        if self._file is not None and not os.path.exists(self.path):
            try:
                os.makedirs(os.path.dirname(self.path), exist_ok=True)
                os.close(self._file)
                self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o666)
                self._store(self.head)
            except OSError as error:
                self.problem = f"{self.path} was deleted and cannot be written again: {error.strerror}"
        self._write_end()

    def _write_end(self) -> None:
        if self.left_out:
            self._store((_MARK % self.left_out).encode())
        self._store(self.tail[0])

    def drop_tail(self) -> None:
        """Free the room that the tail takes on the disk."""
        with contextlib.suppress(OSError):
            if self._file is None:
                return
            kept = min(len(self.head), os.fstat(self._file).st_size)
            os.ftruncate(self._file, kept)
            if dropped := self.left_out + sum(map(len, self.tail)):
                mark = (_MARK % dropped).encode()  # it takes no further room
                os.pwrite(self._file, mark, max(0, kept - len(mark)))

    def close(self) -> None:
        """No more is written."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def content(self) -> bytes:
        """All that the program has printed, of what is short."""
        return bytes(self.head) + b"".join(self.tail)

    def text(self) -> str:
        """What was kept, without the lines that were cut."""
        head, tail = bytes(self.head), b"".join(self.tail)
        return _whole_lines(head, tail) if self.left_out else (head + tail).decode(errors="replace")


def kept_text(content: bytes) -> tuple[str, int]:
    """What `Output.text` gave of a stream, from the content of its file, and how many bytes were not kept."""
    head, mark, tail = content, b"", b""
    for found in re.finditer(_MARK.replace("[", r"\[").replace("%d", r"(\d+)").encode(), content):
        head, mark, tail = content[: found.start()], found[1], content[found.end() :]
    return (_whole_lines(head, tail), int(mark)) if mark else (content.decode(errors="replace"), 0)


def _whole_lines(head: bytes, tail: bytes) -> str:
    """Both without the lines that were cut where they do not meet."""
    return (head.rpartition(b"\n")[0] + b"\n" + tail.partition(b"\n")[2]).decode(errors="replace")
