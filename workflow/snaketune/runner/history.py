"""Files with a JSON object on each line, as programs append them: history.jsonl and our own."""

from __future__ import annotations

from snaketune.runner.json_numbers import is_number, loads

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

__all__ = ["STEPS", "broken_lines", "continued", "marked", "numbered_rows", "parse_rows"]

# Where a row says how far the training is: the first of these that there is.
STEPS = ("step", "epoch", "iteration")


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


def marked(history: bytes) -> bytes:
    """The history that a program is to go on with; a blank at its end tells what is appended from a file of its own."""
    return history[:-1] + b" \n" if history else b""


def continued(before: bytes, now: bytes) -> bytes:
    """The history of a training that was begun again, with `before` (`marked`), of which its program has made `now`.

    It may have appended, or written a file of its own. From the smallest step on that it reports, its rows stand for
    those that were there before: it went on from a checkpoint, or began anew. If its rows have no steps, it began anew.
    A last line that was cut while it was written is left out.
    """
    added = now[len(before) :] if now.startswith(before) else now
    before = before[:-2] + b"\n" if before else b""
    rows = parse_rows(added)
    if not rows:
        return before
    step = next((name for name in STEPS if any(_is_step(row, name) for row in rows)), None)
    if step is None:
        return _whole_lines(added)
    first = min(row[step] for row in rows if _is_step(row, step))
    kept, lines = [], before.splitlines(keepends=True)
    earlier = [_object(line) or {} for line in lines]
    gone = all(row[step] >= first for row in earlier if _is_step(row, step))
    for row, line in zip(earlier, lines):  # noqa: B905  Python 3.8 has no `strict`
        if _is_step(row, step):
            gone = row[step] >= first
        if not gone:
            kept.append(line)
    return b"".join(kept) + _whole_lines(added)


def _is_step(row: dict[str, Any], name: str) -> bool:
    return is_number(row.get(name)) and not isinstance(row[name], str)


def _whole_lines(content: bytes) -> bytes:
    """The content with an end to its last line, or without that line if it is not whole."""
    lines, _, last = content.rpartition(b"\n")
    if not last:
        return content
    return content + b"\n" if _object(last) is not None else lines + b"\n" * bool(lines)


def _object(line: bytes) -> dict[str, Any] | None:
    if not line.strip():
        return None
    try:
        row = loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None
