"""How much was trained, in units of the budget, against what training all trials in full would have taken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from snaketune.results.runs import RunResult
from snaketune.runner.history import parse_rows
from snaketune.runner.history_steps import StepReader
from snaketune.runner.run_id import RunId
from snaketune.samplers.brackets import Budget

__all__ = ["Trained", "amount_text", "reached_by", "trained_by", "trained_itself"]

Run = tuple[str, RunId]
_SAMPLE = 20  # complete runs by which it is told what steps are


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


def trained_by(runs: Iterable[RunResult], budget: Budget, reached: Mapping[Run, float]) -> Trained:
    """What the runs trained, of which `budget` is the full one; those without a budget are not counted.

    `reached` says how far each run came.
    """
    counted = [run for run in runs if run.run.budget is not None]
    anew = sum(reached[run.trial, run.run] for run in counted)
    trained = sum(trained_itself(run, reached) for run in counted)
    trainings = {(run.trial, run.run.replicate, run.run.fold) for run in counted}
    return Trained(budget, trained, anew, len(trainings) * budget.max)


def trained_itself(run: RunResult, reached: Mapping[Run, float]) -> float:
    """How much of that a run trained itself, and not the one that it went on from."""
    return reached[run.trial, run.run] - (run.record.from_budget or 0)


def reached_by(runs: Iterable[RunResult], history: Callable[[str, RunId], bytes | None]) -> dict[Run, float]:
    """How far runs with a budget came: to that if they are complete, else to the last step that they reported.

    That is known where steps are what the budget counts, from 1 or from 0: if the last step of complete runs says so.
    Else a run that was pruned, or has failed, counts in full. `history` gives what a run has reported.
    """
    counted = [run for run in runs if run.run.budget is not None]
    complete = [run for run in counted if run.complete]
    known = {(run.trial, run.run): run.run.budget or 0.0 for run in counted}
    if len(complete) == len(counted):
        return known
    sample = complete[:: max(1, len(complete) // _SAMPLE)]
    behind = {(run.run.budget or 0) - _last_step(history(run.trial, run.run)) for run in sample}
    if behind not in ({0}, {1}):
        return known
    (first,) = behind
    for run in counted:
        if not run.complete:
            at, budget = run.record.pruned_at, run.run.budget or 0
            step = _last_step(history(run.trial, run.run)) if at is None else at
            known[run.trial, run.run] = min(budget, max(step + first, run.record.from_budget or 0))
    return known


def _last_step(history: bytes | None) -> float:
    """The last step in a history, which counts its rows where they say none; minus infinity where there is none."""
    reader = StepReader(())
    for row in parse_rows(history or b""):
        reader.read(row)
    return reader.last


def amount_text(value: float) -> str:
    """So many units of a budget, without what sums of shares are off by."""
    return f"{round(value, 6):,}"
