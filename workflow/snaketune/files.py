"""Files that appear whole or not at all, and say whether they still are."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from snaketune.sums import add_sum, read_whole

__all__ = ["csv_columns", "csv_rows", "csv_text", "is_there", "kept", "replaced", "write_text"]

csv.field_size_limit(2**31 - 1)  # a parameter may be a very long text


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A temporary file beside `path`, to be written in here; it takes its place, or goes if that fails."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def kept(path: Path) -> Iterator[Path]:
    """As `replaced`, for what others rely on: it is on the disk before it takes its place, and noted (`sums`)."""
    with replaced(path) as temporary:
        yield temporary
        _sync(temporary)
        add_sum(path, temporary.read_bytes())
    _sync(path.parent)


def write_text(path: Path, text: str) -> None:
    """Writes a file that no reader and no crash ever sees a part of, and of which readers know whether it is whole."""
    with kept(path) as temporary:
        # A program may print half a surrogate pair, which UTF-8 has no bytes for.
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")


def _sync(path: Path) -> None:
    """Waits until a file, or a folder's list of files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems know no fsync, or none of a folder
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a CSV table, with the same line ends on every platform."""
    # Cells with either half of the writer's own line end are quoted; with "\n" alone, one with "\r" would not be.
    buffer = io.StringIO()
    csv.writer(_LineEnds(buffer)).writerows([header, *rows])
    return buffer.getvalue()


@dataclass(frozen=True)
class _LineEnds:
    """Ends each row, which the CSV writer hands over with \\r\\n at its end, with \\n."""

    buffer: io.StringIO

    def write(self, row: str) -> None:
        self.buffer.write(row.removesuffix("\r\n") + "\n")


def is_there(path: Path, kind: Callable[[Path], bool] = Path.is_file) -> bool:
    """Whether `path` is a file (or what else `kind` asks); no, if it can't even be a path or is not ours to see."""
    try:
        return kind(path)
    except OSError:
        return False


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV table by column, all cells as text.

    Raises:
        DamagedFile: it is a table of ours that is not what was written.
    """
    return list(csv.DictReader(io.StringIO(read_whole(path), newline="")))


def csv_columns(path: Path) -> dict[str, tuple[str, ...]]:
    """The cells of a CSV table of ours by column.

    Raises:
        DamagedFile: it is not what was written.
        ValueError: there is not even a header, or a row is not whole.
    """
    text = read_whole(path)
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise ValueError(str(error)) from None
    if not text.endswith("\n"):
        raise ValueError("its last line has no end")
    return dict(zip(header, zip(*rows, strict=True) if rows else [()] * len(header), strict=True))
