"""Narrow valleys in three to six dimensions that lie across the axes: bent ones, and ill-conditioned quadratics."""

from functools import partial

from collection.draws import Draws
from collection.problem import Problem
from collection.shapes import Shape, bent, chain, ellipsoid, flattened, planted, scored, turned, valued

__all__ = ["valleys"]


def valleys(seed: int) -> Problem:
    """The kind goes round with the seed, all else is drawn."""
    draws = Draws("valleys", seed)
    n = draws.whole(3, 6)
    f, width = [_chain, _ellipsoid, _bent][seed % 3](draws)
    space, at = draws.floats(n), draws.inside(n)
    turn = turned(draws, at, width, stretch=2)
    score = scored(draws, flattened(f) if draws.chance(0.5) else f)
    return Problem(
        f"valleys-{seed}", "valleys", space, valued(space, lambda u: score(turn(u))), optimum=planted(space, at)
    )


def _chain(draws: Draws) -> tuple[Shape, float]:
    return partial(chain, narrow=draws.loguniform(20, 200)), draws.uniform(2.5, 5)


def _ellipsoid(draws: Draws) -> tuple[Shape, float]:
    return partial(ellipsoid, condition=draws.loguniform(300, 10_000)), 2.0


def _bent(draws: Draws) -> tuple[Shape, float]:
    return partial(bent, narrow=draws.loguniform(30, 300), curve=draws.uniform(0.5, 2)), draws.uniform(2, 4)
