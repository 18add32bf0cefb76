"""Bayesian search: reads its options and hands them to its engine."""

from collections.abc import Iterator, Mapping
from typing import Any

from snaketune.errors import ConfigError
from snaketune.samplers.base import Sampler
from snaketune.samplers.engines import ENGINES, engines_with
from snaketune.samplers.libraries import Library
from snaketune.samplers.strategy import Given
from snaketune.samplers.support.points import complete_point
from snaketune.space import Space
from snaketune.values import shortened_text

__all__ = ["build", "explains", "first_round", "needs", "read", "uses_priors"]

# What the schema puts in place of an option that not all engines know; such a value says nothing.
_DEFAULTS: Mapping[str, Any] = {"acquisition": {"type": "ei"}, "n_initial_points": 10}


def build(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> Sampler:
    """The sampler of the engine that the options name."""
    return ENGINES[options["engine"]].build(space, seed=seed, options=options)


def first_round(batch_size: int, options: Mapping[str, Any]) -> int:
    """All initial trials: of a sampler that says itself how many it draws at random, no more unless asked for."""
    initial = options["n_initial_points"]
    if initial == _DEFAULTS["n_initial_points"]:
        initial = min(initial, _startup(options) or initial)
    return max(int(initial), len(options["points"]))


def _startup(options: Mapping[str, Any]) -> int | None:
    """How many trials the sampler of an engine draws at random, where its own options say so; 1 at least."""
    given = options.get("sampler", {}).get("n_startup_trials")
    return None if given is None else max(1, given)


def needs(options: Mapping[str, Any]) -> tuple[Library, ...]:
    """What the engine needs."""
    return ENGINES[options["engine"]].needs(options)


def uses_priors(options: Mapping[str, Any]) -> bool:
    """Whether the engine makes use of what the user believes of parameters."""
    return ENGINES[options["engine"]].priors


def explains(options: Mapping[str, Any]) -> bool:
    """Whether the engine's model can say what it believes."""
    return ENGINES[options["engine"]].explains


def read(given: Given) -> dict[str, Any]:
    """The options, checked against each other and the engine; points are complete, the acquisition is a mapping.

    Raises:
        ConfigError: a point that is none, or what the engine does not know.
    """
    points = [complete_point(dict(point), i, given.space) for i, point in enumerate(given.options["points"])]
    options = {**given.options, "points": points}
    acquisition = options["acquisition"]
    options["acquisition"] = {"type": acquisition} if isinstance(acquisition, str) else dict(acquisition)
    _check_engine(options, several=given.several)
    return options


def _check_engine(options: Mapping[str, Any], *, several: bool) -> None:
    name = options["engine"]
    engine = ENGINES[name]
    for key in dict.fromkeys(key for other in ENGINES.values() for key in other.options):
        given = key in options and options[key] != _DEFAULTS.get(key)
        if given and key not in engine.options:
            raise ConfigError(key, f"goes with engine {' or '.join(engines_with(key))}; the engine here is {name}")
    for key, example in engine.required.items():
        if key not in options:
            raise ConfigError(key, f"is missing: engine {name} needs it, as in {example}")
    _check_startup(options)
    acquisition = options["acquisition"]["type"]
    if "acquisition" in engine.options and acquisition not in engine.acquisitions:
        knowing = " or ".join(other for other, entry in ENGINES.items() if acquisition in entry.acquisitions)
        raise ConfigError("acquisition", f"{acquisition} goes with engine {knowing}; the engine here is {name}")
    if several and not engine.several:
        raise ConfigError("engine", f"{name} takes one objective only; use {' or '.join(_several())} for several")


def _check_startup(options: Mapping[str, Any]) -> None:
    given = options.get("sampler", {}).get("n_startup_trials", 0)
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        found = shortened_text(given)
        raise ConfigError("sampler.n_startup_trials", f"must be a whole number, 0 or more; found {found}")


def _several() -> Iterator[str]:
    return (name for name, engine in ENGINES.items() if engine.several)
