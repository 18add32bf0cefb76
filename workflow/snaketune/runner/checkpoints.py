"""The folder of a run in which its program saves what it can go on from; what it writes there is its own affair.

A file whose name ends in .tmp counts for nothing: a program writes such a one beside the file that it is to replace,
and was killed before that.
"""

from __future__ import annotations

import contextlib
import os

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["has_files", "left_out", "measured"]

_UNFINISHED = ".tmp"


def has_files(checkpoint: str) -> bool:
    """Whether there is anything to go on from."""
    return any(_files(checkpoint))


def measured(checkpoint: str) -> dict[str, int] | None:
    """How many files there are, of how many bytes together; None if there are none."""
    sizes = []
    for path in _files(checkpoint):
        with contextlib.suppress(OSError):  # it has just been removed
            sizes.append(os.lstat(path).st_size)
    return {"files": len(sizes), "bytes": sum(sizes)} if sizes else None


def left_out(checkpoint: str, noted: dict[str, int]) -> str | None:
    """Why there is not all of what was `measured` there earlier; None if there is."""
    now = measured(checkpoint)
    if now is None:
        return "is gone"
    lacking = [f"{noted[what]:,} {what}" for what in ("files", "bytes") if now[what] < noted[what]]
    return f"has no longer its {lacking[0]}" if lacking else None


def _files(checkpoint: str) -> Iterator[str]:
    for folder, _, names in os.walk(checkpoint):
        for name in names:
            if not name.endswith(_UNFINISHED):
                yield os.path.join(folder, name)
