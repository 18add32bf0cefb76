"""The folder of a run in which its program saves what it can go on from; what it writes there is its own affair."""

from __future__ import annotations

import contextlib
import os
import re

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["has_files", "has_whole_files", "left_out", "measured"]

# What files are called that are to be renamed when they are whole: model.pt.tmp, state.tmp.npz, network.new, .saving-1.
# A string, since to compile it takes time and it is seldom needed.
_UNFINISHED = r"\..*|tmp.*|temp([._-].*)?|.*[._-](tmp\w*|temp)([.-].*)?|.*\.(new|part|partial)(\.\w+)?|.*~"


def has_files(checkpoint: str) -> bool:
    """Whether there is anything to go on from, in the folder of a run that has ended."""
    return any(_files(checkpoint))


def has_whole_files(checkpoint: str) -> bool:
    """Whether there is anything to go on from, where the program may have been killed while it was writing."""
    return any(not re.fullmatch(_UNFINISHED, os.path.basename(path)) for path in _files(checkpoint))


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
        yield from (os.path.join(folder, name) for name in names)
