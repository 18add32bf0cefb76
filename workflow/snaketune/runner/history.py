"""Files with a JSON object on each line, as programs append them: history.jsonl and our own."""

from __future__ import annotations

from snaketune.runner.json_numbers import loads

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

__all__ = ["broken_lines", "numbered_rows", "parse_rows"]


def parse_rows(content: bytes) -> list[dict[str, Any]]:
    """The objects in order, numbers as strict JSON has them; lines that hold none are left out."""
    return [row for _, row in numbered_rows(content)]


def numbered_rows(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """The objects with the numbers of their lines, counted from 0, those without an object too."""
    rows = enumerate(map(_object, content.splitlines()))
    return [(number, row) for number, row in rows if row is not None]


def broken_lines(content: bytes) -> int:
    """How many lines hold no object. The last may have been cut while it was written, and does not count."""
    return sum(1 for line in content.splitlines()[:-1] if line.strip() and _object(line) is None)


def _object(line: bytes) -> dict[str, Any] | None:
    if not line.strip():
        return None
    try:
        row = loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None
