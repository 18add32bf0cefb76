"""Checks what searches that learn have in common: when they stop, and which results they start from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from snaketune.config.study import Search
from snaketune.errors import ConfigError, did_you_mean
from snaketune.files import is_there

__all__ = ["check_options", "check_refinements"]

_SINGLE_OBJECTIVE = ("patience", "min_delta", "target", "expected_improvement_below")


def check_options(options: Mapping[str, Any], root: Path, *, several: bool) -> None:
    """Checks the options `stop` and `warm_start` of a search; `several` says that there are several objectives.

    Raises:
        ConfigError: a reason to stop that needs a single objective, a file or study that is not there.
    """
    for key in _SINGLE_OBJECTIVE if several else ():
        if key in options.get("stop", {}):
            raise ConfigError(f"stop.{key}", "needs a single objective; max_hours works with several")
    for i, source in enumerate(options.get("warm_start", ())):
        path = Path("results", source["study"], "results.csv") if isinstance(source, dict) else Path(source)
        if not is_there(root / path):
            raise ConfigError(f"warm_start[{i}]", f"there is no file {path}")


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
