"""Where the acquisition is highest: a spread of candidates, perturbations of good points, and local refinement."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import minimize

from snaketune.samplers.support.arrays import Floats
from snaketune.samplers.support.designs import latin_hypercube
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.evaluated import identity

__all__ = ["LIGHT", "MODERATE", "THOROUGH", "Effort", "maximise"]

_SPREAD_STRUCTURED = 384  # at most: each candidate is assembled one by one
_NEIGHBOURS = 24
# Steps that the local refinement learns curvature from: more than its usual 10, as it bends for several points at once.
_REMEMBERED = 20
# The share of its scores, logarithms all, that a step must bring for the refinement to go on.
_WORTHWHILE = 1e-6


@dataclass(frozen=True)
class Effort:
    """How many candidates fill the space and how many are near good points, and how many are refined, how far."""

    spread: int
    near: int
    refined: int
    iterations: int


THOROUGH = Effort(1024, 384, 4, 40)
MODERATE = Effort(384, 192, 3, 30)  # of many results in many parameters
LIGHT = Effort(512, 256, 2, 16)  # where scores are dear


class Objective(Protocol):
    """What is to be high."""

    def scores(self, points: Floats) -> Floats:
        """The scores (k,) of points (k, width)."""

    def sloped(self, points: Floats) -> tuple[Floats, Floats]:
        """The same scores, with their slopes (k, width) by the axes that are continuous and active; 0 by others."""


def maximise(
    objective: Objective,
    encoding: Encoding,
    best: Floats,
    seen: set[bytes],
    rng: np.random.Generator,
    effort: Effort = THOROUGH,
) -> Floats | None:
    """The point (width,) of the highest score found that is not among `seen`; None if all candidates are.

    `best` (b, width) are good points known so far, NaN where an axis is inactive; `seen` holds `identity` of the points
    to leave out.
    """
    count = min(effort.spread, _SPREAD_STRUCTURED) if encoding.structured else effort.spread
    pool = [latin_hypercube(count, encoding.width, rng)]
    if len(best):
        pool.append(perturbed(_filled(best, rng), effort.near, encoding, rng))
    points = _unseen(encoding.realise(np.vstack(pool)), seen)
    if not len(points):
        return None
    scores = objective.scores(points)
    chosen = _distinct(points, scores, effort.refined)
    points, scores = points[chosen], scores[chosen]
    points, scores = _step_discrete(objective, encoding, points, scores, seen, rng)
    polished = _polished(objective, encoding, points, effort.iterations)
    refined = _unseen(encoding.realise(_filled(polished, rng)), seen)
    if len(refined):
        points, scores = np.vstack([points, refined]), np.concatenate([scores, objective.scores(refined)])
    return np.asarray(points[int(np.argmax(scores))])


def perturbed(points: Floats, n: int, encoding: Encoding, rng: np.random.Generator) -> Floats:
    """n rows near `points` (b, width): some axes moved, by fine to coarse steps; choices redrawn."""
    rows = points[rng.integers(len(points), size=n)]
    width = encoding.width
    moved = rng.random((n, width)) < np.maximum(1.5 / width, rng.random((n, 1)))
    moved[np.arange(n), rng.integers(width, size=n)] = True
    scale = 10.0 ** rng.uniform(-3.0, -0.5, (n, 1))
    cell = np.where(encoding.choices > 0, 1.0 / np.maximum(encoding.choices, 1), 0.0)
    shift = rng.standard_normal((n, width)) * np.maximum(scale, cell)
    places = np.where(encoding.unordered, rng.random((n, width)), _reflected(rows + shift))
    return np.where(moved, places, rows)


def _reflected(places: Floats) -> Floats:
    return np.clip(np.where(places < 0, -places, np.where(places > 1, 2 - places, places)), 0.0, 1.0)


def _filled(points: Floats, rng: np.random.Generator) -> Floats:
    """Inactive places get some value, for the case that a change of their parents makes them active."""
    return np.where(np.isnan(points), rng.random(points.shape), points)


def _unseen(points: Floats, seen: set[bytes]) -> Floats:
    """The points without those seen and without repetitions."""
    fresh = {name: i for i, name in enumerate(identity(points)) if name not in seen}
    return points[sorted(fresh.values())]


def _distinct(points: Floats, scores: Floats, most: int) -> list[int]:
    """The indices of the best points, leaving out those close to a better one."""
    chosen: list[int] = []
    known = np.nan_to_num(points, nan=0.5)
    for i in np.argsort(-scores, kind="stable"):
        if all(np.abs(known[i] - known[j]).max() > 0.05 for j in chosen):
            chosen.append(int(i))
        if len(chosen) == most:
            break
    return chosen


def _step_discrete(
    objective: Objective, encoding: Encoding, points: Floats, scores: Floats, seen: set[bytes], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Moves each point to the best of some neighbours, a few times; needed where there are snapped axes."""
    if encoding.continuous.all() and not encoding.structured:
        return points, scores
    for _ in range(3):
        for i, point in enumerate(points):
            around = perturbed(_filled(point[None], rng), _NEIGHBOURS, encoding, rng)
            near = _unseen(encoding.realise(around), seen)
            if len(near):
                values = objective.scores(near)
                top = int(np.argmax(values))
                if values[top] > scores[i]:
                    points[i], scores[i] = near[top], values[top]
    return points, scores


def _polished(objective: Objective, encoding: Encoding, points: Floats, iterations: int) -> Floats:
    """The points after L-BFGS-B over their active continuous axes: all at once, the sum of their scores is climbed."""
    free = encoding.continuous & ~np.isnan(points)
    if not free.any():
        return points
    polished = points.copy()

    def negative(places: Floats) -> tuple[float, Floats]:
        polished[free] = places
        scores, slopes = objective.sloped(polished)
        return -float(scores.sum()), -slopes[free]

    result = minimize(
        negative,
        points[free],
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 1.0)] * int(free.sum()),
        options={"maxiter": iterations, "maxcor": _REMEMBERED, "ftol": _WORTHWHILE},
    )
    polished[free] = result.x
    return polished
