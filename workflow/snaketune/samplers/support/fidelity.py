"""Results of trials that were trained differently far, as data of one model that has the budget as a further input.

Only the order of budgets counts: so a search whose full budget is raised goes on as it would have without.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from snaketune.samplers.base import Observation
from snaketune.samplers.support.arrays import Bools, Floats, Integers
from snaketune.samplers.support.warp import clipped
from snaketune.values import trial_id

__all__ = ["Ascent", "Results", "furthest", "is_complete", "is_measured"]

# How far apart neighbouring budgets are on the model's axis, where a parameter's whole range is 1.
_APART = 1.0


@dataclass(frozen=True)
class Results:
    """The usable results (n of them) of a history, and which budget the model looks at.

    `values` (n, objectives), those of other budgets brought nearer to those of this one, and their noise `variances`;
    `places` (n,) is where the budgets are on the model's axis, 0 for the one that it looks at. `begun`: that is the
    lowest, and less than the full one.
    """

    observations: Sequence[Observation]
    values: Floats
    variances: Floats
    places: Floats
    begun: bool

    @classmethod
    def of(cls, history: Sequence[Observation], enough: int = 3) -> "Results":
        """The results of trials that are complete or were pruned, in order.

        The model looks at the highest budget with `enough` results, if no budget has as many at the lowest.

        The last value of a pruned trial counts as one of the next budget that others have completed, no worse than the
        worst of these: that it was behind is known, how far it would have been in the end is not.
        """
        budgets = sorted({o.budget for o in history if is_complete(o)})
        told = [o for o in history if is_measured(o)] if budgets else []
        complete = np.array([is_complete(o) for o in told], bool)
        ranks = np.array([min(int(np.searchsorted(budgets, o.budget)), len(budgets) - 1) for o in told], int)
        values = np.array([o.values for o in told], float)
        for rank in set(ranks[~complete].tolist()):
            worst = values[complete & (ranks == rank)].max(axis=0)
            stopped = ~complete & (ranks == rank)
            values[stopped] = np.minimum(values[stopped], worst)
        counts = np.bincount(ranks, minlength=1)
        looked_at = max(np.flatnonzero(counts >= enough).tolist(), default=0)
        values = _nearer(values, ranks, [trial_id(o.params) if is_complete(o) else "" for o in told], looked_at)
        variances = np.array([_variances(o) for o in told], float)
        begun = looked_at == 0 and bool(budgets) and budgets[0] < 1.0
        return cls(told, values, variances, (ranks - looked_at) * _APART, begun)

    @property
    def several(self) -> bool:
        """Whether there are results of different budgets."""
        return bool(np.any(self.places != self.places[:1]))


@dataclass(frozen=True)
class Ascent:
    """How new trials make their way to the full budget: they begin at one, and each rung keeps a share of its trials.

    Both are shares in (0, 1], of the full budget and of the trials.
    """

    begins: float
    keeps: float

    def places(self, results: Results) -> list[float]:
        """Where the budgets are, ascending, of whose results a trial has to be among the best to be trained further.

        Those are all between the one that it begins at and the one that the model looks at, with complete results.
        """
        return sorted({float(place) for place in results.places[self._passed(results)] if place < 0})

    def hurdles(self, results: Results, targets: Floats) -> list[tuple[float, float]]:
        """The places with the value that is to be reached at each: the worst of the share that a rung keeps.

        `targets` (n,) are those of the results, in the model's units.
        """
        passed = self._passed(results)
        return [
            (place, float(np.quantile(targets[passed & (results.places == place)], self.keeps)))
            for place in self.places(results)
        ]

    def _passed(self, results: Results) -> Bools:
        return np.array([is_complete(o) and o.budget >= self.begins for o in results.observations], bool)


def furthest(history: Sequence[Observation]) -> list[Observation]:
    """The observations without those of parameters that have ended at a higher budget; running ones stay."""
    names = [trial_id(o.params) for o in history]
    highest: dict[str, float] = {}
    for name, observation in zip(names, history, strict=True):
        if observation.status != "running":
            highest[name] = max(highest.get(name, 0.0), observation.budget)
    return [o for name, o in zip(names, history, strict=True) if o.status == "running" or o.budget == highest[name]]


def is_complete(observation: Observation) -> bool:
    """Whether the observation is of a complete trial with usable values."""
    return observation.status == "complete" and is_measured(observation)


def is_measured(observation: Observation) -> bool:
    """Whether the observation has usable values, of a trial that is complete or was pruned."""
    values = observation.values
    ended = observation.status in ("complete", "pruned")
    return ended and values is not None and bool(np.all(np.isfinite(values)))


def _nearer(values: Floats, ranks: Integers, names: Sequence[str], looked_at: int) -> Floats:
    """Values (n, objectives) of each budget shifted towards those of the one looked at.

    That is by the median change of the parameters that have values nearer to it (those with a name; pruned ones have
    none), as far as it exceeds the standard deviation at the budget: more would hide from the model how parameters
    differ. The rest is the model's to explain: to take out all of it is to say that those which were not promoted would
    have changed like those which were, and the model would never look there.
    """
    if len(set(ranks.tolist())) < 2:
        return values
    shifted = values.copy()
    nearer: dict[str, Floats] = {}
    for rank in sorted(set(ranks.tolist()), key=lambda rank: (abs(rank - looked_at), rank)):
        here = np.flatnonzero(ranks == rank).tolist()
        found = np.column_stack([clipped(column) for column in values[here].T])
        pairs = [(nearer[name], own) for i, own in zip(here, found, strict=True) if (name := names[i]) in nearer]
        if pairs:
            change = np.median([there - own for there, own in pairs], axis=0)
            spread = found.std(axis=0)
            found = found + change - np.clip(change, -spread, spread)
        shifted[here] = found
        nearer = {name: own for i, own in zip(here, found, strict=True) if (name := names[i])} | nearer
    return shifted


def _variances(observation: Observation) -> list[float]:
    if observation.variances is None:
        return [0.0] * len(observation.measured)
    return [v if np.isfinite(v) and v > 0 else 0.0 for v in observation.variances]
