"""How much was trained, in units of the budget, against what training all trials in full would have taken."""

from collections.abc import Iterable
from dataclasses import dataclass

from snaketune.results.runs import RunResult
from snaketune.samplers.brackets import Budget

__all__ = ["Trained", "amount_text", "reached", "trained_by", "trained_itself"]


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
        said = f"{self.budget.name} trained: {amount_text(self.trained)} of {amount_text(self.in_full)} in full"
        return said if self.trained == self.anew else f"{said}, {amount_text(self.anew)} without continuing"


def trained_by(runs: Iterable[RunResult], budget: Budget) -> Trained:
    """What the runs trained, of which `budget` is the full one; those without a budget are not counted."""
    counted = [run for run in runs if run.run.budget is not None]
    anew = sum(map(reached, counted))
    trained = sum(map(trained_itself, counted))
    trainings = {(run.trial, run.run.replicate, run.run.fold) for run in counted}
    return Trained(budget, trained, anew, len(trainings) * budget.max)


def reached(run: RunResult) -> float:
    """How far a run with a budget came: to that, or to the step at which it was pruned, where that is before it.

    Steps are taken to be what the budget counts; of those that count less, a run that was pruned counts in full.
    """
    budget, step = run.run.budget or 0, run.record.pruned_at
    return budget if step is None else min(budget, max(step, run.record.from_budget or 0))


def trained_itself(run: RunResult) -> float:
    """How much of that it trained itself, and not the run that it went on from."""
    return reached(run) - (run.record.from_budget or 0)


def amount_text(value: float) -> str:
    """So many units of a budget, without what sums of shares are off by."""
    return f"{round(value, 6):,}"
