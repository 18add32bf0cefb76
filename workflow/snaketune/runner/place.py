"""The folder in which a run is done, held by its lock; a worker moves it on from one run to the next.

To make and to remove folder, lock and note for each run would take longer than many a run. So when a run has left
nothing in its folder that has to stay, the folder becomes that of the next run by being renamed; whoever waits for the
lock looks again whether it is still that of his run.
"""

from __future__ import annotations

import contextlib
import fcntl
import os

from snaketune.runner.files import put_file
from snaketune.runner.lock import LOCK, is_ours, lock_folder, move_trial
from snaketune.runner.states import NOTE

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["PARAMS", "Place", "clear_away"]

PARAMS = "params.json"  # of a run without a file of its trial's parameters
_OURS = frozenset({LOCK, NOTE, PARAMS})


class Place:
    """Where runs are done, one after the other; `number` counts the locks, `lock` is the present one."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.lock = self.number = -1
        self._trial = -1  # the folder of its trial, open
        self._bare = False
        self._marked: tuple[str, int] | None = None  # the note in it, and when it was written

    def move(self, folder: str) -> bool:
        """Make the folder that is held, if there is nothing in it, that of another run; whether that has none yet."""
        if self.folder is None or not self._bare or os.path.lexists(folder):
            return False
        if not move_trial(self._trial, self.folder, folder):
            return False
        self.folder, self._bare = folder, False
        os.utime(self.lock)  # since when the run goes on
        return True

    def take(self, folder: str, waits: Callable[[], object]) -> bool:
        """Hold the folder of a run, when no other runner does; whether there is nothing in it yet.

        `waits` is called if it has to be waited for.

        Raises:
            OSError: it can't be made.
        """
        self.leave()
        self.lock, self.folder = lock_folder(folder, waits), folder
        self._trial = os.open(os.path.dirname(folder), os.O_RDONLY)
        self.number += 1
        return os.listdir(folder) == [LOCK]

    def mark(self, note: str) -> None:
        """Leave a note of what the files in the folder, in which there is nothing yet, will belong to.

        Raises:
            OSError: it can't be written.
        """
        path = os.path.join(self.folder or "", NOTE)
        if self._marked and os.path.exists(path) and self._marked == (note, os.stat(path).st_mtime_ns):
            return
        put_file(path, note)
        self._marked = note, os.stat(path).st_mtime_ns

    def has_only(self, names: Collection[str]) -> bool:
        """Whether there is nothing but files of these names and our own."""
        assert self.folder is not None, "it is held"
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            whole = all(
                (entry.name in names or entry.name in _OURS) and entry.is_file(follow_symlinks=False)
                for entry in entries
            )
            return whole and is_ours(self.lock, os.path.join(self.folder, LOCK))
        return False

    def clear(self) -> None:
        """Remove what there is: the run needs it no more."""
        assert self.folder is not None, "it is held"
        with contextlib.suppress(OSError):
            for name in os.listdir(self.folder):
                if name not in (LOCK, NOTE):
                    os.unlink(os.path.join(self.folder, name))
            self._bare = True

    def leave(self) -> None:
        """Let the folder go; it is removed if there is nothing in it."""
        if self.folder is not None:
            if self._bare:
                with contextlib.suppress(OSError):
                    for name in _OURS & {*os.listdir(self.folder)}:
                        os.unlink(os.path.join(self.folder, name))
                    os.rmdir(self.folder)
                    os.rmdir(os.path.dirname(self.folder))
            os.close(self._trial)
            os.close(self.lock)
            self.folder, self._bare, self._marked = None, False, None


def clear_away(folder: str, names: Collection[str]) -> None:
    """Remove the folder of a run that is recorded, in which a killed runner has left nothing but files of these names.

    It stays where somebody holds it.
    """
    place = Place()
    with contextlib.suppress(OSError):
        place.lock = os.open(os.path.join(folder, LOCK), os.O_RDWR)
        place.folder, place._trial = folder, os.open(os.path.dirname(folder), os.O_RDONLY)
        fcntl.flock(place.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if place.has_only(names):
            place.clear()
    place.leave()
