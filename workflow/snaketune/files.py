"""Files that appear whole or not at all."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["csv_rows", "csv_text", "write_text"]

csv.field_size_limit(2**31 - 1)  # a parameter may be a very long text


def write_text(path: Path, text: str) -> None:
    """Writes a file through a temporary one beside it, so that no reader and no crash ever sees a part of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a CSV table, with the same line ends on every platform."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV table by column, all cells as text."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
