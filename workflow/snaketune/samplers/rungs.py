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
    "asynchronous_batch_size",
    "asynchronous_schedule",
    "batch_size",
    "build",
    "halving_schedule",
    "hyperband_schedule",
    "learns",
    "uses_priors",
]

_BATCH = 8
_ROUND = 32  # keeps eight workers as busy as rounds of eight do that don't wait for four others
_LEARNING = "gp"


def build(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> Sampler:
    """The sampler of new trials, which begin with the share `begins` of the full budget if the options say so."""
    if options["sampler"] == _LEARNING:
        from snaketune.samplers.gp import GPSampler
        from snaketune.samplers.support.fidelity import Ascent

        ascent = Ascent(options.get("begins", 0.0), 1 / options["eta"])
        return GPSampler(space, seed=seed, n_initial_points=options["n_initial_points"], ascent=ascent)
    if options["sampler"] == "sobol":
        return quasirandom.sobol(space, seed=seed, n_trials=n_trials, options={})
    return random.build(space, seed=seed, n_trials=n_trials, options={})


def batch_size(options: Mapping[str, Any]) -> int:
    """How many new trials come at a time where the configuration does not say it."""
    return _BATCH if learns(options) else WHOLE


def asynchronous_batch_size(options: Mapping[str, Any]) -> int:
    """How many runs a round of asynchronous halving has where the configuration does not say it.

    Larger rounds have more work at a time, smaller ones tell a model sooner.
    """
    return _BATCH if learns(options) else _ROUND


def uses_priors(options: Mapping[str, Any]) -> bool:
    """Whether what the user believes of parameters has an effect."""
    return learns(options)


def halving_schedule(
    budget: Budget, n_trials: int | None, batch: int, overlap: int, options: Mapping[str, Any]
) -> Rungs:
    """One bracket, which begins with all trials, or as many as the iterations, between which they are divided."""
    assert n_trials is not None, "the schema asks for it"
    budgets, iterations = ladder(budget, options["eta"]), min(options["iterations"], n_trials)
    sizes = [(n_trials + i) // iterations for i in reversed(range(iterations))]
    return Rungs(tuple(halving(budgets, n, options["eta"]) for n in sizes), batch, overlap, learns(options))


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
