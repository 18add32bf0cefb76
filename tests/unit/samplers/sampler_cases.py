"""Spaces, histories and engines that the samplers' tests share."""

import math

from snaketune.samplers.base import Observation
from snaketune.samplers.gp import GPSampler
from snaketune.samplers.optuna import OptunaSampler
from snaketune.samplers.skopt import SkoptSampler
from snaketune.space import space_from_config

_UNIT = {"type": "uniform", "low": 0.0, "high": 1.0}
SPACES = {
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
    "constrained": space_from_config(
        {"a": _UNIT, "b": _UNIT},
        seed=0,
        constraints=["a + b <= 1"],
    ),
    "paired": space_from_config(
        {"n": [1, 2, 3, 4], "m": [10, 20, 30, 40], "x": {"type": "normal", "mu": 0.0, "sigma": 2.0}},
        seed=0,
        pairs=[["n", "m"]],
    ),
    "line": space_from_config({"x": {"type": "uniform", "low": -1.0, "high": 2.0}}, seed=0),
    "odd choices": space_from_config(
        {"c": [1, True, "1", None, [1, 2]], "one": ["only"], "x": _UNIT},
        seed=0,
    ),
}
SMALL = space_from_config({"c": ["a", "b", "c"], "n": {"type": "int", "low": 1, "high": 4}}, seed=0)

ENGINES = {
    "gp": lambda space, seed=1: GPSampler(space, seed=seed, n_initial_points=6),
    "gp lcb": lambda space, seed=1: GPSampler(space, seed=seed, n_initial_points=6, acquisition="lcb", initial="lhs"),
    "skopt gp": lambda space, seed=1: SkoptSampler(space, seed=seed, n_initial_points=6),
    "skopt rf": lambda space, seed=1: SkoptSampler(
        space, seed=seed, n_initial_points=6, surrogate="rf", batch="cl_min"
    ),
    "optuna tpe": lambda space, seed=1: OptunaSampler(
        space, seed=seed, sampler={"type": "TPESampler", "n_startup_trials": 6, "multivariate": True}
    ),
    "optuna cmaes": lambda space, seed=1: OptunaSampler(space, seed=seed, sampler={"type": "CmaEsSampler"}),
    "optuna nsga2": lambda space, seed=1: OptunaSampler(
        space, seed=seed, sampler={"type": "NSGAIISampler", "population_size": 8}
    ),
    "optuna qmc": lambda space, seed=1: OptunaSampler(space, seed=seed, sampler={"type": "QMCSampler"}),
    "optuna random": lambda space, seed=1: OptunaSampler(space, seed=seed, sampler={"type": "RandomSampler"}),
}


def value(params: dict) -> float:
    """Some smooth function of any parameter set; the same for equal sets, whatever their order."""
    total = 0.0
    for name, found in sorted(params.items()):
        match found:
            case bool() | str() | None | list():
                total += len(f"{name}{found}") % 5
            case _:
                total += math.sin(1.0 + math.log1p(abs(found))) ** 2 + 0.01 * abs(found)
    return total


def complete(params: dict, *values: float, **more) -> Observation:
    """A complete observation, of `value` unless values are given."""
    return Observation(params, "complete", values or (value(params),), **more)


def history(sampler, n: int, q: int = 4, status=lambda params: "complete") -> list[Observation]:
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


def spread(space, n: int, seed: int = 0) -> list[Observation]:
    """`n` complete observations spread over a space, from an engine without a model."""
    sampler = GPSampler(space, seed=seed, n_initial_points=n, initial="halton")
    return [complete(proposal.params) for proposal in sampler.ask([], n)]
