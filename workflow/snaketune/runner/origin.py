"""What a run goes on from: what an earlier attempt at it has saved, or a run of its trial with a smaller budget."""

from __future__ import annotations

import contextlib
import math
import os

from snaketune.runner import states
from snaketune.runner.checkpoints import has_files, has_whole_files, measured
from snaketune.runner.folder import inherit, note_of

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from snaketune.runner.previous import Find, Previous
    from snaketune.runner.proposed import Rung
    from snaketune.runner.run_id import RunId
    from snaketune.runner.spec import RunSpec

__all__ = ["Origin"]


class Origin:
    """What the run `run` in a folder goes on from; most runs begin anew.

    `rung` is what is known of a run with a budget. `from_budget` is that of the run from which it, or the attempt that
    it goes on from, went on; None if that began anew.
    """

    def __init__(self, run: RunId, folder: str, rung: Rung | None):
        self.run, self.folder, self.rung = run, folder, rung
        self.checkpoint = os.path.join(folder, states.CHECKPOINT)
        self.previous: Previous | None = None
        self.from_budget: float | None = None
        self.lacking: str | None = None  # why there is nothing to go on from, though there should be

    @property
    def promoted_from(self) -> float | None:
        """The budget of the run that it can go on from; None if there is none."""
        return self.previous.run.budget if self.previous else None

    @property
    def inherited(self) -> bytes:
        """What its history begins with."""
        return self.previous.reported if self.previous and self.promoted_from == self.from_budget else b""

    def judged(self, rule: Mapping[str, Any]) -> float:
        """The last step that it has from the run before, which was judged then; -inf if there is none."""
        if not self.inherited:
            return -math.inf
        from snaketune.runner.pruning import Judge  # most searches have no pruner

        judge = Judge(rule, self.run.fold, math.inf)
        judge.through(self.inherited)
        return max(judge.steps, default=-math.inf)

    def look_back(self, study: str, trial: str, spec: RunSpec, find: Find) -> None:
        """See what run of the trial it can go on from; `find` gives a run's record."""
        if self.run.budget is None:
            return
        if self.rung is None:
            self.lacking = f"the table of its round does not tell of {self.run}"
        elif self.rung.from_budget is not None and spec.resume:
            from snaketune.runner.previous import Unusable, previous_run  # most runs have none

            before = self.run._replace(budget=self.rung.from_budget)
            try:
                self.previous = previous_run(study, trial, before, spec, find)
            except Unusable as why:
                self.lacking = str(why)

    def note(self, spec: RunSpec) -> str:
        """What to note in a folder in which there is nothing yet: it goes on from what it can."""
        self.from_budget = self.promoted_from
        return note_of(spec.contract, spec.training, from_budget=self.from_budget)

    def begin(self) -> str | None:
        """Leave in the folder what the program is to find; says if it is less than it should be.

        Raises:
            OSError: the folder can't be written.
        """
        if self.run.budget is None:
            return None
        inherit(self.folder, self.inherited)
        os.makedirs(self.checkpoint, exist_ok=True)
        saved = (
            "goes on from what it has saved itself" if has_whole_files(self.checkpoint) else "is trained from the start"
        )
        return self.lacking and f"{self.lacking}: it {saved}"

    def end(self) -> None:
        """The program has ended: a folder in which it has saved nothing need not stay."""
        with contextlib.suppress(OSError):
            os.rmdir(self.checkpoint)

    def words(self) -> dict[str, Any]:
        """What the program is told."""
        before = self.previous.folder if self.previous else None
        words: dict[str, Any] = {"checkpoint": self.checkpoint, "resume": self._saved(before)}
        if self.run.budget is not None:
            most = self.rung.max_budget if self.rung else None
            words.update({
                "budget": self.run.budget, "from_budget": self.from_budget or 0, "max_budget": most or self.run.budget,
                "previous": before or "",
            })  # fmt: skip
        return words

    def _saved(self, before: str | None) -> str:
        """Where there is what the program can load: in its own folder, else in that of the run before; else empty."""
        if has_whole_files(self.checkpoint):
            return self.checkpoint
        earlier = os.path.join(before, states.CHECKPOINT) if before else ""
        return earlier if has_files(earlier) else ""

    def noted(self) -> dict[str, Any]:
        """What the record of a run with a budget says of it; nothing of one without."""
        return {} if self.run.budget is None else {"from_budget": self.from_budget}

    def saved(self) -> dict[str, Any]:
        """Likewise, of what it has saved."""
        checkpoint = measured(self.checkpoint) if self.run.budget is not None else None
        return {"checkpoint": checkpoint} if checkpoint else {}
