"""Reads what belongs to a Bayesian search alone."""

from collections.abc import Mapping
from pathlib import Path

from snaketune.config.study import Search
from snaketune.errors import ConfigError, did_you_mean
from snaketune.files import is_there

__all__ = ["bayes_options", "check_refinements"]

# The keys that only some engines know.
_ENGINES = {
    "acquisition": ("gp", "skopt"),
    "surrogate": ("skopt",),
    "batch": ("skopt",),
    "sampler": ("optuna",),
}


def bayes_options(raw: Mapping, config: Mapping, root: Path) -> dict[str, object]:
    """The search's own keys, checked against each other; the acquisition is said as a mapping.

    Raises:
        ConfigError: a key that the engine does not know, a file or study that is not there.
    """
    options = dict(raw)
    engine = options["engine"]
    acquisition = options["acquisition"]
    options["acquisition"] = {"type": acquisition} if isinstance(acquisition, str) else dict(acquisition)
    for key, engines in _ENGINES.items():
        given = key in raw and (key != "acquisition" or options[key] != {"type": "ei"})
        if given and engine not in engines:
            raise ConfigError(key, f"goes with engine {' or '.join(engines)}; the engine here is {engine}")
    if engine == "optuna" and "sampler" not in raw:
        raise ConfigError("sampler", "is missing: engine optuna needs it, as in {type: TPESampler}")
    if options["acquisition"]["type"] == "gp_hedge" and engine != "skopt":
        raise ConfigError("acquisition", "gp_hedge goes with engine skopt; the engine here is gp")
    if "objectives" in config:
        _check_several(options)
    for i, source in enumerate(options["warm_start"]):
        path = Path("results", source["study"], "results.csv") if isinstance(source, dict) else Path(source)
        if not is_there(root / path):
            raise ConfigError(f"warm_start[{i}]", f"there is no file {path}")
    return options


def _check_several(options: Mapping) -> None:
    if options["engine"] == "skopt":
        raise ConfigError("engine", "skopt takes one objective only; use gp or optuna for several")
    for key in ("patience", "min_delta", "target", "expected_improvement_below"):
        if key in options.get("stop", {}):
            raise ConfigError(f"stop.{key}", "needs a single objective; max_hours works with several")


def check_refinements(searches: Mapping[str, Search]) -> None:
    """Checks that every refined search exists, has the same parameters, and that none waits for itself.

    Raises:
        ConfigError: the first that does not.
    """
    for name, search in searches.items():
        path = f"searches.{name}.refine.search"
        seen = {name}
        while (target := search.refines) is not None:
            if target not in searches:
                raise ConfigError(path, f"there is no search '{target}'.{did_you_mean(target, searches)}")
            if target in seen:
                raise ConfigError(path, f"'{name}' would wait for itself")
            missing = set(search.space.parameters) ^ set(searches[target].space.parameters)
            if missing:
                raise ConfigError(path, f"'{target}' has other parameters: {', '.join(sorted(missing))}")
            seen.add(target)
            search = searches[target]
