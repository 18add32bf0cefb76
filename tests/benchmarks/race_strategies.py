"""The package's other strategies and engines in a race: each built by the registry, as a workflow does.

What does not learn counts the trials after the shared design, so its own begin where those of a search would. A grid
has as many values for each parameter as 40 trials allow: the parameters take turns, those that stand first begin, and
each is at the middle of its range until it has two. A choice has all of its values or its middle one.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from math import prod
from pathlib import Path
from typing import Any

from collection.spaces import Space, configuration, from_unit
from race_engines import Seen
from race_ours import observed
from race_run import DESIGN, EVALUATIONS
from snaketune.samplers.registry import sampler_for, strategy_named
from snaketune.samplers.strategy import Given
from snaketune.space import space_from_config

__all__ = ["cmaes", "grid", "lhs", "skopt", "sobol", "tpe"]

_TRIALS = EVALUATIONS - DESIGN
# What the schema puts in place of options that are not given.
_BAYES = {"acquisition": "ei", "n_initial_points": DESIGN, "initial": "sobol", "points": []}


def _asked(
    strategy: str, options: Mapping[str, Any], space: Space, history: Sequence[Seen], n: int, seed: int
) -> list[dict[str, Any]]:
    axes = space_from_config(configuration(space), seed=seed)
    read = strategy_named(strategy).read(Given(options, axes, several=False, root=Path()))
    sampler = sampler_for(strategy, axes, seed=seed, n_trials=_TRIALS, options=read)
    return [proposal.params for proposal in sampler.ask(observed(history), n)]


def _learned(
    options: Mapping[str, Any], space: Space, history: Sequence[Seen], n: int, seed: int
) -> list[dict[str, Any]]:
    return _asked("bayes", {**_BAYES, **options}, space, history, n, seed)


def _counted(strategy: str, space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    return _asked(strategy, {}, space, history[DESIGN:], n, seed)


def grid(space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    """The next points of the grid; fewer, or none, at its end."""
    return _counted("grid", coarse(space, _TRIALS), history, n, seed)


def coarse(space: Space, most: int) -> list[dict[str, Any]]:
    """The space with a list of values for each parameter, whose product is at most `most`."""
    counts = [1] * len(space)
    grown = True
    while grown:
        grown = False
        for i, parameter in enumerate(space):
            wider = [*counts[:i], _next_count(parameter, counts[i]), *counts[i + 1 :]]
            if wider != counts and prod(wider) <= most:
                counts, grown = wider, True
    return [_listed(parameter, count) for parameter, count in zip(space, counts, strict=True)]


def _next_count(parameter: Mapping[str, Any], count: int) -> int:
    """How many values a parameter has when it gets more; as many as before if there are no more."""
    if parameter["type"] == "choice":
        return len(parameter["choices"])
    return count + 1 if len(_values(parameter, count + 1)) == count + 1 else count


def _values(parameter: Mapping[str, Any], count: int) -> list[Any]:
    free = [{key: value for key, value in parameter.items() if key != "when"}]
    found = (from_unit(free, [(i + 0.5) / count])[parameter["name"]] for i in range(count))
    return list(dict.fromkeys(found))


def _listed(parameter: Mapping[str, Any], count: int) -> dict[str, Any]:
    kept = {key: parameter[key] for key in ("name", "when") if key in parameter}
    return {**kept, "type": "choice", "choices": _values(parameter, count)}


sobol = partial(_counted, "sobol")
lhs = partial(_counted, "lhs")
tpe = partial(_learned, {"engine": "optuna", "sampler": {"type": "TPESampler"}})
cmaes = partial(_learned, {"engine": "optuna", "sampler": {"type": "CmaEsSampler"}})
skopt = partial(_learned, {"engine": "skopt"})
