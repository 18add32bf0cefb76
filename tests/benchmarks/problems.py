"""Five functions to compare samplers on (all minimised), their spaces, and the first ten trials of every run.

The definitions and the initial designs are those that `reference.csv` was made with, so that runs pair seed
by seed.
"""

import itertools
import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc
from snaketune.space import Axis, Categorical, Float, Integer, Parameter, Space

__all__ = ["PROBLEMS", "Problem"]


@dataclass(frozen=True)
class Problem:
    """`optimum` is the best value known."""

    name: str
    parameters: Mapping[str, Parameter]
    function: Callable[..., float]
    optimum: float

    @property
    def space(self) -> Space:
        axes = tuple(Axis((name,), parameter) for name, parameter in self.parameters.items())
        return Space(self.parameters, axes)

    def __call__(self, params: Mapping[str, object]) -> float:
        return float(self.function(*(params[name] for name in self.parameters)))

    def initial_design(self, seed: int, n: int = 10) -> list[dict]:
        """The first `n` trials of a run: a Latin hypercube, its seed made of the problem's name and `seed`."""
        rng = np.random.default_rng(zlib.crc32(f"{self.name}{seed}".encode()) % 10**6)
        rows = qmc.LatinHypercube(len(self.parameters), rng=rng).random(n)
        return [
            {name: _at(p, float(u)) for (name, p), u in zip(self.parameters.items(), row, strict=True)} for row in rows
        ]


def _at(parameter: Parameter, u: float) -> object:
    """As `from_unit`, but with all digits, as the reference was made with."""
    match parameter:
        case Float(low=low, high=high, log=True):
            return low * (high / low) ** u
        case Float(low=low, high=high):
            return low + u * (high - low)
        case Integer(low=low, high=high):
            return min(max(round(low - 0.5 + u * (high - low + 1)), low), high)
    return parameter.from_unit(u)


def _floats(count: int, low: float, high: float) -> dict[str, Parameter]:
    return {f"x{i}": Float(low, high) for i in range(count)}


def _booth(a: float, b: float) -> float:
    return (a + 2 * b - 7) ** 2 + (2 * a + b - 5) ** 2


def _branin(a: float, b: float) -> float:
    bowl = b - 5.1 * a**2 / (4 * math.pi**2) + 5 * a / math.pi - 6
    return bowl**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10


_HARTMANN_HEIGHTS = np.array([1.0, 1.2, 3.0, 3.2])
_HARTMANN_WIDTHS = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)
_HARTMANN_CENTRES = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def _hartmann(*x: float) -> float:
    exponents = (_HARTMANN_WIDTHS * (np.array(x) - _HARTMANN_CENTRES) ** 2).sum(axis=1)
    return -float(_HARTMANN_HEIGHTS @ np.exp(-exponents))


def _rosenbrock(*x: float) -> float:
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x))


# optimizer -> best log10 learning rate, best depth, what it costs against the best optimizer
_OPTIMIZERS = {
    "sgd": (-1.0, 6, 0.12),
    "adam": (-3.0, 14, 0.0),
    "rms": (-2.6, 10, 0.05),
    "lbfgs": (-2.0, 18, 0.35),
}


def _training(lr: float, depth: int, optimizer: str, dropout: float, norm: str) -> float:
    """Like a network's loss: learning rate, depth and optimizer interact, the others matter little."""
    log_lr = math.log10(lr)
    best_lr, best_depth, offset = _OPTIMIZERS[optimizer]
    deeper = depth - best_depth
    loss = offset + 0.25 * (log_lr - best_lr - 0.05 * deeper) ** 2 + 0.012 * deeper**2 + 0.3 * abs(dropout - 0.3)
    if norm == "none":
        loss += 0.08 + 0.1 * max(0.0, log_lr + 2)
    return math.log1p(loss) * (1 + 0.02 * math.sin(9 * log_lr))


_TRAINING_SPACE = {
    "lr": Float(1e-5, 1.0, log=True),
    "depth": Integer(1, 24),
    "optimizer": Categorical(tuple(_OPTIMIZERS)),
    "dropout": Float(0.0, 1.0),
    "norm": Categorical(("bn", "none")),
}

PROBLEMS = {
    problem.name: problem
    for problem in (
        Problem("booth", _floats(2, -10.0, 10.0), _booth, 0.0),
        Problem("branin", {"a": Float(-5.0, 10.0), "b": Float(0.0, 15.0)}, _branin, 0.39788735),
        Problem("hart6", _floats(6, 0.0, 1.0), _hartmann, -3.32236801),
        Problem("rosen4", _floats(4, -5.0, 10.0), _rosenbrock, 0.0),
        Problem("mixed", _TRAINING_SPACE, _training, 3.45892434e-06),
    )
}
