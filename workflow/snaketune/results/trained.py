"""How much was trained, in units of the budget, against what training all trials in full would have taken."""

from collections.abc import Iterable
from dataclasses import dataclass

from snaketune.results.runs import RunResult
from snaketune.samplers.brackets import Budget

__all__ = ["Trained", "trained_by"]


@dataclass(frozen=True)
class Trained:
    """What runs trained.

    `trained` counts of a run that went on from an earlier one what it added, `anew` the whole of its budget; `in_full`
    is what their trials would take if each was trained at once with the full budget.
    """

    budget: Budget
    trained: float
    anew: float
    in_full: float

    def __str__(self) -> str:
        name = "" if self.budget.name == "budget" else f" {self.budget.name}"
        said = f"{_amount(self.trained)}{name} trained of {_amount(self.in_full)} in full"
        return said if self.trained == self.anew else f"{said}, {_amount(self.anew)} without continuing"


def trained_by(runs: Iterable[RunResult], budget: Budget) -> Trained:
    """What the runs trained, of which `budget` is the full one; those without a budget are not counted."""
    counted = [run for run in runs if run.run.budget is not None]
    anew = sum(run.run.budget or 0 for run in counted)
    spared = sum(run.record.from_budget or 0 for run in counted)
    trainings = {(run.trial, run.run.replicate, run.run.fold) for run in counted}
    return Trained(budget, anew - spared, anew, len(trainings) * budget.max)


def _amount(value: float) -> str:
    return f"{round(value, 6):,}"
