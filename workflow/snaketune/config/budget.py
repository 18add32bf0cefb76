"""Reads how much training the runs of a search get."""

from collections.abc import Mapping
from typing import Any

from snaketune.errors import ConfigError
from snaketune.samplers.brackets import Budget
from snaketune.samplers.registry import strategy_named
from snaketune.space import Space
from snaketune.values import shortened_text, yaml_number

__all__ = ["budget_from"]

_LEAST, _MOST = 1e-6, 1e9


def budget_from(raw: Mapping[str, Any], space: Space) -> Budget | None:
    """The budget of a search, given as a mapping or as the largest one alone; None if it has none.

    Raises:
        ConfigError: it lacks an end, the ends are in the wrong order, or its name is a parameter's.
    """
    in_rungs = strategy_named(raw["strategy"]).schedule is not None
    if "budget" not in raw:
        if in_rungs:
            raise ConfigError(
                "budget",
                f"is missing: {raw['strategy']} needs to know how much training its runs get at least and at most, as "
                "in {name: epochs, min: 1, max: 27}",
            )
        return None
    given = raw["budget"] if isinstance(raw["budget"], dict) else {"max": raw["budget"]}
    name = given.get("name", "budget")
    if name in space.parameters:
        raise ConfigError(
            "budget.name", f"'{name}' is a parameter: the search gives the budget; remove it from the space"
        )
    most = _number(given["max"], "budget.max")
    if in_rungs and "min" not in given:
        raise ConfigError("budget.min", f"is missing: what {raw['strategy']} begins with, such as 1")
    least = _number(given["min"], "budget.min") if "min" in given else most
    if least > most or (in_rungs and least == most):
        raise ConfigError("budget.min", f"must be below max ({most}); found {least}")
    return Budget(name, least, most)


def _number(given: object, path: str) -> float:
    number = yaml_number(given)
    if isinstance(number, bool) or not isinstance(number, int | float) or not _LEAST <= number <= _MOST:
        raise ConfigError(path, f"must be a number from {_LEAST:g} to {_MOST:g}; found {shortened_text(given)}")
    return int(number) if number == int(number) and isinstance(number, int) else number
