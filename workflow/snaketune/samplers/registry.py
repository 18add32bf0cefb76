"""All strategies by name: the one place that lists them. Importing it imports nothing heavy."""

from collections.abc import Mapping
from typing import Any

from snaketune.samplers import bayes, grid, listed, rungs
from snaketune.samplers.base import Sampler
from snaketune.samplers.strategy import Strategy
from snaketune.space import Space

__all__ = ["STRATEGIES", "sampler_for", "strategy_named"]

STRATEGIES: Mapping[str, Strategy] = {
    "grid": Strategy("snaketune.samplers.grid:build", check=grid.check, most=grid.most, count=grid.count),
    "random": Strategy("snaketune.samplers.random:build"),
    "sobol": Strategy("snaketune.samplers.quasirandom:sobol"),
    "halton": Strategy("snaketune.samplers.quasirandom:halton"),
    "lhs": Strategy("snaketune.samplers.quasirandom:lhs", whole=True),
    "list": Strategy("snaketune.samplers.listed:build", read=listed.read, most=listed.most),
    "bayes": Strategy(
        "snaketune.samplers.bayes:build",
        learns=True,
        read=bayes.read,
        first_round=bayes.first_round,
        needs=bayes.needs,
        uses_priors=bayes.uses_priors,
        explains=bayes.explains,
    ),
    "halving": Strategy(
        "snaketune.samplers.rungs:build",
        learns=True,
        schedule=rungs.halving_schedule,
        batch_size=rungs.batch_size,
        uses_priors=rungs.uses_priors,
        explains=rungs.learns,
    ),
    "hyperband": Strategy(
        "snaketune.samplers.rungs:build",
        learns=True,
        schedule=rungs.hyperband_schedule,
        batch_size=rungs.batch_size,
        uses_priors=rungs.uses_priors,
        explains=rungs.learns,
    ),
    "asha": Strategy(
        "snaketune.samplers.rungs:build",
        learns=True,
        schedule=rungs.asynchronous_schedule,
        batch_size=rungs.asynchronous_batch_size,
        uses_priors=rungs.uses_priors,
        explains=rungs.learns,
    ),
}


def strategy_named(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        ValueError: there is none.
    """
    if name not in STRATEGIES:
        raise ValueError(f"unknown strategy {name!r}")
    return STRATEGIES[name]


def sampler_for(strategy: str, space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> Sampler:
    """The sampler of a strategy; `options` are the strategy's own, as its entry reads them from the configuration.

    Raises:
        ValueError: the strategy is unknown or its options don't fit together.
        ImportError: a library that it needs is missing.
    """
    return strategy_named(strategy).build(space, seed=seed, n_trials=n_trials, options=options)
