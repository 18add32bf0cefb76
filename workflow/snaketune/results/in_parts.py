"""The trials of a search in which they do their runs in parts: as far as they are done, given up, or going on."""

from collections.abc import Sequence
from dataclasses import replace

from snaketune.config.study import Search, Study
from snaketune.results.runs import RunResult
from snaketune.results.trials import Proposed, Trial, trial_from
from snaketune.runner.run_id import RunId
from snaketune.runner.status import PRUNED

__all__ = ["GOING_ON", "done_for", "each_as_far_as_done", "trial_of"]

GOING_ON = "going on"  # what a round's table says of a trial that may have further runs to do


def done_for(proposed: Proposed, search: Search) -> tuple[RunId, ...]:
    """The runs that a trial is judged by: with the round that proposed it, all that it has done by then."""
    return search.runs_of(proposed.trial, proposed.budget, proposed.part and proposed.part.so_far)


def trial_of(proposed: Proposed, runs: Sequence[RunResult], study: Study, search: Search) -> Trial:
    """The trial of these runs: complete if enough of them are, or pruned; or going on, as far as it can be complete."""
    part, parts = proposed.part, search.parts
    if part is None or parts is None:
        return trial_from(proposed, runs, study, min_runs=study.min_runs)
    to_come = len(search.runs) - len(runs)
    trial = replace(trial_from(proposed, runs, study, min_runs=study.min_runs - to_come), last_step=part.stop)
    if not trial.complete:
        return trial
    if part.hopeless is not None:
        reason = f"pruned after {part.stop} of {part.total} {parts.over}: {part.hopeless}"
        return replace(trial, status=PRUNED, reason=reason)
    return replace(trial, status=GOING_ON) if part.stop < part.total else trial


def each_as_far_as_done(trials: Sequence[Trial]) -> list[Trial]:
    """The trials of a search's rounds, each once, as the last of its parts has left it, without those going on.

    They are in the order of the rounds that proposed them; what is known of a proposal is what that round says.
    """
    if not any(trial.part for trial in trials):
        return list(trials)
    first: dict[str, Trial] = {}
    last: dict[str, Trial] = {}
    for trial in trials:
        first.setdefault(trial.trial, trial)
        if trial.trial not in last or _far(trial) >= _far(last[trial.trial]):
            last[trial.trial] = trial
    return [trial.as_proposed(first[name]) for name, trial in last.items() if trial.status != GOING_ON]


def _far(trial: Trial) -> int:
    return trial.part.stop if trial.part else 0
