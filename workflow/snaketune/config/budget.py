"""Reads how much training the runs of a search get."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from snaketune.config.command import places_in
from snaketune.errors import ConfigError
from snaketune.samplers.brackets import Budget, as_written
from snaketune.samplers.registry import strategy_named
from snaketune.space import Space
from snaketune.values import shortened_text, yaml_number

__all__ = ["budget_from", "check_told_of_budget"]

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
    return as_written(number)


def check_told_of_budget(argv: list[str] | None, function: str | None, code: Iterable[Path]) -> None:
    """Checks that the program can know its budget: it is given one, or its code asks for it.

    Raises:
        ConfigError: all runs would be trained alike.
    """
    if argv is not None and "budget" in places_in(argv):
        return
    asking = r"\bSNAKETUNE_BUDGET\b|\bcheckpoint\(" + ("" if function is None else r"|\bbudget\b|\*\*\w")
    texts = (path.read_bytes().decode(errors="replace") for path in code if path.is_file())
    if any(re.search(asking, text) for text in texts):
        return
    if function is not None:
        raise ConfigError("objective.function", f"{function} takes no argument 'budget': all runs would train as long")
    raise ConfigError(
        "objective.command",
        "does not tell the program its budget, so that all runs would train as long: add {budget}, as in "
        "--epochs {budget} (or let the program read $SNAKETUNE_BUDGET)",
    )
