"""How long runs take, from those that have ended."""

import itertools
from collections.abc import Iterable
from statistics import fmean

from snaketune.results.records import RunRecord
from snaketune.results.store import Store
from snaketune.runner.run_id import RunId
from snaketune.runner.states import is_of
from snaketune.runner.status import FINISHED_WELL
from snaketune.sums import DamagedFile

__all__ = ["mean_budget", "mean_seconds"]

_ENOUGH = 300  # runs
Run = tuple[str, RunId | str]


def mean_seconds(store: Store, contract: str | None, runs: Iterable[Run], budget: float | None = None) -> float | None:
    """How many seconds a run of a budget takes, as those of the runs did that have ended; None if that is not known.

    Runs that ended well count; if there are none, the others. Of many some are enough: the last ones.
    """
    ended = list(itertools.islice(_ended(store, contract, reversed([*runs])), _ENOUGH))
    counted = [record for record in ended if record.status in FINISHED_WELL] or ended
    return fmean(_seconds(record, budget) for record in counted) if counted else None


def mean_budget(runs: Iterable[tuple[object, RunId]]) -> float | None:
    """The mean budget of runs, None if they have none."""
    budgets = [run.budget for _, run in runs if run.budget]
    return fmean(budgets) if budgets else None


def _ended(store: Store, contract: str | None, runs: Iterable[Run]) -> Iterable[RunRecord]:
    """The records of those of the runs that have ended under the contract."""
    for trial, run in runs:
        if store.recorded(trial, run) or is_of(str(store.layout.result(trial, run)), contract):
            try:
                yield store.record(trial, run)
            except (FileNotFoundError, DamagedFile):
                continue


def _seconds(record: RunRecord, budget: float | None) -> float:
    return record.seconds * (budget / record.run.budget if budget and record.run.budget else 1.0)
