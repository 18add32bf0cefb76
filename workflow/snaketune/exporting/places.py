"""Where exports go: files that are replaced as a whole, and only if there is something new."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from snaketune.files import replaced
from snaketune.layout import Layout

__all__ = ["Written", "held", "put"]

_LOCK = ".exporting"


@dataclass(frozen=True)
class Written:
    """An export: where it is, whether it had to be written anew, and what is to be said of it, a line each."""

    place: str
    changed: bool
    notes: tuple[str, ...] = ()


def put(path: Path, content: bytes) -> bool:
    """Writes a file that appears as a whole, unless it has that content already; whether it was written."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as temporary:
        temporary.write_bytes(content)
    return True


@contextmanager
def held(layout: Layout) -> Iterator[None]:
    """For a `with` statement: nobody else exports the study meanwhile; others wait."""
    with ExitStack() as stack:
        with suppress(OSError):  # where nothing can be written there can be no locks, nor others that export to there
            file = os.open(layout.root / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
            stack.callback(os.close, file)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
