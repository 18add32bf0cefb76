"""What a run has reported so far, judged while its history grows: by the program itself, and by who watches it."""

from __future__ import annotations

import contextlib
import math
import os
import stat

from snaketune.runner import states
from snaketune.runner.files import read_bytes, replace_file
from snaketune.runner.history import continued, parse_rows
from snaketune.runner.metrics import STATUS
from snaketune.runner.pruner_file import PrunerFile
from snaketune.runner.pruning import Judge, cut_of, until

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from snaketune.runner.pruning import Cut

__all__ = ["TOLD", "Reported", "reported_here"]

# The row by which a program notes that it has been told.
TOLD = {STATUS: "pruned"}


class Reported:
    """The history in the file `path`, which a program appends to.

    `before` is what it begins with if the training goes on (see `history.continued`), `after` the last step that is not
    judged any more. Afterwards: `cut`, where the run is cut, None as long as it is not; `told`, whether the program has
    noted that it knows.
    """

    def __init__(
        self, rule: Mapping[str, Any], fold: int | None, path: str, before: bytes = b"", after: float = -math.inf
    ):
        self.rule, self.fold, self.path, self.before, self.after = rule, fold, path, before, after
        self.cut: Cut | None = None
        self.told = False
        self.last_step: float | None = None
        self.unjudged: str | None = None
        self._begin()

    def look(self) -> Cut | None:
        """Judge what is new; returns the cut."""
        with contextlib.suppress(OSError):
            found = os.stat(self.path)
            if found.st_size < self._read:  # it is written anew
                self._begin()
            # Who opens what is no file may wait for ever.
            if found.st_size > self._read and stat.S_ISREG(found.st_mode):
                (self._look_at_all if self.before else self._look_at_new)()
        return self.cut

    def settle(self) -> Cut | None:
        """Judge the whole history when the program has ended, and cut it behind the step; returns the cut.

        Afterwards: `last_step`, the last one that was judged, None if none was; `unjudged` says so then.

        Raises:
            OSError: the history can't be written.
        """
        history, judge = read_bytes(self.path) or b"", Judge(self.rule, self.fold, self.after)
        cut = judge.through(history)
        self.last_step = judge.reader.last if judge.steps else None
        if not judge.steps:
            wanted = " and ".join(repr(name) for name in judge.reader.names)
            self.unjudged = f"the pruner could not judge it: it reported no values of {wanted} while it trained"
        if cut and (kept := until(history, cut)) != history:
            replace_file(self.path, kept)
        return cut or self.cut

    def _begin(self) -> None:
        self._read = self._lines = 0
        self._judge = Judge(self.rule, self.fold, self.after)

    def _look_at_all(self) -> None:
        """Rows that are reported again stand for those that were there before."""
        content = read_bytes(self.path) or b""
        self._read = len(content)
        whole = continued(self.before, content)
        self.cut = self.cut or cut_of(self.rule, self.fold, whole, self.after)
        self.told = self.told or TOLD in parse_rows(content[len(self.before) :])

    def _look_at_new(self) -> None:
        with open(self.path, "rb") as file:
            file.seek(self._read)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        self._read += len(whole)
        for row in parse_rows(whole):
            self.cut = self.cut or self._judge.see(row, self._lines)
            self.told = self.told or row == TOLD
            self._lines += 1


def reported_here(path: str, pruner: str) -> Reported:
    """What the program of a run has reported, as that program itself sees it: by its variables.

    Raises:
        Refused: the pruner's file can't be read.
    """
    fold, after = (os.environ.get(f"SNAKETUNE_{name}") for name in ("FOLD", "PRUNED_AFTER"))
    before = read_bytes(os.path.join(os.path.dirname(path), states.BEFORE)) or b""
    rule = PrunerFile(pruner).rule
    return Reported(rule, int(fold) if fold else None, path, before, float(after) if after else -math.inf)
