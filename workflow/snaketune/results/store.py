"""The results of a study's runs, whichever form they have: files in a run's folder, or lines of record files.

Of several results of a run one counts: a record of the present contract, else its result.json. While nothing has been
begun under the present contract, the latest record of an earlier one counts as well, as a result.json does until its
run begins anew.
"""

import os
from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property
from typing import Any

from snaketune.layout import Layout
from snaketune.results.records import RunRecord, read_record, record_from
from snaketune.runner import states
from snaketune.runner.files import read_bytes
from snaketune.runner.record_line import Damaged
from snaketune.runner.records import Records
from snaketune.runner.run_id import RunId
from snaketune.runner.stopping import session_of
from snaketune.sums import DamagedFile

__all__ = ["UNFOLD", "Store"]

# The words that write the files of runs that are recorded.
UNFOLD = "python -P -m snaketune.runner.unfold"


class Store:
    """The results of the study of `layout`, as far as records had been written when it was last refreshed.

    `contract` is the present one.
    """

    def __init__(self, layout: Layout, contract: str | None):
        self.layout, self._contract = layout, contract
        self._trials = str(layout.trials)

    @cached_property
    def _records(self) -> Records:
        return Records(str(self.layout.root))

    @cached_property
    def _earlier(self) -> bool:
        """Whether results of an earlier contract count: no workflow has begun under the present one."""
        return session_of(str(self.layout.root)).get("contract") != self._contract

    def refresh(self) -> None:
        """Sees what has been recorded since."""
        self.__dict__.pop("_earlier", None)
        self._records.refresh()

    @property
    def damaged(self) -> list[Damaged]:
        """The lines of record files that are not what was written."""
        return self._records.damaged

    @property
    def cut(self) -> list[Damaged]:
        """The last lines of record files without an end, which somebody may still be writing."""
        return self._records.cut()

    def done(self, trial: str, run: RunId | str) -> bool:
        """Whether a run is done under the present contract, or has a result.json that its runner will judge."""
        return self.recorded(trial, run) or self._in_folder(trial, run)

    def recorded(self, trial: str, run: RunId | str) -> bool:
        """Whether there is a record of the present contract."""
        return self._records.has(trial, str(run), self._contract)

    def record(self, trial: str, run: RunId | str) -> RunRecord:
        """What the runner said of a run.

        Raises:
            FileNotFoundError: the run has not ended.
            DamagedFile: its result is not what the runner wrote.
        """
        line = self._line(trial, str(run))
        if line is None:
            return read_record(self.layout.result(trial, run))
        try:
            return record_from({**line, "log": ""})  # where its logs would be, if it had any
        except ValueError as error:
            raise DamagedFile(self.layout.records, f"of {trial}/{run}: {error}") from None

    def history(self, trial: str, run: RunId | str) -> bytes | None:
        """What a run reported while it trained, as its history.jsonl has it; None if it reported nothing."""
        line = self._line(trial, str(run))
        if line is None:
            return read_bytes(str(self.layout.history(trial, run)))
        return _as_bytes(line.get("reported"))

    def printed(self, trial: str, run: RunId | str, stream: str, *, most: int | None = None) -> bytes | None:
        """What a run printed (`stream`: stdout, stderr), of which `most` bytes at the end; None if it is not kept."""
        line = self._line(trial, str(run))
        if line is not None:
            said = _as_bytes((line.get("printed") or {}).get(stream))
            return said if said is None or most is None else said[-most:]
        try:
            with (self.layout.run_logs(trial, run) / f"{stream}.log").open("rb") as file:
                if most is not None:
                    file.seek(max(0, file.seek(0, 2) - most))
                return file.read()
        except FileNotFoundError:  # logs may be cleaned away while results are kept
            return None

    def shown_logs(self, trial: str) -> str:
        """Where what a trial's runs printed is, as the user is told: a folder, or the words that have it written."""
        shown = self.layout.shown_logs(trial)
        if self.layout.trial_logs(trial).exists() or all(of != trial for of, _ in self._records.runs()):
            return shown
        return f"{shown} when they are unfolded: {UNFOLD} {(self.layout.trials / trial).as_posix()}"

    def version(self, trial: str, run: RunId | str) -> Hashable | None:
        """What is another one when the result of a run has been replaced; None where there is no result."""
        place = self._records.place(trial, str(run), self._contract)
        if place is not None and place.contract == self._contract:
            return place
        try:
            return os.stat(self._result(trial, run)).st_mtime_ns  # noqa: PTH116  thousands of them
        except OSError:
            return place if self._earlier else None

    def set_aside(self, runs: Iterable[tuple[str, str]]) -> int:
        """Has runs, given by trial and run, count as not yet done; their results stay, under other names. How many."""
        chosen = list(dict.fromkeys(runs))
        recorded = {run for run in chosen if self._records.place(*run) is not None}
        self._records.forget(recorded)
        return sum(states.set_aside(self.layout.run(*run)) or run in recorded for run in chosen)

    def runs(self) -> Iterator[tuple[str, str]]:
        """The trial and the run of each result that counts: those in folders first, in the order of their names."""
        for trial in _folders(self._trials):
            for run in _folders(f"{self._trials}/{trial}"):
                if not self.recorded(trial, run) and self._in_folder(trial, run):
                    yield trial, run
        for trial, run in self._records.runs():
            if self._counts(trial, run):
                yield trial, run

    def _line(self, trial: str, run: str) -> dict[str, Any] | None:
        """The record that counts, None if it is the run's folder that counts."""
        return self._records.find(trial, run, self._contract) if self._counts(trial, run) else None

    def _counts(self, trial: str, run: str) -> bool:
        """Whether it is a record that counts, if there is any."""
        return self.recorded(trial, run) or (self._earlier and not self._in_folder(trial, run))

    def _in_folder(self, trial: str, run: RunId | str) -> bool:
        return os.path.exists(self._result(trial, run))  # noqa: PTH110  thousands of them

    def _result(self, trial: str, run: RunId | str) -> str:
        return f"{self._trials}/{trial}/{run}/{states.RESULT}"


def _as_bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogateescape")


def _folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except FileNotFoundError:
        return []
