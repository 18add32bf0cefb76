"""Readers of the fields of a parameter's mapping or call."""

from collections.abc import Mapping
from typing import Any

from snaketune.space.beliefs import SURE, Prior
from snaketune.values import is_number, number_from_text, problem_with, shortened_text, text

__all__ = ["checked", "number", "prior", "prior_config", "whole", "with_prior"]


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


def prior(raw: Mapping[str, Any], parameter: Any, width: float) -> Prior | None:
    """The field `prior` of a parameter whose range is `width` wide (decades, on a logarithmic scale); None without it.

    Raises:
        ValueError: it is not at a value of the parameter, or how sure it is stands there twice.
    """
    given = raw.get("prior")
    if given is None:
        return None
    at = number(given, "at")
    if not parameter.contains(at):
        raise ValueError(f"prior: at must be a value of the parameter; found {shortened_text(given['at'])}")
    if "sd" not in given:
        return Prior(at, SURE[given.get("confidence", "medium")] * width)
    if "confidence" in given:
        raise ValueError("prior: give either 'confidence' or 'sd', not both")
    sd = number(given, "sd")
    if not sd > 0:
        raise ValueError(f"prior: sd must be above 0; found {shortened_text(given['sd'])}")
    return Prior(at, float(sd))


def prior_config(given: Prior | None) -> dict[str, Any]:
    """The field `prior` that describes a belief; nothing if there is none."""
    return {} if given is None else {"prior": {"at": given.at, "sd": given.sd}}
