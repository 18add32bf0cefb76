"""Which trial of a Bayesian search the model believes best: with noisy results, not always the luckiest one."""

from collections.abc import Sequence

from snaketune.config.study import Search, Study
from snaketune.proposing.observed import observation_of
from snaketune.results.trials import Trial

__all__ = ["recommended"]

_FEWEST = 5


def recommended(trials: Sequence[Trial], search: Search, study: Study) -> Trial | None:
    """The trial with the best posterior mean of our Gaussian process; None where there is no model to ask.

    That is so for searches that do not learn or that train in rungs, several objectives, and fewer than five complete
    trials.
    """
    if (
        not search.learns
        or search.in_rungs
        or len(study.metrics) > 1
        or sum(trial.complete for trial in trials) < _FEWEST
    ):
        return None
    from snaketune.samplers.gp import GPSampler

    best = GPSampler(search.space, seed=search.seed).model_best([observation_of(trial, study) for trial in trials])
    return None if best is None else trials[best]
