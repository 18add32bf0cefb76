"""Samplers propose parameter sets: `ask(history, n)`. One class per file; heavy libraries are imported where used."""

from collections.abc import Mapping

from snaketune.samplers.base import Observation, Proposal, Sampler
from snaketune.space import Space

__all__ = ["Observation", "Proposal", "Sampler", "sampler_for"]


def sampler_for(
    strategy: str, space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, object]
) -> Sampler:
    """The sampler of a strategy; `options` are the strategy's own keys of the configuration.

    Raises:
        ValueError: the strategy is unknown or its options don't fit together.
    """
    match strategy:
        case "grid":
            from snaketune.samplers.grid import GridSampler

            return GridSampler(space)
        case "list":
            from snaketune.samplers.listed import ListSampler

            return ListSampler(options["points"])
        case "random":
            from snaketune.samplers.random import RandomSampler

            return RandomSampler(space, seed=seed)
        case "sobol" | "halton" | "lhs":
            from snaketune.samplers.quasirandom import QuasirandomSampler

            return QuasirandomSampler(space, kind=strategy, seed=seed, n_trials=n_trials)
        case "bayes":
            return _bayesian(space, seed, options)
    raise ValueError(f"unknown strategy {strategy!r}")


def _bayesian(space: Space, seed: int, options: Mapping[str, object]) -> Sampler:
    points = options["points"]
    if options["engine"] == "optuna":
        from snaketune.samplers.optuna import OptunaSampler

        return OptunaSampler(space, seed=seed, sampler=options["sampler"], points=points)
    acquisition = dict(options["acquisition"])
    shared = {
        "seed": seed,
        "acquisition": acquisition.pop("type"),
        **acquisition,
        "initial": options["initial"],
        "n_initial_points": options["n_initial_points"],
        "points": points,
    }
    if options["engine"] == "skopt":
        from snaketune.samplers.skopt import SkoptSampler

        return SkoptSampler(space, **shared, **{key: options[key] for key in ("surrogate", "batch") if key in options})
    from snaketune.samplers.gp import GPSampler

    return GPSampler(space, **shared)
