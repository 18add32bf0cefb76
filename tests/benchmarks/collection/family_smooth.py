"""Smooth functions of two to six numbers: like Branin's and Hartmann's, random waves over a bowl, a few wide wells."""

import math

import numpy as np

from collection.draws import Draws
from collection.problem import Problem
from collection.shapes import Shape, ellipsoid, planted, scored, turned, valued

__all__ = ["smooth"]

_BRANIN_BEST = 10 / (8 * math.pi)
_BRANIN_AT = (-math.pi, 12.275), (math.pi, 2.275), (3 * math.pi, 2.475)


def smooth(seed: int) -> Problem:
    """The kind goes round with the seed, all else is drawn."""
    kinds = _branin, _hartmann, _waves, _bowl
    return kinds[seed % len(kinds)](Draws("smooth", seed), f"smooth-{seed}")


def _branin(draws: Draws, name: str) -> Problem:
    """Branin's function, turned about one of its three equal minima, which is put somewhere inside."""
    space, at = draws.floats(2), draws.inside(2)
    turn, minimum = turned(draws, at, width=14, stretch=1.5), np.array(draws.pick(_BRANIN_AT))

    def above(z: np.ndarray) -> float:
        a, b = z + minimum
        bowl = b - 5.1 * a**2 / (4 * math.pi**2) + 5 * a / math.pi - 6
        return float(bowl**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10 - _BRANIN_BEST)

    score = scored(draws, above)
    return Problem(name, "smooth", space, valued(space, lambda u: score(turn(u))), optimum=planted(space, at))


def _hartmann(draws: Draws, name: str) -> Problem:
    """Four to six Gaussian wells in three to six dimensions, as narrow along an axis as Hartmann's."""
    n, wells = draws.whole(3, 6), draws.whole(4, 6)
    centres, depths = draws.uniforms(0.1, 0.9, wells, n), draws.uniforms(1, 3.3, wells)
    widths = np.exp(draws.uniforms(math.log(0.1), math.log(17), wells, n))
    return _searched(draws, name, n, lambda u: -float(depths @ np.exp(-(widths * (u - centres) ** 2).sum(axis=1))))


def _waves(draws: Draws, name: str) -> Problem:
    """A draw from a Gaussian process with a length scale of each axis, by random features, over a bowl."""
    n, features = draws.whole(2, 5), 40
    frequencies = draws.normals(features, n) / np.exp(draws.uniforms(math.log(0.25), math.log(0.9), n))
    phases, heights = draws.uniforms(0, 2 * math.pi, features), draws.normals(features) * math.sqrt(2 / features)
    centre, steep = draws.inside(n), draws.uniform(1, 4)

    def wavy(u: np.ndarray) -> float:
        return float(heights @ np.cos(frequencies @ u + phases) + steep * (u - centre) @ (u - centre))

    return _searched(draws, name, n, wavy)


def _bowl(draws: Draws, name: str) -> Problem:
    """A turned quadratic that flattens out far from its best point."""
    n = draws.whole(3, 6)
    space, at = draws.floats(n), draws.inside(n)
    turn, condition = turned(draws, at, width=2), draws.loguniform(2, 30)
    score = scored(draws, lambda z: 1 - math.exp(-ellipsoid(z, condition) / condition))
    return Problem(name, "smooth", space, valued(space, lambda u: score(turn(u))), optimum=planted(space, at))


def _searched(draws: Draws, name: str, n: int, f: Shape) -> Problem:
    """A problem of a function whose best point is not known."""
    space = draws.floats(n)
    return Problem(name, "smooth", space, valued(space, scored(draws, f)))
