"""How far a search is, in a line that is printed while it runs, and a line for each trial that failed meanwhile."""

import threading
import time

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.markdown import one_line
from snaketune.results.so_far import SoFar
from snaketune.results.study import StudyResults
from snaketune.runner.status import FAILURES
from snaketune.session.glance import Glance, glance_at
from snaketune.session.standing import headline

__all__ = ["Progress"]

_MOST_FAILURES = 10  # lines


class Progress:
    """Follows a study, in one thread or several; each file is read once, and again when it has been replaced."""

    def __init__(self, layout: Layout, study: Study):
        self._alone = threading.RLock()
        self._study = study
        self._so_far = SoFar(layout, study)
        self._failed: set[str] | None = None
        self._told = 0
        self.said = ""

    def results(self) -> StudyResults:
        """The results so far."""
        with self._alone:
            return self._so_far.results()

    def goes_on(self) -> bool:
        """Whether anything is still to be done."""
        return self.results().incomplete is not None

    def look(self) -> tuple[Glance, list[str]]:
        """How the study is, and a line for each trial that has failed since the last time."""
        with self._alone:
            seen = glance_at(self._so_far, time.time())
            return seen, self._failures(seen.results)

    def news(self) -> list[str]:
        """What there is to say since the last time: trials that have failed, and how far the search is."""
        with self._alone:
            return self._news()

    def _news(self) -> list[str]:
        results = self._so_far.results()
        lines = self._failures(results)
        line = headline(results) if results.incomplete else f"{self._study.name}: all {results.total} trials are done"
        if line != self.said:
            self.said = line
            left = glance_at(self._so_far, time.time()).left
            lines.append(f"{line}, {left}" if left else line)
        return lines

    def _failures(self, results: StudyResults) -> list[str]:
        failed = {trial.trial: trial for trial in results.distinct.values() if trial.status in FAILURES}
        new = [failed[trial] for trial in failed.keys() - (failed if self._failed is None else self._failed)]
        self._failed = {*failed}
        lines = [
            f"{trial.trial} {trial.status}: {one_line(trial.reason or '')[:200]}; "
            f"log: {results.store.shown_logs(trial.trial)}"
            for trial in sorted(new, key=lambda trial: (trial.finished, trial.trial))[: _MOST_FAILURES - self._told]
        ]
        self._told += len(lines)
        if lines and self._told == _MOST_FAILURES:
            lines.append("further failures are counted in the line of progress, and grouped by reason in the end")
        return lines
