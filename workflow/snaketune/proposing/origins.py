"""Which round's table tells the runner of a run that has a job of its own."""

from collections.abc import Iterator
from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.rounds import proposed_trials, rounds_there
from snaketune.sums import DamagedFile

__all__ = ["Origins"]

Stamp = tuple[int, int]


class Origins:
    """The tables of a study's rounds, each read once as long as it stays the same."""

    def __init__(self, study: Study, layout: Layout):
        self._study, self._layout = study, layout
        self._runs: dict[Path, tuple[Stamp, frozenset[tuple[str, str]]]] = {}

    def table_of(self, trial: str, run: str) -> Path | None:
        """The table of the first round, by the order of searches, that has a run; None if no table tells more of it.

        A table tells more of runs with a budget, or with a pruner that looks at them while they train.
        """
        return next((table for table in self._tables() if (trial, run) in self._runs_in(table)), None)

    def _tables(self) -> Iterator[Path]:
        telling = [search for search in self._study.searches.values() if search.budget or search.prunes_runs]
        for search in telling:
            for round_ in rounds_there(self._layout, search):
                yield self._layout.proposed(search.name, round_.number)
        if telling and self._study.final and self._layout.finalists.exists():
            yield self._layout.finalists

    def _runs_in(self, table: Path) -> frozenset[tuple[str, str]]:
        found = table.stat()
        stamp = found.st_mtime_ns, found.st_ino
        known = self._runs.get(table)
        if known is None or known[0] != stamp:
            known = self._runs[table] = stamp, self._read(table)
        return known[1]

    def _read(self, table: Path) -> frozenset[tuple[str, str]]:
        final = self._study.final
        if final and table == self._layout.finalists:
            runs = final.runs
        else:
            runs = self._study.searches[table.relative_to(self._layout.root).parts[0]].runs
        try:
            rows = proposed_trials(table)
        except DamagedFile:  # then it is proposed again
            rows = []
        return frozenset(
            (trial, str(run if budget is None else run._replace(budget=budget)))
            for trial, budget, _ in rows
            for run in runs
        )
