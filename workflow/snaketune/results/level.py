"""The budget with which trials are compared where it is parameters, not trials, that are looked at."""

from collections import Counter
from collections.abc import Iterable, Sequence

from snaketune.results.trials import Trial

__all__ = ["ENOUGH", "level_of", "with_one_budget"]

# With the full budget there are often a few trials only, all of them good: they don't tell what parameters do.
ENOUGH = 20


def level_of(results: Iterable[tuple[str, float]]) -> float:
    """The share of the full budget that is compared: the largest with which ENOUGH trials are complete, else most.

    `results` are the complete ones: a trial's id with a share, as often as it has been trained.
    """
    counts = Counter(share for _, share in set(results))
    enough = [share for share, count in counts.items() if count >= ENOUGH]
    return max(enough) if enough else max(counts, key=lambda share: (counts[share], share), default=1.0)


def with_one_budget(rungs: Sequence[Trial]) -> list[Trial]:
    """The complete results of one budget, that which is compared; those of all trials where there are no budgets.

    `rungs` are the trials as often as they have been trained.
    """
    complete = [trial for trial in rungs if trial.complete]
    level = level_of((trial.trial, trial.share) for trial in complete)
    return [trial for trial in complete if trial.share == level]
