"""Files that appear whole or not at all."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["csv_rows", "csv_text", "is_there", "replaced", "write_text"]

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


def write_text(path: Path, text: str) -> None:
    """Writes a file through a temporary one beside it, so that no reader and no crash ever sees a part of it."""
    with replaced(path) as temporary:
        # A program may print half a surrogate pair, which UTF-8 has no bytes for.
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")


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
    """The rows of a CSV table by column, all cells as text."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
