"""The results of a study so far, while it runs or as a kill has left it: read from the runs themselves.

A round's own table is not asked: it is written when the last of the round's runs has ended, and it stays when runs are
taken back to be tried again.
"""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from snaketune.config.study import Round, Search, Study
from snaketune.layout import Layout
from snaketune.results.rounds import SearchResults, read_proposed, read_round
from snaketune.results.runs import RunResult, read_run
from snaketune.results.study import StudyResults
from snaketune.results.trials import Proposed, Trial, imported_trial, trial_from
from snaketune.runner.run_id import RunId
from snaketune.sums import DamagedFile

__all__ = ["SoFar"]

T = TypeVar("T")


class SoFar:
    """Follows a study; each file is read once, and again when it has been replaced.

    A damaged file counts as not there: the next start makes it again. `damaged` are those that have been met.
    """

    def __init__(self, layout: Layout, study: Study):
        self._layout = layout
        self._study = study
        self._read: dict[Path, tuple[int, Any]] = {}
        self.damaged: dict[Path, DamagedFile] = {}

    def results(self) -> StudyResults:
        """The trials that have all their runs done, and how many each search is to have."""
        known: dict[tuple[str, RunId], RunResult] = {}
        searches, expected = {}, {}
        for name, search in self._study.searches.items():
            rounds = self.rounds(search)
            trials = [
                trial
                for round_, rows in rounds
                for proposed in rows
                if (trial := self._trial(proposed, search, round_.runs, known)) is not None
            ]
            last = next((round_ for round_, rows in rounds if len(rows) < round_.size), None)
            ending = None if last is None else self._ending(name, last.number)
            searches[name] = SearchResults(trials, ending)
            expected[name] = self._planned[name] if last is None else sum(len(rows) for _, rows in rounds)
        return StudyResults(self._study, self._layout, searches, expected, known)

    def rounds(self, search: Search) -> list[tuple[Round, list[Proposed]]]:
        """Each round of a search that has been proposed, with its trials."""
        rounds = []
        for round_ in search.rounds():
            path = self._layout.proposed(search.name, round_.number)
            rows = self._known(path, partial(read_proposed, path))
            if rows is None:
                break
            rounds.append((round_, rows))
        return rounds

    def _trial(
        self, proposed: Proposed, search: Search, ids: Iterable[RunId], known: dict[tuple[str, RunId], RunResult]
    ) -> Trial | None:
        """The trial if all its runs are done, which are put among the `known` ones then, or if it is imported."""
        if proposed.trial in search.imported:
            return imported_trial(proposed, search.imported[proposed.trial])
        found = {(proposed.trial, run): self._run(proposed.trial, run) for run in ids}
        runs = {key: run for key, run in found.items() if run is not None}
        if len(runs) < len(found):
            return None
        known |= runs
        return trial_from(proposed, list(runs.values()), self._study, min_runs=self._study.min_runs)

    @cached_property
    def _planned(self) -> dict[str, int]:
        """How many trials each search has unless it ends early."""
        return {name: search.planned for name, search in self._study.searches.items()}

    def _ending(self, search: str, number: int) -> str | None:
        path = self._layout.ending(search, number)
        note = self._known(path, partial(read_round, path))
        return note.ending if note else None

    def _run(self, trial: str, run: RunId) -> RunResult | None:
        return self._known(self._layout.result(trial, run), lambda: read_run(self._layout, self._study, trial, run))

    def _known(self, path: Path, read: Callable[[], T]) -> T | None:
        """What `read` makes of the file, None where there is none."""
        try:
            stamp = path.stat().st_mtime_ns
            known, found = self._read.get(path, (None, None))
            if known != stamp:
                found = read()
                self._read[path] = (stamp, found)
                self.damaged.pop(path, None)
        except FileNotFoundError:
            return None
        except DamagedFile as error:
            self.damaged[path] = error
            return None
        return found
