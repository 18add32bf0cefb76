"""How far a search is, in words: read from the files that are there, whether it is running, killed or done."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from snaketune.config.study import Round, Search, Study
from snaketune.layout import Layout
from snaketune.results.markdown import number, one_line
from snaketune.results.ranking import ranked
from snaketune.results.rounds import read_proposed
from snaketune.results.runs import RunResult, read_run
from snaketune.results.summary import failures
from snaketune.results.trials import Proposed, Trial, each_once, trial_from
from snaketune.runner.run_id import RunId
from snaketune.values import text

__all__ = ["Progress", "status_text"]

T = TypeVar("T")


class Progress:
    """Follows a study; each file is read once, and again when it has been replaced."""

    def __init__(self, layout: Layout, study: Study):
        self._layout = layout
        self._study = study
        self._read: dict[Path, tuple[int, Any]] = {}
        self._begun = time.monotonic()
        self._known_before: int | None = None
        self._last = ""

    def trials(self) -> dict[str, list[Trial]]:
        """The trials that have all their runs done, by search."""
        return {
            name: [
                trial
                for round_, rows in self._rounds(search)
                for proposed in rows
                if (trial := self._trial(proposed, round_.runs)) is not None
            ]
            for name, search in self._study.searches.items()
        }

    def left(self) -> int:
        """How many trials are still to be done."""
        return sum(map(self._total, self._study.searches.values())) - sum(map(len, self.trials().values()))

    def line(self) -> str:
        """One line: trials done, failed, left, the best so far and where, the time left."""
        trials_of = self.trials()
        # Of searches that share a trial, the first one is said to have found it.
        done = each_once(dict(reversed(trials_of.items())))
        total = sum(map(self._total, self._study.searches.values()))
        listed = sum(len(found) for found in trials_of.values())
        parts = [f"{self._study.name}: {listed} of {total} trials done"]
        counts = Counter(trial.status for trial in done.values() if not trial.complete)
        parts += [f"{count} {status}" for status, count in sorted(counts.items())]
        best = ranked(done.values(), self._study)[:1]
        if best:
            where = next(name for name, found in trials_of.items() if best[0] in found)
            metric = self._study.metric.name
            parts.append(f"best {one_line(metric)} {number(best[0].metrics[metric])} ({best[0].trial} in {where})")
        if self._known_before is None:
            self._known_before = listed
        new = listed - self._known_before
        if new and total > listed:
            left = (time.monotonic() - self._begun) / new * (total - listed)
            parts.append(f"about {_duration(left)} left")
        return ", ".join(parts)

    def news(self) -> str | None:
        """The line, if it says more than the last one did."""
        line = self.line()
        if line.split(", about")[0] == self._last:
            return None
        self._last = line.split(", about")[0]
        return line

    def _trial(self, proposed: Proposed, ids: Iterable[RunId]) -> Trial | None:
        found = [self._run(proposed.trial, run) for run in ids]
        runs = [run for run in found if run is not None]
        if len(runs) < len(found):
            return None
        return trial_from(proposed, runs, self._study, min_runs=self._study.min_runs)

    def _rounds(self, search: Search) -> list[tuple[Round, list[Proposed]]]:
        """Each round that has been proposed, with its trials."""
        rounds = []
        for round_ in search.rounds():
            path = self._layout.proposed(search.name, round_.number)
            rows = self._known(path, partial(read_proposed, path))
            if rows is None:
                break
            rounds.append((round_, rows))
        return rounds

    def _total(self, search: Search) -> int:
        """How many trials the search has: as planned, until a round that is not full has ended it."""
        rounds = self._rounds(search)
        ended = any(len(rows) < round_.size for round_, rows in rounds)
        return sum(len(rows) for _, rows in rounds) if ended else self._planned[search.name]

    @cached_property
    def _planned(self) -> dict[str, int]:
        """How many trials each search has unless it ends early."""
        return {name: search.planned for name, search in self._study.searches.items()}

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
        except FileNotFoundError:
            return None
        return found


def status_text(layout: Layout, study: Study) -> str:
    """A paragraph: the line of progress, what failed and why, and where the tables are."""
    progress = Progress(layout, study)
    parts = [progress.line()]
    trials_of = progress.trials()
    best = ranked([trial for listed in trials_of.values() for trial in listed], study)[:1]
    if best:
        parts.append(f"Best: {', '.join(f'{name} = {one_line(text(v))}' for name, v in best[0].params.items())}")
    failed = failures(trials_of, layout)
    if failed:
        parts += ["What failed:", failed]
    if (layout.root / "summary.md").exists():
        parts.append(f"Tables and plots: {layout.root}/ (start with {layout.root}/summary.md)")
    return "\n".join(f"[snaketune] {line}" for part in parts for line in part.splitlines())


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
