"""How far trials are trained, in words."""

from collections import Counter
from collections.abc import Sequence

from snaketune.config.study import Search, Study
from snaketune.results.markdown import one_line
from snaketune.results.trials import Proposed, Trial
from snaketune.samplers.brackets import Budget

__all__ = ["in_part", "none_complete", "with_budget", "without_survivors"]


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


def none_complete(rung: Sequence[Trial], search: Search, budget: float) -> str:
    """Why nobody goes on from a rung of the search, none of whose trials is complete with this budget."""
    counts = Counter(trial.status for trial in rung)
    became = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    brackets = {trial.rung.bracket for trial in rung if trial.rung}
    where = f"of bracket {min(brackets)} " if len(search.schedule.brackets) > 1 and brackets else ""
    return f"no trial {where}is complete with {search.budget_text(budget)} ({became})"


def without_survivors(search: Search, trials: Sequence[Trial], proposed: Sequence[Proposed]) -> str | None:
    """Why brackets of the search end with nobody trained in full: all that went on to the last rung have failed there.

    `trials` are those with a result of all that were `proposed`. Of lower rungs the round that comes after says it.
    """
    said = []
    for number, bracket in enumerate(search.schedule.brackets if search.schedule.count is not None else ()):
        last = (number, len(bracket.budgets) - 1)
        there = [row for row in proposed if row.rung and (row.rung.bracket, row.rung.rung) == last]
        ended = [trial for trial in trials if trial.rung and (trial.rung.bracket, trial.rung.rung) == last]
        if last[1] and there and len(ended) == len(there) and not any(trial.complete for trial in ended):
            said.append(none_complete(ended, search, bracket.budgets[-1]))
    return "; ".join(said) or None
