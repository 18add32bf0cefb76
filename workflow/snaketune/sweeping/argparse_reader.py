"""The options of a script that uses argparse, with types, defaults and choices."""

import ast
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
    constants, owners = Constants(tree), _Owners(calls, parents_of(tree))
    options: dict[str, Option] = {}
    before = set()
    for call in calls:
        adds = last_name(call.func) == "add_argument" and owners.command_of(call) in (None, command)
        if adds and (option := _option(call, constants)) is not None:
            options.setdefault(option.name, option)
            before |= {option.name} if owners.is_before(call) else set()
    defaults = {
        word.arg: constants.of(word.value)
        for call in calls
        if last_name(call.func) == "set_defaults" and owners.command_of(call) in (None, command)
        for word in call.keywords
        if word.arg
    }
    return Interface(
        "argparse",
        tuple(_with_default(option, defaults) for option in options.values()),
        tuple(owners.commands),
        command if command in owners.commands else None,
        frozenset(before),
    )


class _Owners:
    """To which sub-command's parser a call belongs; a name that is used again belongs to what it was given last."""

    def __init__(self, calls: list[ast.Call], parents: dict[ast.AST, ast.AST]):
        self.commands: list[str] = []
        # The names of parsers that have sub-commands, and of their groups.
        self._tops = {_owner(call) for call in calls if last_name(call.func) == "add_subparsers"} - {""}
        self._given: dict[str, list[tuple[int, str | None]]] = {}
        for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            made = last_name(call.func)
            command = None
            if made == "add_parser" and call.args and isinstance(call.args[0], ast.Constant):
                command = str(call.args[0].value)
                self.commands.append(command)
            elif made in ("add_argument_group", "add_mutually_exclusive_group"):
                command = self.command_of(call)
            elif made not in ("ArgumentParser", "add_subparsers"):
                continue
            match parents.get(call):
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    self._given.setdefault(name, []).append((call.lineno, command))
                    self._tops |= {name} if made != "add_subparsers" and _owner(call) in self._tops else set()

    def command_of(self, call: ast.Call) -> str | None:
        """The sub-command that a call adds to; None if it adds to all, or that isn't known."""
        given = self._given.get(_owner(call), [])
        return next((command for line, command in reversed(given) if line <= call.lineno), None)

    def is_before(self, call: ast.Call) -> bool:
        """Whether what a call adds has to stand before a sub-command."""
        return _owner(call) in self._tops and self.command_of(call) is None


def _owner(call: ast.Call) -> str:
    """The name of the parser or group whose method is called."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return owner.id if isinstance(owner, ast.Name) else ""


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
