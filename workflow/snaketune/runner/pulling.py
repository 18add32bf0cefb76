"""Which runs a worker does next: those of its own block, then, as long as its time allows, those of others.

A block takes as long as its runs do, which may be very unequal. So that no core is idle while another job of the round
has many runs before it, a worker that has none left takes some of those, from their end. It does so when the jobs of
all blocks have begun: before that it ends, so that the next one does, and nobody waits for runs that others have taken.
"""

from __future__ import annotations

import os
import time

from snaketune.runner.cluster import in_cluster_job
from snaketune.runner.portions import SUFFIX, Portions

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from snaketune.runner.portions import Portion

__all__ = ["PORTION", "Others", "Pace", "last_moment"]

PORTION = 0.5  # seconds of work: to take a portion costs some 50 us, on NFS milliseconds
_AT_ONCE = 50  # blocks that are looked at before the fullest of them is chosen
_MARGIN, _LARGEST_MARGIN = 0.1, 60  # of a job's time, and in seconds: it has to end in time


class Pace:
    """How long the runs took that were done so far, in seconds."""

    def __init__(self) -> None:
        self.runs, self.seconds, self.longest = 0, 0.0, 0.0

    def note(self, seconds: float) -> None:
        """A run has taken so long."""
        self.runs, self.seconds = self.runs + 1, self.seconds + seconds
        self.longest = max(self.longest, seconds)

    @property
    def mean(self) -> float | None:
        return self.seconds / self.runs if self.runs else None

    @property
    def portion(self) -> int:
        """How many runs to take at once."""
        return max(1, int(PORTION / max(self.mean, 1e-6))) if self.mean is not None else 1


class Others:
    """The blocks of the same round, beside a block given by the path of its portions; of the same `kind` only.

    Nothing is taken before all blocks of the round, so many with the own one, have begun, nor anything that may not
    have ended by the moment `until`, as `time.monotonic` has it.
    """

    def __init__(self, own: str, kind: Mapping[str, Any], blocks: int, until: float):
        self.folder, self.own = os.path.split(own)
        self.kind, self.blocks, self.until = kind, blocks, until
        self._chosen: Portions | None = None
        self._empty: set[str] = set()  # the paths of those that had nothing for us

    def take(self, pace: Pace) -> Portion | None:
        """Some of their runs; None if there are none, or no time."""
        while time.monotonic() + pace.longest < self.until:
            if self._chosen is None:
                self._chosen = self._fullest()
            if self._chosen is None:
                break
            if portion := self._chosen.take_last(pace.portion):
                return portion
            self._chosen.close()
            self._empty.add(self._chosen.path)
            self._chosen = None
        return None

    def end(self, run: str, code: int) -> None:
        """A run of one of them has ended, of which nobody will say so."""
        for portions in self._all():
            if run in portions.runs:
                portions.end(run, code)
            portions.close()

    def _fullest(self) -> Portions | None:
        """One in which much is left, and which others don't choose at the same time."""
        fullest, most = None, 0
        for number, portions in enumerate(self._all(), 1):
            free = portions.free if portions.kind == self.kind and portions.path not in self._empty else 0
            if free > most:
                fullest, most, portions = portions, free, fullest
            if portions:
                portions.close()
            if fullest and number % _AT_ONCE == 0:
                break
        return fullest

    def _all(self) -> Iterator[Portions]:
        """All others, those that come after the own one first."""
        try:
            listed = os.listdir(self.folder)
        except OSError:
            return
        begun = {os.path.splitext(name)[0] for name in listed if name.endswith((SUFFIX, ".done"))}
        if len(begun) < self.blocks:
            return
        names = sorted(name for name in listed if name.endswith(SUFFIX))
        after = sum(name <= self.own for name in names)
        for name in names[after:] + names[:after]:
            portions = Portions.of_another(os.path.join(self.folder, name)) if name != self.own else None
            if portions is not None:
                yield portions


def last_moment(asked: float) -> float:
    """Until when a job that may take so many seconds from now can take more runs, as `time.monotonic` has it.

    In a job of a cluster of which nobody knows how long it may take: up to now.
    """
    times = [asked]
    if end := os.environ.get("SLURM_JOB_END_TIME", ""):
        times.append(float(end) - time.time())
    left = min(times)
    if left == float("inf") and in_cluster_job():
        left = 0
    return time.monotonic() + left - min(_MARGIN * max(left, 0), _LARGEST_MARGIN)
