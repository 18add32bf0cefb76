"""The runs of a block, of which workers take portions: the block's own job, and others that have nothing left to do.

It is a file beside the block's marker, as long as the block's job goes on: a line of JSON, `kind` (what has to be alike
for others to join in) and `runs`, and then a byte for each run: free, taken, or how it ended. Whoever works on runs
holds the locks of their bytes, which the kernel gives up however he ends, on NFS too; a lock also shows what others
have written there. The line's first byte is locked by whoever takes runs or gives them back, the second one by the
block's own job.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os

from snaketune.runner.files import put_file
from snaketune.runner.lock import is_ours

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

__all__ = ["SUFFIX", "Portion", "Portions", "owner_lives"]

SUFFIX = ".portions"
_FREE, _TAKEN, _ENDED = range(3)  # and from there on the exit code
_TAKING, _OWNER = range(2)  # bytes of the line
_BUSY = (errno.EACCES, errno.EAGAIN)


class Portion:
    """Consecutive runs that are taken."""

    def __init__(self, portions: Portions, start: int, stop: int):
        self.portions, self.start, self.stop = portions, start, stop

    @property
    def runs(self) -> Sequence[str]:
        return self.portions.runs[self.start : self.stop]

    def give_back(self, codes: Sequence[int]) -> None:
        """The first runs have ended with these exit codes, the others are free again."""
        self.portions.give_back(self.start, self.stop, codes)


class Portions:
    """The runs of a block by an open file; the locks are those of the process that takes them, also after a fork.

    Nobody may open the same one twice in a process: closing one would give up the locks of both.
    """

    def __init__(self, file: int, path: str, kind: Mapping[str, Any], runs: Sequence[str], offset: int):
        self._file, self.path, self.kind, self.runs, self._offset = file, path, kind, runs, offset

    @classmethod
    def begin(cls, path: str, kind: Mapping[str, Any], runs: Sequence[str], done: Collection[str]) -> Portions:
        """Those of a block whose job begins, in which some runs are done.

        Where nothing can be written or locked, nobody else knows of them.
        """
        line = json.dumps({"kind": kind, "runs": list(runs)}).encode() + b"\n"
        content = line + bytes(_ENDED if run in done else _FREE for run in runs)
        try:
            file = _named(path, content)
        except OSError:
            file = _unnamed()
            os.pwrite(file, content, 0)
        return cls(file, path, kind, runs, len(line))

    @classmethod
    def of_another(cls, path: str) -> Portions | None:
        """Those of another job's block; None if there are none, or they are not what was written."""
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            return None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            line = os.pread(file, os.fstat(file).st_size, 0).partition(b"\n")[0]
            head = json.loads(line)
            return cls(file, path, head["kind"], head["runs"], len(line) + 1)
        os.close(file)
        return None

    @property
    def free(self) -> int:
        """How many runs nobody has taken, as far as that is seen without a lock."""
        return self._states().count(_FREE)

    @property
    def codes(self) -> list[int]:
        """The exit codes of the runs that have ended."""
        return [state - _ENDED for state in self._states() if state >= _ENDED]

    def take_first(self, most: int) -> Portion | None:
        """For the block's own job: the first runs that are free, None if none is.

        Of `most` runs no more than half of those that are free, so that there is something for others up to the end.
        """
        with self._alone():
            states = self._states()
            free = states.count(_FREE)
            if not free:
                return None
            start = stop = states.index(_FREE)
            while stop < len(states) and states[stop] == _FREE and stop - start < _share(most, free):
                stop += 1
            return self._taken(start, stop)

    def take_last(self, most: int) -> Portion | None:
        """For others: the last runs that are free, likewise; None if there are none, or the block's job is dead."""
        with self._alone():
            states = self._states()
            free = states.count(_FREE)
            if not free or not is_ours(self._file, self.path) or self._is_nobodys(_OWNER):
                return None
            start = stop = states.rindex(_FREE) + 1
            while start and states[start - 1] == _FREE and stop - start < _share(most, free):
                start -= 1
            return self._taken(start, stop)

    def give_back(self, start: int, stop: int, codes: Sequence[int]) -> None:
        """See `Portion`."""
        ended = bytes(_ENDED + min(code, 200) for code in codes)
        with self._alone():
            os.pwrite(self._file, ended.ljust(stop - start, bytes([_FREE])), self._offset + start)
            fcntl.lockf(self._file, fcntl.LOCK_UN, stop - start, self._offset + start)

    def end(self, run: str, code: int) -> None:
        """A run has ended, of which nobody will say so."""
        with self._alone():
            os.pwrite(self._file, bytes([_ENDED + code]), self._offset + self.runs.index(run))

    def reclaim(self, but: Collection[str] = ()) -> bool:
        """Runs whose holders are dead are free again, `but` these; whether there are any."""
        with self._alone():
            dead = [
                place
                for place, state in enumerate(self._states())
                if state == _TAKEN and self.runs[place] not in but and self._is_nobodys(self._offset + place)
            ]
            for place in dead:
                os.pwrite(self._file, bytes([_FREE]), self._offset + place)
        return bool(dead)

    def close(self) -> None:
        """Go on without them."""
        os.close(self._file)

    def remove(self) -> None:
        """Nobody is to take runs any more."""
        if is_ours(self._file, self.path):
            with contextlib.suppress(OSError):
                os.unlink(self.path)
        self.close()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else takes runs or gives them back in here."""
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, _TAKING)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _TAKING)

    def _states(self) -> bytes:
        return os.pread(self._file, len(self.runs), self._offset).ljust(len(self.runs), bytes([_FREE]))

    def _taken(self, start: int, stop: int) -> Portion | None:
        if not _try(self._file, self._offset + start, stop - start):
            return None
        os.pwrite(self._file, bytes([_TAKEN]) * (stop - start), self._offset + start)
        return Portion(self, start, stop)

    def _is_nobodys(self, byte: int) -> bool:
        """Whether nobody else has locked a byte."""
        ours = _try(self._file, byte)
        if ours:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)
        return ours


def owner_lives(path: str) -> bool:
    """Whether the job whose portions are in a file is going on."""
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_RDWR)
        try:
            return not _try(file, _OWNER)
        finally:
            os.close(file)
    return False


def _share(most: int, free: int) -> int:
    return max(1, min(most, (free + 1) // 2))


def _try(file: int, start: int, size: int = 1) -> bool:
    """Lock bytes, if nobody has; whether they are ours.

    Raises:
        OSError: there are no locks here.
    """
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, size, start)
    except OSError as error:
        if error.errno not in _BUSY:
            raise
        return False
    return True


def _named(path: str, content: bytes) -> int:
    """The descriptor of a new file, by which its owner is known to live.

    Raises:
        OSError: it can't be written, or there are no locks here.
    """
    put_file(path, content)
    file = os.open(path, os.O_RDWR)
    try:
        _try(file, _OWNER)
    except OSError:
        os.close(file)
        os.unlink(path)
        raise
    return file


def _unnamed() -> int:
    """A file without a name, which is shared by forks."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("portions")
    import tempfile  # takes time

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
