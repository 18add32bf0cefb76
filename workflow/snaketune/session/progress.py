"""How far a search is, in words: read from the files that are there, whether it is running, killed or done."""

import time
from collections import Counter

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.markdown import number, one_line
from snaketune.results.ranking import ranked
from snaketune.results.so_far import SoFar
from snaketune.results.summary import failures
from snaketune.results.trials import Trial
from snaketune.values import text

__all__ = ["Progress", "status_text"]


class Progress:
    """Follows a study; each file is read once, and again when it has been replaced."""

    def __init__(self, layout: Layout, study: Study):
        self._study = study
        self._so_far = SoFar(layout, study)
        self._begun = time.monotonic()
        self._known_before: int | None = None
        self._last = ""

    def trials(self) -> dict[str, list[Trial]]:
        """The trials that have all their runs done, by search."""
        return self._so_far.results().trials_of

    def left(self) -> int:
        """How many trials are still to be done."""
        results = self._so_far.results()
        return results.total - len(results.trials)

    def line(self) -> str:
        """One line: trials done, failed, left, the best so far and where, the time left."""
        results = self._so_far.results()
        listed, total = len(results.trials), results.total
        parts = [f"{self._study.name}: {listed} of {total} trials done"]
        counts = Counter(trial.status for trial in results.distinct.values() if not trial.complete)
        parts += [f"{count} {status}" for status, count in sorted(counts.items())]
        best = ranked(results.trials, self._study)[:1]
        if best:
            where = results.first_search(best[0].trial)
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
