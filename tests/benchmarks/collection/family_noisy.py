"""Problems like those of other families, seen through noise; some points always fail, and any may fail at random.

The noise is 3 to 30 % of the range, which is from the 5th to the 95th percentile of random points.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from collection.draws import Draws
from collection.family_mixed import mixed
from collection.family_multimodal import multimodal
from collection.family_smooth import smooth
from collection.family_valleys import valleys
from collection.problem import Problem
from collection.spaces import Params, from_unit, to_unit

__all__ = ["noisy"]

_KINDS = smooth, mixed, valleys, multimodal
_BEYOND = 1_000  # the seeds of these families from here on are for this one
_POINTS = 400


def noisy(seed: int) -> Problem:
    """The family that is behind goes round with the seed, all else is drawn."""
    draws = Draws("noisy", seed)
    clear = _KINDS[seed % len(_KINDS)](draws.whole(_BEYOND, 100 * _BEYOND))
    points = [from_unit(clear.space, row) for row in draws.uniforms(0, 1, _POINTS, len(clear.space))]
    value, spread = _flattened(clear, points)
    return replace(
        clear,
        name=f"noisy-{seed}",
        family="noisy",
        true_value=value,
        noise=draws.loguniform(0.03, 0.3) * spread,
        fails=_region(draws, clear, points) if draws.chance(0.7) else clear.fails,
        failing=draws.uniform(0.02, 0.15) if draws.chance(0.7) else 0.0,
    )


def _flattened(clear: Problem, points: list[dict[str, Any]]) -> tuple[Callable[[Params], float], float]:
    """The value with its bad end drawn together, as a logarithm would, and its range.

    Else a few very bad points would make a range in which the good half of all points is less than the noise.
    """
    values = np.array([clear.true_value(params) for params in points])
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    unit = float(middle - low)

    def value(params: Params) -> float:
        return unit * math.asinh((clear.true_value(params) - float(low)) / unit)

    return value, unit * math.asinh(float(high - low) / unit)


def _region(draws: Draws, clear: Problem, points: list[dict[str, Any]]) -> Callable[[Params], bool]:
    """Of the points, the 10 to 30 % that are farthest in some direction, which the best one known is not."""
    direction, share = draws.normals(len(clear.space)), draws.uniform(0.1, 0.3)

    def along(params: Params) -> float:
        return float(direction @ np.nan_to_num(to_unit(clear.space, params), nan=0.5))

    places = [along(params) for params in points]
    low, high = np.quantile(places, [share, 1 - share])
    if clear.optimum is not None and along(clear.optimum) > high - 0.02:
        return lambda params: along(params) < low
    return lambda params: along(params) > high
