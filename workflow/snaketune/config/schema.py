"""Checks a configuration against the JSON schema and fills in the schema's defaults."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from snaketune.config.hints import instead_of
from snaketune.errors import ConfigError, did_you_mean
from snaketune.values import alias_problem, problems_in, shortened_text

__all__ = ["SCHEMA_FILE", "check", "keys_of_strategy", "load_schema", "resolved", "with_defaults"]

SCHEMA_FILE = Path(__file__).with_name("config.schema.yaml")

_MOST_SHOWN = 20
_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


@cache
def load_schema() -> dict[str, Any]:
    """The schema of the configuration, with YAML's own merge keys resolved; nobody changes it."""
    import yaml

    with SCHEMA_FILE.open(encoding="utf-8") as file:
        schema: dict[str, Any] = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return schema


def check(config: object, schema: dict[str, Any]) -> None:
    """Raises a ConfigError that lists every place where `config` departs from `schema`."""
    if why := alias_problem(config):
        raise ConfigError("", f"the configuration: {why}")
    # What JSON can't hold comes first: nothing behind this point has to think of it.
    problems = [(_path(place), why) for place, why in islice(problems_in(config), _MOST_SHOWN)]
    if not problems:
        found = sorted(_validator(schema).iter_errors(config), key=lambda error: _path(error.absolute_path))
        problems = [(_path(error.absolute_path), _message(error)) for error in found]
    if problems:
        raise ConfigError.of(dict.fromkeys(problems))


@cache
def _validator_class() -> Any:
    """JSON Schema as it is meant here: 2.0 is no whole number, and a pattern is for the text to its very end."""
    from jsonschema import Draft202012Validator, ValidationError, validators

    def whole_text(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not re.fullmatch(pattern, instance):
            yield ValidationError("")

    def whole_number(checker: Any, instance: Any) -> bool:
        return isinstance(instance, int) and not isinstance(instance, bool)

    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", whole_number)
    extend: Any = validators.extend
    return extend(Draft202012Validator, {"pattern": whole_text}, type_checker=checker)


def _validator(schema: dict[str, Any]) -> Any:
    return _validator_class()(schema)


def with_defaults(config: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A copy of a checked `config` in which absent keys have the schema's defaults."""
    filled: dict[str, Any] = _filled(config, schema, schema)
    return filled


def _filled(value: Any, node: dict[str, Any], root: dict[str, Any]) -> Any:
    if isinstance(value, list):
        items = [part["items"] for part in _parts(value, node, root) if isinstance(part.get("items"), dict)]
        return [_filled_by_all(item, items, root) for item in value]
    if not isinstance(value, dict):
        return value
    filled = dict(value)
    for part in _parts(value, node, root):
        for name, below in part.get("properties", {}).items():
            found = resolved(below, root)
            if name in filled:
                filled[name] = _filled(filled[name], found, root)
            elif "default" in found:
                # A default is completed like a given value: `filter: {}` gets the filter's own defaults.
                filled[name] = _filled(json.loads(json.dumps(found["default"])), found, root)
        others = part.get("additionalProperties")
        if isinstance(others, dict):
            for name in value:
                if name not in part.get("properties", {}):
                    filled[name] = _filled(filled[name], resolved(others, root), root)
    return filled


def _filled_by_all(value: Any, nodes: list[dict[str, Any]], root: dict[str, Any]) -> Any:
    for node in nodes:
        value = _filled(value, resolved(node, root), root)
    return value


def _parts(value: Any, node: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema nodes that apply to `value`: the node, what it refers to, and the branches whose `if` holds."""
    node = resolved(node, root)
    yield node
    for part in (node, *node.get("allOf", [])):
        if "if" in part:
            holds = _validator(part["if"]).is_valid(value)
            branch = part.get("then" if holds else "else")
            if branch:
                yield from _parts(value, branch, root)


def keys_of_strategy(strategy: object) -> frozenset[str]:
    """The keys that a search of this strategy may have; none for an unknown one."""
    schema = load_schema()
    for branch in schema["$defs"]["search"]["allOf"]:
        condition = branch["if"]["properties"]["strategy"]
        if strategy in condition.get("enum", [condition.get("const")]):
            return frozenset(resolved(branch["then"], schema)["properties"])
    return frozenset()


def resolved(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """A node of the schema `root` with what it refers to in place; what it says itself goes before."""
    while "$ref" in node:
        target = root["$defs"][node["$ref"].rsplit("/", 1)[1]]
        node = {**target, **{name: part for name, part in node.items() if name != "$ref"}}
    return node


# --- messages -----------------------------------------------------------------------------------------------------


def _path(parts: Iterable[str | int]) -> str:
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _message(error: Any) -> str:
    found = shortened_text(error.instance)
    match error.validator:
        case "additionalProperties":
            allowed = error.schema.get("properties", {})
            unknown = [str(name) for name in error.instance if name not in allowed]
            keys = ", ".join(f"'{name}'" for name in unknown)
            instead = "".join(dict.fromkeys(instead_of(name, key=True) for name in unknown))
            return f"unknown key{'s' if len(unknown) > 1 else ''} {keys}.{instead}{did_you_mean(unknown[0], allowed)}"
        case "required":
            missing = [f"'{name}'" for name in error.validator_value if name not in error.instance]
            allowed = error.schema.get("properties", {})
            near = [str(name) for name in error.instance if name not in allowed]
            hint = f" (found {', '.join(near)})" if near else ""
            return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing{hint}"
        case "enum":
            words = [word for word in error.validator_value if isinstance(word, str)]
            instead = instead_of(error.instance) if list(error.absolute_path)[-1:] == ["strategy"] else ""
            return f"{found} is not one of the known words.{instead}{did_you_mean(error.instance, words)}"
        case "type":
            kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
            return f"must be {' or '.join(_KINDS[kind] for kind in kinds)}; found {found}"
        case "minimum":
            return f"must be {error.validator_value} or more; found {found}"
        case "exclusiveMinimum":
            return f"must be above {error.validator_value}; found {found}"
        case "maximum":
            return f"must be {error.validator_value} or less; found {found}"
        case "minItems" | "minLength" | "minProperties":
            return f"must not be empty (at least {error.validator_value}); found {found}"
        case "pattern":
            return _pattern_message(error, found)
    return f"{error.message}; found {found}"


def _pattern_message(error: Any, found: str) -> str:
    if "propertyNames" in error.absolute_schema_path:
        hint = " (inside {…} a comma ends a value: quote the expression)" if "(" in found or ")" in found else ""
        return f"{found} can't be a name here: letters, digits and _ are allowed (dots between them in a space){hint}"
    meaning = error.schema.get("description", "")
    return f"{found} does not have the form that is needed{': ' + meaning if meaning else ''}"
