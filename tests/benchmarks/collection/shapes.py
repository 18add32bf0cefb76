"""Functions of a vector z that are 0 at its origin and larger elsewhere, and how they are put into the unit cube."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from collection.draws import Draws
from collection.spaces import Params, Space, from_unit, to_unit

__all__ = [
    "Shape", "ackley", "bent", "chain", "ellipsoid", "flattened", "griewank", "levy", "planted", "rastrigin", "scored",
    "turned", "valued",
]  # fmt: skip

Shape = Callable[[np.ndarray], float]
T = TypeVar("T")


def ackley(z: np.ndarray) -> float:
    """Many shallow holes around one deep one."""
    n = len(z)
    flat = 20 - 20 * math.exp(-0.2 * math.sqrt(z @ z / n))
    return flat + math.e - math.exp(float(np.cos(2 * math.pi * z).sum()) / n)


def rastrigin(z: np.ndarray, height: float, wave: float) -> float:
    """A bowl with waves of a height and a length."""
    return float(z @ z + height * (1 - np.cos(2 * math.pi * z / wave)).sum())


def levy(z: np.ndarray) -> float:
    """Waves along each coordinate, those of the first steeper."""
    w = 1 + z / 4
    inner = (w[:-1] - 1) ** 2 * (1 + 10 * np.sin(math.pi * w[:-1] + 1) ** 2)
    ends = math.sin(math.pi * w[0]) ** 2 + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return float(inner.sum() + ends)


def griewank(z: np.ndarray) -> float:
    """A flat bowl whose waves lie across all coordinates."""
    roots = np.sqrt(np.arange(1, len(z) + 1))
    return float(z @ z / 200 + 1 - np.cos(z / roots).prod())


def chain(z: np.ndarray, narrow: float) -> float:
    """Rosenbrock's bent valley, `narrow` times steeper across than along; its best point is moved to the origin."""
    x = z + 1
    return float((narrow * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum())


def ellipsoid(z: np.ndarray, condition: float) -> float:
    """A quadratic whose curvatures are spread from 1 to `condition`."""
    return float(condition ** np.linspace(0, 1, len(z)) @ z**2)


def bent(z: np.ndarray, narrow: float, curve: float) -> float:
    """A valley along the first coordinate that bends in all others."""
    across = z[1:] - curve * z[0] ** 2
    return float(z[0] ** 2 + narrow * across @ across)


def flattened(f: Shape) -> Shape:
    """The logarithm of `f`, by which far values differ little."""
    return lambda z: math.log1p(f(z))


def turned(draws: Draws, at: np.ndarray, width: float, stretch: float = 1.0) -> Callable[[np.ndarray], np.ndarray]:
    """From the unit cube to z, rotated about `at`, which is its origin; the cube's sides are about `width` long.

    `stretch`: the ratio of the largest scale of an axis to its smallest, at most.
    """
    scales = width * np.exp(draws.uniforms(-0.5, 0.5, len(at)) * math.log(stretch))
    matrix = scales[:, None] * draws.rotation(len(at))
    return lambda u: matrix @ (u - at)


def scored(draws: Draws, f: Callable[[T], float]) -> Callable[[T], float]:
    """`f`, of whatever, as a metric of some scale and offset."""
    scale, offset = draws.loguniform(1e-2, 1e3), draws.uniform(-3, 3)
    return lambda z: scale * (offset + f(z))


def valued(space: Space, f: Shape) -> Callable[[Params], float]:
    """What points of a space without inactive parameters are worth, by a function of the unit cube."""
    return lambda params: f(to_unit(space, params))


def planted(space: Space, at: Sequence[float] | np.ndarray) -> Params:
    """The point at a place in the unit cube."""
    return from_unit(space, at)
