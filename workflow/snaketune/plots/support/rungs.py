"""Trials rung by rung, for the plots: what each of them was worth with each budget that it was given."""

from collections.abc import Mapping, Sequence

import pandas as pd

from snaketune.config.study import Study
from snaketune.results.ranking import feasible
from snaketune.results.trials import Trial

__all__ = ["RUNGS", "frame_of_rungs"]

# `share` is the budget's part of the full one; `value` is empty unless the trial is complete, `se` its standard error;
# `feasible` is whether it is complete and keeps the outcome constraints.
RUNGS = (
    "trial", "search", "round", "bracket", "rung", "budget", "from_budget", "share", "status", "value", "se",
    "feasible", "finished",
)  # fmt: skip


def frame_of_rungs(rungs_of: Mapping[str, Sequence[Trial]], study: Study) -> pd.DataFrame:
    """A row for each trial and budget of each search that has budgets, in the order of their rounds."""
    rows = [
        (
            *(trial.trial, search, trial.round, rung.bracket, rung.rung, rung.budget, rung.from_budget, rung.share),
            *(trial.status, trial.value(study), trial.se.get(study.metric.name)),
            *(trial.complete and feasible(trial, study), trial.finished or None),
        )
        for search, listed in rungs_of.items()
        for trial in listed
        if (rung := trial.rung) is not None
    ]
    return pd.DataFrame(rows, columns=RUNGS)
