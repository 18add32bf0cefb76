"""Like tuning: numbers of several scales, whole numbers, ordered lists, and choices that move the best numbers.

The loss is a turned quadratic of the numbers, steeper beyond its best on one of them (as a learning rate's), whose
centre depends on the choices; each choice, and each pair of two of the choices, costs something. One or two parameters
count for some choices alone, where they can make up for what these cost.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from collection.draws import Draws
from collection.problem import Problem
from collection.shapes import scored
from collection.spaces import Params, Space, to_unit

__all__ = ["mixed"]

_CHOICES: Mapping[str, list[str]] = {
    "optimizer": ["sgd", "adam", "rmsprop", "adagrad", "lion", "lbfgs"],
    "activation": ["relu", "tanh", "gelu", "elu", "swish"],
    "norm": ["none", "batch", "layer", "group"],
    "schedule": ["constant", "cosine", "step", "cyclic", "plateau", "linear"],
    "scaler": ["none", "standard", "quantile"],
    "pooling": ["mean", "max"],
}
_ORDINALS: Mapping[str, list[float]] = {
    "batch_size": [16, 32, 64, 128],
    "patch": [1, 2, 4, 8, 16],
    "window": [3, 5, 7, 9, 13],
    "clip": [0.1, 0.5, 1.0, 5.0],
}


class _Numbers:
    """The numbers' part of the loss."""

    def __init__(self, draws: Draws, n: int):
        weights = np.exp(draws.uniforms(math.log(0.2), math.log(6), n))
        coupling = np.eye(n) + draws.uniform(0.1, 0.4) * draws.normals(n, n) / math.sqrt(n)
        self._matrix = coupling * np.sqrt(weights)
        self._steep, self._wave = draws.uniform(5, 30), draws.uniform(0, 0.03)

    def __call__(self, away: np.ndarray) -> float:
        """`away` (n,): from the best place; the first number has an edge behind it."""
        turned = self._matrix @ away
        edge = self._steep * max(0.0, float(away[0]) - 0.15) ** 2
        return float(turned @ turned) + edge + self._wave * float((1 - np.cos(9 * away)).mean())


def mixed(seed: int) -> Problem:
    """Everything is drawn."""
    draws = Draws("mixed", seed)
    numbers = _numbers(draws)
    choices = [_listed(draws, name) for name in draws.some(list(_CHOICES), draws.whole(2, 4))]
    depending = _depending(draws, choices)
    space: Space = [*choices, *numbers, *depending]
    n, k = len(numbers), len(choices)

    centre, quadratic = draws.inside(n), _Numbers(draws, n)
    moves = [_moves(draws, len(c["choices"]), n) for c in choices]
    costs = [_costs(draws, len(c["choices"])) for c in choices]
    first, second = draws.some(range(k), 2)
    pairs = draws.uniforms(0, 0.25, len(choices[first]["choices"]), len(choices[second]["choices"]))
    bests, weights = draws.inside(len(depending)), draws.uniforms(0.3, 2, len(depending))
    gains = draws.uniforms(0, 0.25, len(depending))
    positions = [{value: i for i, value in enumerate(c["choices"])} for c in choices]

    def loss(params: Params) -> float:
        chosen = [positions[i][params[c["name"]]] for i, c in enumerate(choices)]
        places = to_unit(space[k:], params)
        moved = sum((moves[i][at] for i, at in enumerate(chosen)), centre)
        cost = sum(costs[i][at] for i, at in enumerate(chosen)) + pairs[chosen[first], chosen[second]]
        own = weights * (places[n:] - bests) ** 2 - gains
        made_up = float(gains.sum()) + float(np.nansum(own))
        return math.log1p(quadratic(places[:n] - np.clip(moved, 0.15, 0.85)) + cost + made_up)

    return Problem(f"mixed-{seed}", "mixed", space, scored(draws, loss))


def _numbers(draws: Draws) -> list[dict[str, Any]]:
    """Three to six: a float on a log scale first, then some of each kind."""
    low = draws.loguniform(1e-6, 1e-4)
    others: list[dict[str, Any]] = [
        {"name": "weight_decay", "type": "loguniform", "low": 1e-7, "high": 0.1},
        {"name": "dropout", "type": "uniform", "low": 0.0, "high": 0.7},
        {"name": "layers", "type": "int", "low": 1, "high": draws.whole(5, 12)},
        {"name": "units", "type": "int", "low": 8, "high": draws.whole(120, 1200), "log": True},
    ]
    ordinal = draws.pick(list(_ORDINALS))
    return [
        {"name": "lr", "type": "loguniform", "low": float(f"{low:.2g}"), "high": draws.pick([0.1, 0.5, 1.0])},
        *draws.some(others, draws.whole(2, 4)),
        {"name": ordinal, "type": "ordinal", "choices": _ORDINALS[ordinal]},
    ]


def _listed(draws: Draws, name: str) -> dict[str, Any]:
    choices = _CHOICES[name]
    return {"name": name, "type": "choice", "choices": draws.some(choices, draws.whole(2, len(choices)))}


def _depending(draws: Draws, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One or two parameters that count for a half of the choices of another."""
    kinds: list[dict[str, Any]] = [
        {"name": "momentum", "type": "uniform", "low": 0.5, "high": 0.99},
        {"name": "warmup", "type": "int", "low": 0, "high": 10},
        {"name": "epsilon", "type": "loguniform", "low": 1e-8, "high": 0.01},
    ]
    parents = [draws.pick(choices) for _ in kinds]
    whens = [{p["name"]: draws.some(p["choices"], max(1, len(p["choices"]) // 2))} for p in parents]
    wanted = draws.some(range(len(kinds)), draws.whole(1, 2))
    return [kinds[i] | {"when": whens[i]} for i in wanted]


def _moves(draws: Draws, choices: int, n: int) -> np.ndarray:
    """How far each choice moves the best place (choices, n): up to a third of the range, along one to three numbers."""
    moved = np.isin(np.arange(n), draws.some(range(n), draws.whole(1, min(3, n))))
    return draws.uniforms(-0.35, 0.35, choices, n) * moved


def _costs(draws: Draws, choices: int) -> np.ndarray:
    """What each choice costs: nothing for the best, some little for those near it."""
    costs = -0.15 * np.log(draws.uniforms(1e-3, 1, choices))
    return costs - costs.min()
