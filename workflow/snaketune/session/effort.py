"""How long a run takes by how much it trains, told from runs that have ended: its start, and then each unit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from snaketune.config.study import Study
from snaketune.results.runs import RunResult
from snaketune.samplers import Rung

__all__ = ["Effort", "Efforts", "epoch"]

_NO_TIME = 1e-6  # seconds: less is not told from nothing


@dataclass(frozen=True)
class Effort:
    """A run takes `start` seconds and, for each unit of the budget that it trains, `each`; on average, both >= 0."""

    start: float
    each: float

    def of(self, amount: float) -> float:
        """How many seconds a run takes that trains so much."""
        return max(_NO_TIME, self.start + self.each * amount)

    @classmethod
    def fitted(cls, runs: Iterable[tuple[float, float]]) -> "Effort":
        """The effort by which runs (amount, seconds), at least one, come out with the least relative errors.

        Where all have trained as much, it is not known what of that was the start: none, so for more it is too much.
        """
        groups: dict[float, list[float]] = defaultdict(list)
        for amount, seconds in runs:
            groups[amount].append(seconds)
        means = {amount: max(_NO_TIME, fmean(seconds)) for amount, seconds in groups.items()}
        if len(means) == 1:
            ((amount, seconds),) = means.items()
            return cls(0.0, seconds / amount)
        # Least squares of (start + each * amount) / mean - 1, each amount as often as it was trained.
        rows = [(len(groups[amount]), 1 / seconds, amount / seconds) for amount, seconds in means.items()]
        uu, uv, vv = (
            sum(n * u * u for n, u, _ in rows),
            sum(n * u * v for n, u, v in rows),
            sum(n * v * v for n, _, v in rows),
        )
        u, v = sum(n * u for n, u, _ in rows), sum(n * v for n, _, v in rows)
        determinant = uu * vv - uv * uv
        start, each = (u * vv - v * uv) / determinant, (v * uu - u * uv) / determinant
        if start < 0:
            return cls(0.0, v / vv)
        return cls(start, each) if each > 0 else cls(u / uu, 0.0)


@dataclass(frozen=True)
class Efforts:
    """How much work runs are: that of one which trains so much of the `full` budget; 1 where there are no budgets.

    It is `rough`, and rather too much, as long as all runs that have ended have trained as much.
    """

    full: float | None
    resumes: bool
    effort: Effort
    rough: bool

    @classmethod
    def of(cls, study: Study, ended: Sequence[RunResult]) -> "Efforts":
        full, resumes = study.full_budget, bool(study.config["objective"].get("resume", True))
        if full is None:
            return cls(None, resumes, Effort(1.0, 0.0), rough=False)
        amounts = [_added(run.run.budget or full, run.record.from_budget) for run in ended]
        effort = Effort.fitted(zip(amounts, map(_seconds, ended), strict=True))
        return cls(full, resumes, effort, rough=study.in_rungs and len(set(amounts)) == 1)

    def durations(self, ended: Sequence[RunResult]) -> list[float]:
        """The seconds that each run took for a unit of its work."""
        return [_seconds(run) / self._work(run.run.budget, run.record.from_budget) for run in ended]

    def to_come(self, rung: Rung | None) -> float:
        """The work of a run that is to come."""
        return self._work(rung.budget, rung.from_budget if self.resumes else None) if rung else self._work(None, None)

    def _work(self, budget: float | None, from_budget: float | None) -> float:
        return 1.0 if self.full is None else self.effort.of(_added(budget or self.full, from_budget))


def _added(budget: float, from_budget: float | None) -> float:
    return budget - (from_budget or 0)


def _seconds(run: RunResult) -> float:
    return epoch(run.record.finished) - epoch(run.record.started)


def epoch(stamp: str) -> float:
    """A time as records have it, in seconds since the epoch."""
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()
