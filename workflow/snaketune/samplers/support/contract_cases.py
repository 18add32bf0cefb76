"""Spaces and histories on which the contract of samplers is checked."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from snaketune.samplers.base import Observation, Sampler
from snaketune.space import Space, space_from_config

__all__ = ["FINITE", "SMALL", "SPACES", "complete", "history", "odd_histories", "promoted", "value"]

_UNIT = {"type": "uniform", "low": 0.0, "high": 1.0}
SPACES: Mapping[str, Space] = {
    "plain": space_from_config(
        {
            "lr": {"type": "loguniform", "low": 1e-5, "high": 1.0},
            "depth": {"type": "int", "low": 1, "high": 12},
            "width": {"type": "int", "low": 8, "high": 512, "log": True},
            "optimizer": ["sgd", "adam", "rms"],
            "dropout": {"type": "uniform", "low": 0.0, "high": 0.5, "step": 0.1},
            "fixed": {"type": "constant", "value": 7},
        },
        seed=0,
    ),
    "conditional": space_from_config(
        {
            "optimizer": ["sgd", "adam"],
            "momentum": {"type": "uniform", "low": 0.0, "high": 0.99, "when": {"optimizer": "sgd"}},
            "layers": {"type": "int", "low": 1, "high": 3},
            "second": {"type": "int", "low": 4, "high": 64, "when": "layers >= 2"},
        },
        seed=0,
    ),
    "constrained": space_from_config({"a": _UNIT, "b": _UNIT}, seed=0, constraints=["a + b <= 1"]),
    "paired": space_from_config(
        {"n": [1, 2, 3, 4], "m": [10, 20, 30, 40], "x": {"type": "normal", "mu": 0.0, "sigma": 2.0}},
        seed=0,
        pairs=[["n", "m"]],
    ),
    "believed": space_from_config(
        {
            "lr": {"type": "loguniform", "low": 1e-5, "high": 1.0, "prior": {"at": 1e-3, "confidence": "high"}},
            "depth": {"type": "int", "low": 1, "high": 12, "prior": {"at": 4, "sd": 2}},
            "shift": {"type": "normal", "mu": 0.0, "sigma": 2.0, "prior": {"at": 1.0}},
            "optimizer": {"choices": ["sgd", "adam", "rms"], "prior": {"at": "adam"}},
            "batch": {"choices": [64, 16, 32], "prior": {"weights": [0, 1, 3]}},
            "momentum": {
                "type": "uniform",
                "low": 0.0,
                "high": 0.99,
                "when": {"optimizer": "sgd"},
                "prior": {"at": 0.9},
            },
        },
        seed=0,
    ),
    "line": space_from_config({"x": {"type": "uniform", "low": -1.0, "high": 2.0}}, seed=0),
    "odd choices": space_from_config({"c": [1, True, "1", None, [1, 2]], "one": ["only"], "x": _UNIT}, seed=0),
}
# For samplers that search nothing else.
FINITE: Mapping[str, Space] = {
    "finite": space_from_config(
        {
            "optimizer": ["sgd", "adam"],
            "momentum": {"choices": [0.5, 0.9, 0.99], "when": {"optimizer": "sgd"}},
            "layers": {"type": "int", "low": 1, "high": 4},
            "width": {"type": "int", "low": 8, "high": 64, "step": 8},
        },
        seed=0,
        constraints=["layers * width <= 128"],
    ),
    "finite choices": space_from_config(
        {"c": [1, True, "1", None, [1, 2]], "n": [1, 2, 3, 4], "m": [10, 20, 30, 40], "one": ["only"]},
        seed=0,
        pairs=[["n", "m"]],
    ),
}
SMALL = space_from_config({"c": ["a", "b", "c"], "n": {"type": "int", "low": 1, "high": 4}}, seed=0)


def value(params: Mapping[str, Any]) -> float:
    """Some smooth function of any parameter set; the same for equal sets, whatever their order."""
    total = 0.0
    for name, found in sorted(params.items()):
        match found:
            case bool() | str() | None | list():
                total += len(f"{name}{found}") % 5
            case _:
                total += math.sin(1.0 + math.log1p(abs(found))) ** 2 + 0.01 * abs(found)
    return total


def complete(params: dict[str, Any], *values: float, **more: Any) -> Observation:
    """A complete observation, of `value` unless values are given."""
    return Observation(params, "complete", values or (value(params),), **more)


def history(
    sampler: Sampler, n: int, q: int = 4, status: Callable[[Mapping[str, Any]], str] = lambda params: "complete"
) -> list[Observation]:
    """What a search of `n` trials in batches of `q` has seen; `status` says how a trial ends."""
    seen: list[Observation] = []
    while len(seen) < n:
        proposals = sampler.ask(seen, min(q, n - len(seen)))
        if not proposals:
            break
        for proposal in proposals:
            end = status(proposal.params)
            seen.append(complete(proposal.params) if end == "complete" else Observation(proposal.params, end))
    return seen


def promoted(sets: Sequence[dict[str, Any]], ladder: Sequence[float] = (1 / 9, 1 / 3, 1.0)) -> list[Observation]:
    """A history of rungs: all sets at the lowest budget of a ladder, the better half of them at the next, and so on.

    Values get lower from rung to rung. Beside these the last set failed at the highest budget, and the first was pruned
    in another run, before the lowest.
    """
    seen: list[Observation] = []
    left = sorted(sets, key=value)
    for budget in ladder:
        seen += [complete(params, value(params) + 1.0 - budget, budget=budget) for params in left]
        left = left[: max(1, len(left) // 2)]
    first, *_, last = sets
    seen.append(Observation(last, "failed", budget=ladder[-1]))
    seen.append(Observation(first, "pruned", (9.0,), budget=ladder[0] / 2))
    return seen


def odd_histories(sets: Sequence[dict[str, Any]]) -> dict[str, list[Observation]]:
    """Results that a model has to get along with, of some parameter sets."""
    numbered = list(enumerate(sets))
    return {
        "outliers": [complete(p, 1e300 if i % 4 == 0 else float(i)) for i, p in numbered],
        "best is an outlier": [complete(p, -1e300 if i == 3 else float(i)) for i, p in numbered],
        "largest doubles": [complete(p, 1.7e308 * (-1) ** i) for i, p in numbered],
        "tiny differences": [complete(p, 1.0 + i * 1e-15) for i, p in numbered],
        "constant": [complete(p, 3.0) for p in sets],
        "constant but one": [complete(p, 3.0 + (i == 5)) for i, p in numbered],
        "all failed": [Observation(p, "failed") for p in sets],
        "nearly all failed": [complete(p, float(i)) if i < 2 else Observation(p, "oom") for i, p in numbered],
        "one complete": [complete(p, 1.0) if i == 0 else Observation(p, "failed") for i, p in numbered],
        "not a number": [complete(p, float("nan") if i % 2 else float(i)) for i, p in numbered],
        "infinite": [complete(p, float("inf") if i % 2 else float(i)) for i, p in numbered],
        "repeated": [complete(sets[0], float(i)) for i in range(12)],
        "all pruned": [Observation(p, "pruned") for p in sets],
        "all pruned with a value": [Observation(p, "pruned", (float(i),), budget=0.1) for i, p in numbered],
        "pruned but two": [
            complete(p, float(i)) if i < 2 else Observation(p, "pruned", (1e300,), budget=1 / (i + 1))
            for i, p in numbered
        ],
        "each at a budget of its own": [complete(p, float(i), budget=1 / (i + 1)) for i, p in numbered],
        "one value a budget": [complete(p, float(i % 3), budget=(1 + i % 3) / 3) for i, p in numbered],
        "largest doubles of several budgets": [
            *(complete(p, 1.7e308 * (-1) ** i, budget=0.5) for i, p in numbered),
            *(complete(p, -1.7e308 * (-1) ** i) for i, p in numbered),
        ],
        "other constraints at other budgets": [
            complete(p, float(i), budget=(1 + i % 2) / 2, violations=(0.5 - i % 2,) * (1 + i % 3)) for i, p in numbered
        ],
        "promoted ones are running": [*promoted(sets), *(Observation(p, "running") for p in sets)],
        "running only": [Observation(p, "running") for p in sets],
    }
