"""Builds a space from its part of the configuration."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from snaketune.errors import ConfigError, did_you_mean
from snaketune.space.conditions import Condition, ExpressionHolds, OneOf
from snaketune.space.expressions import Expression
from snaketune.space.forms import parameter_from
from snaketune.space.grammar import is_expression, parse
from snaketune.space.parameters import Categorical, Parameter
from snaketune.space.parameters.lists import LARGEST_LIST
from snaketune.space.space import Axis, Space
from snaketune.values import yaml_number

__all__ = ["space_from_config"]

# The values of paired parameters, a row per value of their axis.
Rows = tuple[tuple[Any, ...], ...]


def space_from_config(
    raw: Mapping[str, object],
    *,
    seed: int,
    constraints: Iterable[str] = (),
    pairs: Iterable[Sequence[str]] = (),
) -> Space:
    """The space that the configuration's `space`, `constraints` and `zip` describe.

    Raises:
        ConfigError: with every mistake found; paths start at `space`, `constraints` or `zip`.
    """
    problems: list[tuple[str, str]] = []
    parameters: dict[str, Parameter] = {}
    conditions: dict[str, Condition] = {}
    for name, form in raw.items():
        try:
            parameters[name] = parameter_from(form, name=name, seed=seed)
            if isinstance(form, dict) and "when" in form:
                conditions[name] = _condition(form["when"], raw)
        except ConfigError as error:
            problems += error.under(f"space.{name}").problems
    expressions = list(_constraints(constraints, raw, problems))
    rows = dict(_paired_rows(pairs, raw, seed, problems))
    if problems:
        raise ConfigError.of(problems)

    axes = [
        Axis(names, Categorical(values), conditions.get(names[0])) if len(names) > 1 else
        Axis(names, parameters[names[0]], conditions.get(names[0]))
        for names, values in _axes(parameters, rows)
    ]  # fmt: skip
    return Space(parameters, _parents_first(axes), tuple(expressions))


def _axes(
    parameters: Mapping[str, Parameter], rows: Mapping[tuple[str, ...], Rows]
) -> Iterator[tuple[tuple[str, ...], Rows]]:
    """The names of each axis with its rows (none for a single parameter), in the order of the configuration."""
    leader = {names[0]: names for names in rows}
    follower = {name for names in rows for name in names[1:]}
    for name in parameters:
        if name in leader:
            yield leader[name], rows[leader[name]]
        elif name not in follower:
            yield (name,), ()


def _condition(raw: Any, space: Mapping[str, object]) -> Condition:
    if isinstance(raw, str):
        try:
            condition: Condition = ExpressionHolds(Expression(raw))
        except ValueError as error:
            raise ConfigError("when", str(error)) from None
    else:
        allowed = {
            name: tuple(map(yaml_number, values if isinstance(values, list) else [values]))
            for name, values in raw.items()
        }
        condition = OneOf(allowed)
    for name in sorted(condition.names):
        if name not in space:
            raise ConfigError("when", f"'{name}' is not a parameter.{did_you_mean(name, space)}")
    return condition


def _constraints(
    raw: Iterable[str], space: Mapping[str, object], problems: list[tuple[str, str]]
) -> Iterator[Expression]:
    for i, text in enumerate(raw):
        try:
            expression = Expression(text)
        except ValueError as error:
            problems.append((f"constraints[{i}]", str(error)))
            continue
        unknown = sorted(expression.names - set(space))
        if unknown:
            word = unknown[0]
            problems.append((f"constraints[{i}]", f"'{word}' is not a parameter.{did_you_mean(word, space)}"))
        else:
            yield expression


def _paired_rows(
    pairs: Iterable[Sequence[str]], raw: Mapping[str, object], seed: int, problems: list[tuple[str, str]]
) -> Iterator[tuple[tuple[str, ...], Rows]]:
    """For each group of paired parameters, its names (in the order of the space) and its rows of values."""
    seen: set[str] = set()
    for i, group in enumerate(pairs):
        path = f"zip[{i}]"
        unknown = [name for name in group if name not in raw]
        again = [name for j, name in enumerate(group) if name in seen or name in group[:j]]
        seen.update(group)
        if unknown or again:
            word = (unknown or again)[0]
            text = f"'{word}' is not a parameter.{did_you_mean(word, raw)}" if unknown else f"'{word}' is paired twice"
            problems.append((path, text))
            continue
        names = tuple(name for name in raw if name in group)
        believed = [name for name in names if isinstance(form := raw[name], dict) and "prior" in form]
        if believed:
            problems.append((path, f"a paired parameter can't have a prior, as '{believed[0]}' has"))
            continue
        if len({_when(raw[name]) for name in names}) > 1:
            problems.append((path, f"paired parameters need the same 'when'; these differ: {', '.join(names)}"))
            continue
        try:
            listed = {name: _values_as_listed(raw[name], name, seed) for name in names}
        except (ConfigError, ValueError):
            continue  # already reported where the parameter was read
        columns = {name: values for name, values in listed.items() if values is not None}
        endless = [name for name in listed if name not in columns]
        if endless:
            problems.append((path, f"only lists can be paired; '{endless[0]}' has too many values"))
        elif len({len(values) for values in columns.values()}) > 1:
            lengths = ", ".join(f"{name} has {len(values)}" for name, values in columns.items())
            problems.append((path, f"paired parameters need lists of the same length; {lengths}"))
        else:
            yield names, tuple(zip(*columns.values(), strict=True))


def _when(form: object) -> str:
    return repr(form.get("when")) if isinstance(form, dict) else "None"


def _values_as_listed(form: object, name: str, seed: int) -> tuple[Any, ...] | None:
    """The values of a finite parameter with repetitions kept (they matter in a pair); None if infinitely many."""
    if isinstance(form, dict) and "choices" in form:
        form = form["choices"]
    if isinstance(form, str) and is_expression(form):
        parsed = parse(form)
        form = parsed if isinstance(parsed, list) else form
    if isinstance(form, list):
        return tuple(map(yaml_number, form))
    parameter = parameter_from(form, name=name, seed=seed)
    return parameter.values() if parameter.finite and parameter.count <= LARGEST_LIST else None


def _parents_first(axes: list[Axis]) -> tuple[Axis, ...]:
    """The axes with every condition behind the axes that it names, else in the given order."""
    ordered: list[Axis] = []
    placed: set[str] = set()
    waiting = list(axes)
    while waiting:
        ready = next((a for a in waiting if a.condition is None or a.condition.names <= placed), None)
        if ready is None:
            names = ", ".join(axis.name for axis in waiting)
            raise ConfigError("space", f"the conditions ('when') of these parameters form a circle: {names}")
        waiting.remove(ready)
        ordered.append(ready)
        placed.update(ready.names)
    return tuple(ordered)
