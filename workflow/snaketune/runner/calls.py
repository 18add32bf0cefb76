"""What a slot and the process that has imported its function say to each other, through a socket.

To the process: a run's variables, `NAME=VALUE` with null bytes between them, with the descriptors of its standard
output and error. To the slot: a letter, and what belongs to it.
"""

from __future__ import annotations

__all__ = ["ALONE", "END", "ENDED", "LASTS", "LONGEST", "PID", "READY", "differs_by_run"]

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
