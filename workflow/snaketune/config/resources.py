"""Reads `objective.resources`; a mistake in it is found here, before anything is submitted."""

import math
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from snaketune.config.study import Search
from snaketune.config.units import bytes_from, seconds_from
from snaketune.errors import ConfigError, did_you_mean
from snaketune.resources import Resource, Usage, run_values
from snaketune.resources.demands import EXTRA, NUMBERS, WORDS
from snaketune.runner.run_id import RunId
from snaketune.runner.spec import RunSpec
from snaketune.space.expressions import Expression
from snaketune.values import shortened_text

__all__ = ["read_resources"]

# What runs ask for while nothing is known of them: minutes and MB.
FALLBACK = {"runtime": 60, "mem_mb": 2000}
_GIVEN_ELSEWHERE = {
    "threads": "objective.threads",
    "cores": "objective.threads",
    "attempt": "the number of the attempt",
}
_DRAWS = 20


def read_resources(raw: Mapping[str, Any], searches: Collection[Search], limits: RunSpec) -> dict[str, Resource]:
    """The resources that an objective (`raw`, as in the configuration) asks for, by name.

    `limits` holds the runs' own `timeout` and `memory`. A job has to have more than those;
    where the configuration leaves it open, it asks for what they need.

    Raises:
        ConfigError: with every mistake found.
    """
    largest = {}
    if limits.timeout:
        largest["runtime"] = math.ceil((limits.timeout + raw["grace"]) / 60)
    if limits.memory:
        largest["mem_mb"] = math.ceil(limits.memory / 1e6)
    implied = {name: most + EXTRA[name] for name, most in largest.items()}
    resources, problems = {}, []
    for name, given in {**implied, **raw["resources"]}.items():
        try:
            resources[name] = _resource(name, given, searches, largest)
            _try_out(resources[name], raw["threads"], searches)
        except ValueError as error:
            problems.append((f"objective.resources.{name}", str(error)))
    if problems:
        raise ConfigError.of(problems)
    return resources


def _resource(name: str, given: float | str, searches: Collection[Search], largest: Mapping[str, int]) -> Resource:
    if name in _GIVEN_ELSEWHERE:
        raise ValueError(f"is not given here: it is {_GIVEN_ELSEWHERE[name]}")
    if given == "auto":
        if name not in FALLBACK:
            raise ValueError(f"can't be learned; 'auto' is for {' and '.join(FALLBACK)}")
        return Resource(name, fallback=largest.get(name, FALLBACK[name]), largest=largest.get(name))
    if isinstance(given, (int, float)):
        if name in NUMBERS and given < 0:
            raise ValueError(f"must be 0 or more; found {shortened_text(given)}")
        return Resource(name, fixed=given)
    try:
        expression = Expression(given)
    except ValueError as error:
        return Resource(name, fixed=_quantity(name, given, error))
    names = {parameter for search in searches for parameter in search.space.parameters} | set(WORDS)
    if name not in NUMBERS and not _looks_computed(expression, names):
        return Resource(name, fixed=given)
    unknown = sorted(expression.names - names)
    if unknown:
        raise ValueError(f"'{unknown[0]}' in {shortened_text(given)} is no parameter.{did_you_mean(unknown[0], names)}")
    return Resource(name, expression=expression)


def _quantity(name: str, given: str, why: ValueError) -> int | str:
    """A text that is no expression: a duration, a size, or a text for the scheduler."""
    if name == "runtime":
        return math.ceil(seconds_from(given) / 60) if given[:1].isdigit() else _refused(why)
    if name in ("mem_mb", "disk_mb", "mem_mb_per_cpu"):
        return math.ceil(bytes_from(given) / 1e6) if given[:1].isdigit() else _refused(why)
    return given if name not in NUMBERS else _refused(why)


def _refused(why: ValueError) -> NoReturn:
    raise why


def _looks_computed(expression: Expression, names: set[str]) -> bool:
    """Whether a text that might be meant for the scheduler ("gpu-long") is an expression all the same."""
    if expression.text.strip() in expression.names:
        return False
    return bool(expression.names & names) or (" if " in expression.text and " else " in expression.text)


def _try_out(resource: Resource, threads: int, searches: Collection[Search]) -> None:
    """Computes the resource for some trials of each search; raises ValueError where that fails."""
    for search in searches if resource.expression else ():
        for i in range(_DRAWS):
            params = search.space.drawn(i)
            if search.space.allows(params):
                values = run_values(params, RunId(0, None, 1.0), attempt=1, threads=threads)
                try:
                    resource(values, Usage(None))
                except ValueError as error:
                    raise ValueError(f"{error}, for {shortened_text(params)}") from None
