"""Readers of the fields of a parameter's mapping or call."""

from collections.abc import Mapping
from typing import Any

from snaketune.values import is_number, number_from_text, problem_with, shortened_text, text

__all__ = ["checked", "number", "whole", "with_prior"]


def checked(value: Any) -> Any:
    """`value`, which JSON can hold.

    Raises:
        ValueError: it can't.
    """
    why = problem_with(value)
    if why:
        raise ValueError(why)
    return value


def number(raw: Mapping[str, Any], field: str) -> int | float:
    """The number in a field.

    Raises:
        ValueError: there is something else.
    """
    found = raw[field]
    value = checked(number_from_text(found) if isinstance(found, str) else found)
    if not is_number(value):
        raise ValueError(f"{field} must be a number; found {shortened_text(found)}")
    return value


def whole(raw: Mapping[str, Any], field: str) -> int:
    """The whole number in a field.

    Raises:
        ValueError: there is something else.
    """
    value = number(raw, field)
    if value != int(value):
        raise ValueError(f"{field} of an int parameter must be a whole number; found {text(value)}")
    return int(value)


def with_prior(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with scikit-optimize's `prior='log-uniform'` said as `log`.

    Raises:
        ValueError: another prior, or `log` is no truth value.
    """
    others = {name: value for name, value in raw.items() if name not in ("prior", "log")}
    prior = raw.get("prior")
    if prior not in (None, "uniform", "log-uniform"):
        raise ValueError(f"prior must be 'uniform' or 'log-uniform'; found {text(prior)}")
    log = raw.get("log", False) or prior == "log-uniform"
    if not isinstance(log, bool):
        raise ValueError(f"log must be true or false; found {text(log)}")
    return {**others, "log": log}
