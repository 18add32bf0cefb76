"""Reads every form in which a parameter can be written: a list, a mapping, a one-line expression, a plain value."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from snaketune.errors import ConfigError, did_you_mean
from snaketune.space.draws import DISTRIBUTIONS, draw, wants_count
from snaketune.space.grammar import Call, is_expression, parse
from snaketune.space.kinds import CALLS, TYPES
from snaketune.space.parameters import Parameter
from snaketune.space.parameters.categorical import categorical
from snaketune.space.parameters.constant import constant
from snaketune.space.parameters.lists import range_of
from snaketune.values import shortened_text, text

__all__ = ["parameter_from"]


def parameter_from(raw: object, *, name: str, seed: int) -> Parameter:
    """The parameter that `raw`, a value from the configuration, describes.

    `name` and `seed` fix what a NumPy distribution with a count draws.

    Raises:
        ConfigError: the form can't be read; its path is relative to the parameter.
    """
    try:
        match raw:
            case dict():
                return _from_mapping(raw)
            case list():
                return categorical(raw)
            case str() if is_expression(raw):
                return _from_expression(raw, name, seed)
        return constant(raw)
    except (ValueError, OverflowError) as error:
        found = "" if isinstance(raw, (list, dict)) else f" (in {shortened_text(raw)})"
        raise ConfigError("", f"{error}{found}") from None


def _from_mapping(raw: Mapping[str, Any]) -> Parameter:
    build = TYPES[raw.get("type", "categorical")]
    return build({key: value for key, value in raw.items() if key not in ("type", "when")})


def _from_expression(raw: str, name: str, seed: int) -> Parameter:
    expression = parse(raw)
    match expression:
        case Call():
            return _from_call(expression, name, seed)
        case tuple():
            return range_of(expression)
        case list():
            return categorical(expression)
    raise ValueError("expected a list, a range or a call such as uniform(0, 1)")


def _from_call(call: Call, name: str, seed: int) -> Parameter:
    if wants_count(call):
        return categorical(draw(call, name=name, seed=seed))
    form = CALLS.get(call.name)
    if form is None:
        if call.name in DISTRIBUTIONS:
            raise ValueError(
                f"{call.name}(…) needs a count as its last argument, as in "
                f"{call.name}({', '.join([*map(text, call.args), '5'])}), which draws five values"
            )
        raise ValueError(
            f"'{call.name}' is no known form.{did_you_mean(call.name, [*CALLS, *DISTRIBUTIONS])} "
            "If it is text: {type: constant, value: …}"
        )
    gathered = replace(call, args=(list(call.args),)) if form.gathers and len(call.args) > 1 else call
    return form.build(_bound(gathered, form.fields))


def _bound(call: Call, fields: tuple[str, ...]) -> dict[str, Any]:
    """The call's arguments by name; `fields` are the positional names, those with a `?` may be left out."""
    names = [field.rstrip("?") for field in fields]
    if len(call.args) > len(names):
        raise ValueError(f"{call.name} takes at most {len(names)} values ({', '.join(names)}); found {len(call.args)}")
    bound = dict(zip(names, call.args, strict=False))
    for field, value in call.options.items():
        if field not in names:
            raise ValueError(f"{call.name} has no option '{field}'.{did_you_mean(field, names)}")
        if field in bound:
            raise ValueError(f"{call.name} is given '{field}' twice")
        bound[field] = value
    missing = [field for field in fields if not field.endswith("?") and field not in bound]
    if missing:
        raise ValueError(f"{call.name}({', '.join(names)}) lacks '{missing[0]}'")
    return bound
