"""The best value against what was trained until then, for the page: where the best changes, search by search."""

from collections.abc import Mapping, Sequence
from typing import Any

from snaketune.config.study import Search, Study
from snaketune.results.in_parts import done_for
from snaketune.results.ranking import feasible
from snaketune.results.trained import Run
from snaketune.results.trials import Trial

__all__ = ["spending"]


def spending(
    rungs_of: Mapping[str, Sequence[Trial]],
    shown: Mapping[str, Sequence[Trial]],
    study: Study,
    trained: Mapping[Run, float],
) -> list[dict[str, Any]] | None:
    """For each search with a budget what it has spent, in `total` and if trained `in_full`; None without such.

    `best` are the results with the full budget that were the best so far, in columns: what had been spent `at` each,
    the first objective's `value`, and the `row` of the trial in the page's table, where only those are that are `shown`
    (else null); `any` are those with any budget. `trained` says what each run has trained itself.
    """
    rows = {(name, trial.trial): row for row, (name, trial) in enumerate(_listed(shown))}
    searches = [study.searches[name] for name in rungs_of]
    return [_spent(each, rungs_of[each.name], rows, study, trained) for each in searches if each.budget] or None


class _Best:
    """The results that were the best so far."""

    def __init__(self, sign: int):
        self._sign = sign
        self.columns: dict[str, list[Any]] = {"at": [], "value": [], "row": []}

    def take(self, at: float, value: float, row: int | None) -> None:
        values = self.columns["value"]
        if not values or self._sign * value < self._sign * values[-1]:
            for column, cell in zip(self.columns.values(), (round(at, 6), value, row), strict=True):
                column.append(cell)


def _spent(
    search: Search,
    rungs: Sequence[Trial],
    rows: Mapping[tuple[str, str], int],
    study: Study,
    trained: Mapping[Run, float],
) -> dict[str, Any]:
    order = sorted((trial for trial in rungs if trial.rung), key=lambda trial: (trial.round, trial.finished))
    counted: set[Run] = set()  # a trial that comes in parts is there in several rounds
    total, best, any_best = 0.0, _Best(study.metric.sign), _Best(study.metric.sign)
    for trial in order:
        runs = {(trial.trial, run) for run in done_for(trial, search)} - counted
        total += sum(trained[run] for run in runs)
        counted |= runs
        value = trial.value(study)
        if value is not None and feasible(trial, study):
            any_best.take(total, value, rows.get((search.name, trial.trial)))
            if trial.share == 1:
                best.take(total, value, rows.get((search.name, trial.trial)))
    trials = len({trial.trial for trial in order})
    in_full = trials * (search.budget.max if search.budget else 0) * len(search.runs)
    spent = {"total": round(total, 6), "in_full": round(in_full, 6)}
    return {"search": search.name} | spent | {"best": best.columns, "any": any_best.columns}


def _listed(trials_of: Mapping[str, Sequence[Trial]]) -> list[tuple[str, Trial]]:
    return [(name, trial) for name, listed in trials_of.items() for trial in listed]
