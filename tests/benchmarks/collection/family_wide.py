"""Ten to twenty parameters, three to five of which matter, and the others hardly; some of those are whole numbers."""

from functools import partial
from typing import Any

import numpy as np

from collection.draws import Draws
from collection.problem import Problem
from collection.shapes import Shape, bent, chain, ellipsoid, levy, planted, scored, turned, valued
from collection.spaces import to_unit

__all__ = ["wide"]


def wide(seed: int) -> Problem:
    """The kind goes round with the seed, all else is drawn."""
    draws = Draws("wide", seed)
    n, k = draws.whole(10, 20), draws.whole(3, 5)
    f, width = [_ellipsoid, _levy, _chain, _bent][seed % 4](draws)
    matter = np.array(draws.some(range(n), k))
    space = [p if i in matter or draws.chance(0.7) else _whole(draws, i) for i, p in enumerate(draws.floats(n))]
    best = planted(space, draws.inside(n))
    at = to_unit(space, best)
    turn = turned(draws, at[matter], width, stretch=2)
    typical = float(np.median([f(turn(u)) for u in draws.uniforms(0, 1, 200, k)]))
    little = np.exp(draws.uniforms(np.log(1e-4), np.log(1e-1), n))
    little[matter] = 0

    def both(u: np.ndarray) -> float:
        return f(turn(u[matter])) / typical + float(little @ (u - at) ** 2)

    return Problem(f"wide-{seed}", "wide", space, valued(space, scored(draws, both)), optimum=best)


def _whole(draws: Draws, i: int) -> dict[str, Any]:
    return {"name": f"x{i}", "type": "int", "low": 1, "high": draws.whole(4, 60)}


def _ellipsoid(draws: Draws) -> tuple[Shape, float]:
    return partial(ellipsoid, condition=draws.loguniform(2, 100)), 2.0


def _levy(draws: Draws) -> tuple[Shape, float]:
    return levy, draws.uniform(8, 14)


def _chain(draws: Draws) -> tuple[Shape, float]:
    return partial(chain, narrow=draws.loguniform(5, 50)), draws.uniform(2, 4)


def _bent(draws: Draws) -> tuple[Shape, float]:
    return partial(bent, narrow=draws.loguniform(5, 50), curve=draws.uniform(0.5, 1.5)), draws.uniform(2, 4)
