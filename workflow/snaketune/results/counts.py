"""How far searches are: trials, and of those that train in rungs runs too, which go on when all trials are there."""

from collections.abc import Sequence
from dataclasses import dataclass

from snaketune.config.study import Search
from snaketune.results.in_parts import done_for
from snaketune.results.searched import SearchResults

__all__ = ["Counted", "Runs", "counted", "sum_of"]


@dataclass(frozen=True)
class Runs:
    """So many runs are done of a `total`, which may be another one as long as rounds are to come (`open`)."""

    done: int
    total: int
    open: bool

    def __str__(self) -> str:
        about = "about " if self.open else ""
        return f"{self.done} of {about}{max(self.total, self.done + self.open)}"


@dataclass(frozen=True)
class Counted:
    """So many trials of a search are done of `expected` ones, and so many of their `runs`."""

    trials: int
    expected: int
    runs: Runs
    in_rungs: bool

    def __str__(self) -> str:
        trials = f"{self.trials} of {max(self.trials, self.expected)}"
        return f"{trials}, {self.runs} runs" if self.in_rungs else trials


def counted(found: SearchResults, search: Search, expected: int) -> Counted:
    """How far a search is that is to have so many trials."""
    return Counted(len(found.trials), expected, _runs(found, search, expected), search.in_rungs)


def _runs(found: SearchResults, search: Search, expected: int) -> Runs:
    done = sum(len(done_for(row, search)) for row in found.rungs)
    if not search.in_rungs:
        to_come = max(0, expected - len(found.trials))
        return Runs(done, done + to_come * len(search.runs), open=False)
    proposed = len(search.runs_in(row.asked for row in found.proposed))
    if not found.open:
        return Runs(done, proposed, open=False)
    return Runs(done, proposed + _rows_to_come(found, search) * len(search.runs), search.schedule.count is None)


def _rows_to_come(found: SearchResults, search: Search) -> int:
    """How many trials the rounds have that are not proposed yet, unless some fail; in `asha` at least so many."""
    schedule = search.schedule
    if schedule.count is None:
        least = sum(sum(bracket.sizes) for bracket in schedule.brackets)
        return max(0, least - len(found.proposed))
    known = {row.round for row in found.proposed}
    return sum(schedule.step(number).size for number in range(schedule.count) if number not in known)


def sum_of(runs: Sequence[Runs]) -> Runs:
    """All of them together."""
    return Runs(sum(r.done for r in runs), sum(r.total for r in runs), any(r.open for r in runs))
