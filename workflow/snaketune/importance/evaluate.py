"""Importances of parameters, with how far they can be trusted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from snaketune.importance.encoding import Encoded, encode
from snaketune.importance.fanova import Partition, partition
from snaketune.importance.forest import Forest, fit_forest
from snaketune.importance.scales import Scale
from snaketune.results.importances import ONE_VALUE

__all__ = ["Importance", "Importances", "Interaction", "importances", "trials_needed"]

N_TREES = 64
N_REPEATS = 10
# More trials are thinned out to this many, drawn at random: beyond it the estimates hardly change.
MOST_TRIALS = 1000
# Pairs among so many of the most important parameters are looked at, on so many of the trees.
PAIRED = 4
PAIR_TREES = 16
# A forest that explains less of the variance of trials it has not seen has not found out what matters.
LEAST_EXPLAINED = 0.2


@dataclass(frozen=True)
class Importance:
    """One parameter's shares of the objective's variance, None where nothing can be said.

    `fanova`: of its main effect alone (mean and standard deviation over the trees). `permutation`: of all
    that it takes part in, interactions too (mean and standard deviation over repeats). `note` says why not to
    trust them.
    """

    parameter: str
    fanova: float | None
    fanova_sd: float | None
    permutation: float | None
    permutation_sd: float | None
    note: str


@dataclass(frozen=True)
class Interaction:
    """The share of the variance that two parameters explain together beyond their main effects."""

    first: str
    second: str
    fanova: float
    fanova_sd: float


@dataclass(frozen=True)
class Importances:
    """The parameters, most important first, and the strongest interactions first."""

    parameters: tuple[Importance, ...]
    interactions: tuple[Interaction, ...]


def importances(
    columns: Mapping[str, Sequence[object]],
    scales: Mapping[str, Scale],
    values: Sequence[float],
    *,
    seed: int = 0,
) -> Importances:
    """The importance of each parameter in `columns` (name -> a value per trial, ABSENT where inactive).

    `values` are the objective of the same, complete trials. Parameters with one value only have no
    importance.
    """
    target = np.asarray(values, dtype=float)
    varying = {name: found for name, found in columns.items() if len({repr(v) for v in found}) > 1}
    why = _hopeless(target, varying)
    if why:
        return Importances(tuple(Importance(name, None, None, None, None, why) for name in columns), ())
    rng = np.random.default_rng(seed)
    chosen = np.arange(len(target))
    if len(target) > MOST_TRIALS:
        chosen = np.sort(rng.choice(len(target), MOST_TRIALS, replace=False))
    encoded = encode({name: [found[i] for i in chosen.tolist()] for name, found in varying.items()}, scales, rng)
    # Scaled, so that objectives of any size keep their digits.
    scaled = (target[chosen] - target[chosen].mean()) / (np.ptp(target[chosen]) or 1.0)
    forest = fit_forest(encoded.matrix, scaled, rng, N_TREES)
    boxes = [partition(tree.tree_, encoded.groups) for tree in forest.trees]
    boxes = [box for box in boxes if box.variance > 0]
    main = np.array([box.main_effects / box.variance for box in boxes])
    permuted, explained = _permutation(forest, encoded, scaled, rng)
    note = _doubt(len(target), len(varying), explained)
    rows = {
        group.name: Importance(group.name, *_mean_sd(main[:, i]), *_mean_sd(permuted[i]), note)
        for i, group in enumerate(encoded.groups)
    }
    for name in columns:
        rows.setdefault(name, Importance(name, 0.0, 0.0, 0.0, 0.0, ONE_VALUE))
    ordered = sorted(rows.values(), key=lambda row: -(row.fanova or 0.0))
    return Importances(tuple(ordered), _interactions(boxes, encoded, main.mean(axis=0)))


def trials_needed(parameters: int) -> int:
    """How many complete trials importances should rest on at least: ten for each parameter, and twenty."""
    return max(20, 10 * parameters)


def _hopeless(target: np.ndarray, varying: Mapping[str, object]) -> str:
    if len(target) < 4:
        return f"{len(target)} complete trial{'s are' if len(target) != 1 else ' is'} too few"
    if not target.max() > target.min():
        return "the objective is the same in all trials"
    with np.errstate(over="ignore"):
        if not np.isfinite(np.abs(target).sum()):
            return "values of the objective are too large to reckon with"
    return "" if varying else "no parameter varies"


def _doubt(trials: int, parameters: int, explained: float) -> str:
    needed = trials_needed(parameters)
    if trials < needed:
        return f"too few trials: {trials} complete, at least {needed} are needed for {parameters} parameters"
    if not explained >= LEAST_EXPLAINED:
        share = f"{max(0.0, explained):.0%}"
        return f"not to be trusted: the model explains {share} of the variance of unseen trials"
    return ""


def _permutation(
    forest: Forest, encoded: Encoded, target: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """How much worse unseen trials are predicted where a parameter is shuffled, and how well without shuffling.

    Per parameter and repeat, half the growth of the squared error of unseen trials where the parameter's
    values are shuffled, as a share of the variance; and the share of the variance that is explained without
    shuffling.

    For a perfect model that is the total effect of the parameter (Jansen 1999, eq. 15), main effect and
    interactions.
    """
    variance = target.var()
    error = np.nanmean((forest.predict_unseen(encoded.matrix)[0] - target) ** 2)
    growth = np.zeros((len(encoded.groups), N_REPEATS))
    for i, group in enumerate(encoded.groups):
        versions = np.tile(encoded.matrix, (N_REPEATS, 1))
        order = np.concatenate([k * len(target) + rng.permutation(len(target)) for k in range(N_REPEATS)])
        versions[:, group.columns] = versions[order, group.columns]
        growth[i] = np.nanmean((forest.predict_unseen(versions) - target) ** 2, axis=1) - error
    return growth / (2 * variance), float(1 - error / variance)


def _interactions(boxes: Sequence[Partition], encoded: Encoded, main: np.ndarray) -> tuple[Interaction, ...]:
    foremost = sorted(np.argsort(-main, kind="stable")[:PAIRED].tolist())
    found = []
    for i, j in combinations(foremost, 2):
        shares = np.array([box.interaction(i, j) / box.variance for box in boxes[:PAIR_TREES]])
        found.append(Interaction(encoded.groups[i].name, encoded.groups[j].name, *_mean_sd(shares)))
    return tuple(sorted(found, key=lambda pair: -pair.fanova))


def _mean_sd(values: np.ndarray) -> tuple[float, float]:
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
    return float(np.mean(values)), sd
