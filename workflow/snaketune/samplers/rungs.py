"""Strategies that train trials in rungs: successive halving, Hyperband, and its asynchronous, reproducible sibling.

What they have in common is a budget, of which they give much to few trials; new trials come from a sampler of its own.
"""

from collections.abc import Mapping
from typing import Any

from snaketune.samplers import quasirandom, random
from snaketune.samplers.base import Sampler
from snaketune.samplers.brackets import Budget, halving, hyperband, ladder
from snaketune.samplers.schedule import Asynchronous, Rungs, Schedule
from snaketune.samplers.strategy import WHOLE
from snaketune.space import Space

__all__ = [
    "asynchronous_schedule",
    "batch_size",
    "build",
    "halving_schedule",
    "hyperband_schedule",
    "learns",
    "uses_priors",
]

_BATCH = 8
_LEARNING = "gp"


def build(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> Sampler:
    """The sampler of new trials."""
    if options["sampler"] == _LEARNING:
        from snaketune.samplers.gp import GPSampler

        return GPSampler(space, seed=seed, n_initial_points=options["n_initial_points"])
    if options["sampler"] == "sobol":
        return quasirandom.sobol(space, seed=seed, n_trials=n_trials, options={})
    return random.build(space, seed=seed, n_trials=n_trials, options={})


def batch_size(options: Mapping[str, Any]) -> int:
    """How many new trials come at a time where the configuration does not say it."""
    return _BATCH if learns(options) else WHOLE


def uses_priors(options: Mapping[str, Any]) -> bool:
    """Whether what the user believes of parameters has an effect."""
    return learns(options)


def halving_schedule(
    budget: Budget, n_trials: int | None, batch: int, overlap: int, options: Mapping[str, Any]
) -> Rungs:
    """One bracket, which begins with all trials."""
    assert n_trials is not None, "the schema asks for it"
    bracket = halving(ladder(budget, options["eta"]), n_trials, options["eta"])
    return Rungs((bracket,), batch, overlap, learns(options))


def hyperband_schedule(
    budget: Budget, n_trials: int | None, batch: int, overlap: int, options: Mapping[str, Any]
) -> Rungs:
    """All brackets, so many times."""
    brackets = hyperband(ladder(budget, options["eta"]), options["eta"])
    return Rungs(tuple(brackets * options["iterations"]), batch, overlap, learns(options))


def asynchronous_schedule(
    budget: Budget, n_trials: int | None, batch: int, overlap: int, options: Mapping[str, Any]
) -> Schedule:
    """Rounds that promote what is known to be good by then."""
    assert n_trials is not None, "the schema asks for it"
    bracket = halving(ladder(budget, options["eta"]), n_trials, options["eta"])
    return Asynchronous(bracket, batch, overlap)


def learns(options: Mapping[str, Any]) -> bool:
    """Whether new trials are proposed by a model of the results."""
    return bool(options["sampler"] == _LEARNING)
