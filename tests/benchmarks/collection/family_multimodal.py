"""Functions with several minima in two to ten dimensions, one of them the best."""

import math
from functools import partial

import numpy as np

from collection.draws import Draws
from collection.problem import Problem
from collection.shapes import Shape, ackley, griewank, levy, planted, rastrigin, scored, turned, valued

__all__ = ["multimodal"]


def multimodal(seed: int) -> Problem:
    """The kind goes round with the seed, all else is drawn."""
    draws, name = Draws("multimodal", seed), f"multimodal-{seed}"
    kinds = _ackley, _rastrigin, _levy, _griewank
    kind = seed % (len(kinds) + 1)
    if kind == len(kinds):
        return _wells(draws, name)
    n = draws.whole(2, 10)
    f, width = kinds[kind](draws)
    space, at = draws.floats(n), draws.inside(n)
    turn, score = turned(draws, at, width, stretch=1.5), scored(draws, f)
    return Problem(name, "multimodal", space, valued(space, lambda u: score(turn(u))), optimum=planted(space, at))


def _ackley(draws: Draws) -> tuple[Shape, float]:
    return ackley, draws.uniform(3, 8)


def _rastrigin(draws: Draws) -> tuple[Shape, float]:
    return partial(rastrigin, height=draws.uniform(0.1, 0.6), wave=draws.uniform(0.7, 1.5)), draws.uniform(2.5, 4)


def _levy(draws: Draws) -> tuple[Shape, float]:
    return levy, draws.uniform(10, 20)


def _griewank(draws: Draws) -> tuple[Shape, float]:
    return griewank, draws.uniform(15, 30)


def _wells(draws: Draws, name: str) -> Problem:
    """Five to ten Gaussian wells of different depth and width, in two to five dimensions."""
    n, wells = draws.whole(2, 5), draws.whole(5, 10)
    space, centres = draws.floats(n), draws.uniforms(0.1, 0.9, wells, n)
    depths, widths = draws.uniforms(0.4, 1, wells), draws.uniforms(0.1, 0.25, wells) * math.sqrt(n / 2)

    def deepest(u: np.ndarray) -> float:
        return -float((depths * np.exp(-((u - centres) ** 2).sum(axis=1) / (2 * widths**2))).max())

    return Problem(name, "multimodal", space, valued(space, scored(draws, deepest)))
