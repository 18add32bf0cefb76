"""The results of a study so far, while it runs or as a kill has left it: read from the runs themselves.

A round's own table is not asked: it is written when the last of the round's runs has ended, and it stays when runs are
taken back to be tried again.
"""

import operator
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

from snaketune.config.search import TOLD
from snaketune.config.study import Round, Search, Study
from snaketune.layout import Layout
from snaketune.results.budgets import without_survivors
from snaketune.results.in_parts import done_for, trial_of
from snaketune.results.rounds import read_proposed, read_round, rounds_there
from snaketune.results.runs import RunResult, read_run
from snaketune.results.searched import SearchResults
from snaketune.results.store import Store
from snaketune.results.study import StudyResults
from snaketune.results.trials import Proposed, Trial, imported_trial
from snaketune.runner.run_id import RunId
from snaketune.sums import DamagedFile
from snaketune.values import trial_id

__all__ = ["SoFar"]

T = TypeVar("T")


class SoFar:
    """Follows a study; each file and record is read once, and again when it has been replaced.

    A damaged file counts as not there: the next start makes it again. `damaged` are those that have been met.
    """

    def __init__(self, layout: Layout, study: Study):
        self._layout = layout
        self._study = study
        self._store = Store(layout, study.run_spec.contract)
        self._read: dict[Hashable, tuple[Hashable, Any]] = {}
        self._made: dict[tuple[str, int, str], tuple[Proposed, list[RunResult], Trial]] = {}
        self.damaged: dict[Hashable, DamagedFile] = {}

    def results(self) -> StudyResults:
        """The trials that have all their runs done, and how many each search is to have."""
        self._store.refresh()
        for line in self._store.damaged:
            self.damaged[line.path] = DamagedFile(Path(line.path), f"line {line.line} {line.why}")
        known: dict[tuple[str, RunId], RunResult] = {}
        searches, expected = {}, {}
        for name, search in self._study.searches.items():
            rounds = self.rounds(search)
            trials = [
                trial
                for _, rows in rounds
                for proposed in rows
                if (trial := self._trial(proposed, search, known)) is not None
            ]
            proposed = [row for _, rows in rounds for row in rows]
            trials += _told(search, proposed, len(rounds))
            over = bool(rounds) and search.schedule.is_over([len(rows) for _, rows in rounds])
            short = [round_.number for round_, rows in rounds if over and len(rows) < round_.size]
            ending = next(filter(None, (self._ending(name, number) for number in short)), None)
            ending = ending or without_survivors(search, trials, proposed)
            open_ = search.in_rungs and not over
            searches[name] = SearchResults.of(trials, self._study, ending, proposed, open_=open_)
            expected[name] = len({row.trial for row in proposed}) if short else self._planned[name]
        return StudyResults(self._study, self._store, searches, expected, known)

    def rounds(self, search: Search) -> list[tuple[Round, list[Proposed]]]:
        """Each round of a search that has been proposed, with its trials."""
        rounds = []
        for round_ in rounds_there(self._layout, search):
            rows = self._file(self._layout.proposed(search.name, round_.number), read_proposed)
            if rows is not None:
                rounds.append((round_, rows))
        return rounds

    def _trial(self, proposed: Proposed, search: Search, known: dict[tuple[str, RunId], RunResult]) -> Trial | None:
        """The trial if all its runs are done, which are put among the `known` ones then, or if it is imported."""
        if proposed.trial in search.imported:
            return imported_trial(proposed, search.imported[proposed.trial])
        found = [self._run(proposed.trial, run) for run in done_for(proposed, search)]
        runs = [run for run in found if run is not None]
        if len(runs) < len(found):
            return None
        known.update(((run.trial, run.run), run) for run in runs)
        row, made_of, trial = self._made.get((search.name, proposed.round, proposed.trial), (None, [], None))
        if trial is None or row is not proposed or not all(map(operator.is_, runs, made_of)):
            trial = trial_of(proposed, runs, self._study, search)
            self._made[search.name, proposed.round, proposed.trial] = proposed, runs, trial
        return trial

    @cached_property
    def _planned(self) -> dict[str, int]:
        """How many trials each search has unless it ends early."""
        return {name: search.planned for name, search in self._study.searches.items()}

    def _ending(self, search: str, number: int) -> str | None:
        note = self._file(self._layout.ending(search, number), read_round)
        return note.ending if note else None

    def _run(self, trial: str, run: RunId) -> RunResult | None:
        version = self._store.version(trial, run)
        return self._known((trial, run), version, lambda: read_run(self._store, self._study, trial, run))

    def _file(self, path: Path, read: Callable[[Path], T]) -> T | None:
        """What `read` makes of the file, None where there is none."""
        try:
            return self._known(path, path.stat().st_mtime_ns, lambda: read(path))
        except FileNotFoundError:
            return None

    def _known(self, name: Hashable, version: Hashable | None, read: Callable[[], T]) -> T | None:
        """What `read` makes of what is there in some version, None where that is None."""
        if version is None:
            return None
        known, before = self._read.get(name, (None, None))
        if known == version:
            return cast("T | None", before)
        try:
            found = read()
        except FileNotFoundError:
            return None
        except DamagedFile as error:
            self.damaged[name] = error
            return None
        self._read[name] = version, found
        self.damaged.pop(name, None)
        return found


def _told(search: Search, proposed: Sequence[Proposed], number: int) -> list[Trial]:
    """The trials of which results were told by hand, and that are in no round yet; the next one has this number."""
    there = {row.trial for row in proposed}
    new = [search.imported[trial] for trial in search.by_hand if trial not in there]
    start = 1 + max((row.number for row in proposed), default=-1)
    rows = [Proposed(trial_id(each.params), start + i, number, TOLD, each.params) for i, each in enumerate(new)]
    return list(map(imported_trial, rows, new))
