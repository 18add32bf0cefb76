"""What a slot and the process that has imported its function say to each other, through a socket.

To the process: a run's variables, `NAME=VALUE` with null bytes between them, with the descriptors of its standard
output and error. To the slot: a letter, and what belongs to it. What a function has returned is in shared memory: a
file would take longer than many a function.
"""

from __future__ import annotations

import mmap
import struct

__all__ = ["ALONE", "END", "ENDED", "LASTS", "LONGEST", "PID", "READY", "Returned", "differs_by_run"]

READY = b"r"  # the function is imported, and children are forked from now on
ALONE = b"a"  # why each run needs an interpreter of its own
LASTS = b"l"  # the pid of a child that does not end at once
ENDED = b"e"  # the wait status of a child, its CPU seconds, ru_maxrss
PID, END = "=i", "=idq"  # as `struct` packs them
LONGEST = 1 << 17  # bytes of a message

# The variables of ours that are the same for all runs of a study; the others differ by run.
_SAME = frozenset(f"SNAKETUNE_{name}" for name in ("STUDY", "N_FOLDS", "ROOT", "TOKEN", "METRIC"))


def differs_by_run(variable: str) -> bool:
    """Whether an environment variable tells a program of the one run that it is started for."""
    return variable.startswith("SNAKETUNE_") and variable not in _SAME


class Returned:
    """What the function of the present run has returned, in the shared memory that a file descriptor stands for."""

    SIZE = 1 << 16
    _HEAD = struct.Struct("q")  # one more than the number of bytes, 0 for nothing

    def __init__(self, file: int):
        self._memory = mmap.mmap(file, self.SIZE)

    def clear(self) -> None:
        """The next run begins."""
        self._HEAD.pack_into(self._memory, 0, 0)

    def put(self, content: bytes) -> bool:
        """Leave it; whether there is room."""
        end = self._HEAD.size + len(content)
        if end > self.SIZE:
            return False
        self._memory[self._HEAD.size : end] = content
        self._HEAD.pack_into(self._memory, 0, len(content) + 1)
        return True

    def get(self) -> bytes | None:
        """What there is, None if nothing."""
        (size,) = self._HEAD.unpack_from(self._memory)
        return self._memory[self._HEAD.size : self._HEAD.size + size - 1] if size else None
