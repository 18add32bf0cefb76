"""The options of a script that uses argparse, with types, defaults and choices."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from snaketune.config.preflight.options import constant_names, keyword, parents_of
from snaketune.sweeping.constants import Constants
from snaketune.sweeping.option import UNKNOWN, Interface, Option
from snaketune.sweeping.syntax import bounds_of, helped, kind_of, last_name

__all__ = ["argparse_interface"]

_FLAGS = ("store_true", "store_false", "store_const", "count")
_NO_OPTIONS = ("help", "version")


def argparse_interface(tree: ast.Module, command: str | None = None) -> Interface | None:
    """What a script's parsers take; None if it makes none. `command` chooses one of its sub-commands."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if not any(last_name(call.func) == "ArgumentParser" for call in calls):
        return None
    constants, parents = Constants(tree), parents_of(tree)
    commands = {name: variable for name, variable in _commands(calls, parents)}
    others = {variable for name, variable in commands.items() if name != command and variable}
    others |= set(_groups_of(others, calls, parents))
    adding = [call for call in calls if last_name(call.func) == "add_argument" and _owner(call) not in others]
    options = [option for call in adding if (option := _option(call, constants)) is not None]
    defaults = {
        word.arg: constants.of(word.value)
        for call in calls
        if last_name(call.func) == "set_defaults" and _owner(call) not in others
        for word in call.keywords
        if word.arg
    }
    return Interface(
        "argparse",
        tuple(_with_default(option, defaults) for option in options),
        tuple(commands),
        command if command in commands else None,
    )


def _owner(call: ast.Call) -> str:
    return call.func.value.id if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) else ""


def _variable(call: ast.Call, parents: dict[ast.AST, ast.AST]) -> str:
    """The name that gets what a call gives."""
    match parents.get(call):
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def _commands(calls: list[ast.Call], parents: dict[ast.AST, ast.AST]) -> Iterator[tuple[str, str]]:
    """The sub-commands, each with the name of its parser."""
    for call in calls:
        if last_name(call.func) == "add_parser" and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value), _variable(call, parents)


def _groups_of(owners: set[str], calls: list[ast.Call], parents: dict[ast.AST, ast.AST]) -> Iterator[str]:
    for call in calls:
        if last_name(call.func) in ("add_argument_group", "add_mutually_exclusive_group") and _owner(call) in owners:
            yield _variable(call, parents)


def _option(call: ast.Call, constants: Constants) -> Option | None:
    names = constant_names(call)
    action = keyword(call, "action")
    acts = action.value if isinstance(action, ast.Constant) else last_name(action) if action else ""
    if not names or acts in _NO_OPTIONS:
        return None
    default: Any = constants.of(keyword(call, "default")) if keyword(call, "default") else None
    required = constants.of(keyword(call, "required"))
    nargs = constants.of(keyword(call, "nargs")) if keyword(call, "nargs") else None
    # Without a type, argparse hands on the text itself, whatever the default is.
    kind = kind_of(keyword(call, "type")) if keyword(call, "type") else "str"
    low, high = bounds_of(keyword(call, "type"), constants)
    option = Option(
        names,
        kind=kind,
        default=default,
        choices=constants.items(keyword(call, "choices")),
        help=helped(constants.of(keyword(call, "help"))),
        required=required is True or (not names[0].startswith("-") and nargs not in ("?", "*")),
        many=nargs not in (None, "?", UNKNOWN) or acts in ("append", "extend"),
        low=low,
        high=high,
    )
    if acts == "BooleanOptionalAction":
        long = next((name for name in names if name.startswith("--")), names[0])
        return replace(option, kind="bool", flag=True, off=f"--no-{long[2:]}")
    if acts in _FLAGS:
        given = {"store_true": False, "store_false": True}.get(str(acts), default)
        # That it is given changes its value; what the variable is then called is the script's matter.
        return replace(option, kind="bool" if acts != "count" else "int", flag=True, default=given)
    return option


def _with_default(option: Option, defaults: dict[str, Any]) -> Option:
    name = option.name.replace("-", "_")
    return replace(option, default=defaults[name]) if name in defaults and not option.flag else option
