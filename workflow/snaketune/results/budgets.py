"""How far trials are trained, in words."""

from collections.abc import Sequence

from snaketune.config.study import Study
from snaketune.results.markdown import one_line
from snaketune.results.trials import Trial
from snaketune.samplers.brackets import Budget

__all__ = ["in_part", "with_budget"]


def with_budget(trial: Trial, budget: Budget | None) -> str:
    """The words ` with 27 epochs`; "" for a trial without a budget. `budget` says what it is called."""
    return f" with {one_line(budget.text(trial.budget))}" if budget and trial.budget is not None else ""


def in_part(best: Sequence[Trial], study: Study) -> str:
    """A sentence where the first of the `ranked` trials is not trained in full; else ""."""
    if not best or study.budget is None or best[0].share == 1:
        return ""
    kept = " that keeps all outcome constraints" if any(trial.share == 1 for trial in best) else ""
    full = one_line(study.budget.text(study.budget.max))
    return f"It is not trained in full: no complete trial{kept} has the full budget, {full}."
