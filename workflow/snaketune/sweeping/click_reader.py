"""The options of a script that uses click, with types, defaults and choices."""

import ast
from collections.abc import Iterator

from snaketune.config.preflight.options import keyword
from snaketune.sweeping.constants import Constants
from snaketune.sweeping.option import UNKNOWN, Interface, Option
from snaketune.sweeping.syntax import bounds_of, helped, kind_of, last_name

__all__ = ["click_interface"]


def click_interface(tree: ast.Module, command: str | None = None) -> Interface | None:
    """What a script's click commands take; None if it has none. `command` chooses one of a group's."""
    if not _imports_click(tree):
        return None
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    marked = [(node, _mark(node, ("command", "group"))) for node in functions]
    groups = [node for node, mark in marked if mark and last_name(_called(mark)) == "group"]
    commands = {_command_name(node, mark): node for node, mark in marked if mark and node not in groups}
    if not commands and not groups:
        return None
    constants = Constants(tree)
    if groups:
        chosen = [*groups, *([commands[command]] if command in commands else [])]
    else:
        chosen = list(commands.values()) if len(commands) == 1 else [commands[command]] if command in commands else []
    several = bool(groups) or len(commands) > 1
    return Interface(
        "click",
        tuple(option for node in chosen for option in _options(node, constants)),
        tuple(commands) if several else (),
        command if several and command in commands else None,
        frozenset(option.name for node in groups for option in _options(node, constants)),
    )


def _imports_click(tree: ast.Module) -> bool:
    return any(
        (isinstance(node, ast.Import) and any(alias.name in ("click", "rich_click") for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in ("click", "rich_click"))
        for node in ast.walk(tree)
    )


def _called(mark: ast.expr) -> ast.expr:
    return mark.func if isinstance(mark, ast.Call) else mark


def _mark(node: ast.FunctionDef | ast.AsyncFunctionDef, names: tuple[str, ...]) -> ast.expr | None:
    return next((mark for mark in node.decorator_list if last_name(_called(mark)) in names), None)


def _command_name(node: ast.FunctionDef | ast.AsyncFunctionDef, mark: ast.expr) -> str:
    given = [keyword(mark, "name"), *mark.args] if isinstance(mark, ast.Call) else []
    named = next((word.value for word in given if isinstance(word, ast.Constant) and isinstance(word.value, str)), None)
    return named or node.name.lower().replace("_", "-").removesuffix("-command").removesuffix("-cmd")


def _options(node: ast.FunctionDef | ast.AsyncFunctionDef, constants: Constants) -> Iterator[Option]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and last_name(mark.func) in ("option", "argument"):
            texts = [word.value for word in mark.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            if texts and last_name(mark.func) == "argument":
                yield _argument(mark, texts[0], constants)
            elif texts and (option := _option(mark, texts, constants)):
                yield option


def _argument(mark: ast.Call, name: str, constants: Constants) -> Option:
    nargs = constants.of(keyword(mark, "nargs"))
    optional = keyword(mark, "default") is not None or constants.of(keyword(mark, "required")) is False
    kind, choices, low, high = _type(mark, None, constants)
    return Option(
        (name,), kind, choices=choices, required=not optional, many=nargs not in (UNKNOWN, 1), low=low, high=high
    )


def _option(mark: ast.Call, texts: list[str], constants: Constants) -> Option | None:
    pairs = [text.partition("/") for text in texts if text.startswith("-")]
    names = tuple(on.strip() for on, _, _ in pairs)
    if not names:
        return None
    off = next((off.strip() for on, _, off in pairs if off and on.startswith("--")), None)
    default = constants.of(keyword(mark, "default")) if keyword(mark, "default") else None
    flag = (
        off is not None
        or constants.of(keyword(mark, "is_flag")) is True
        or constants.of(keyword(mark, "count")) is True
    )
    kind, choices, low, high = _type(mark, default, constants)
    many = constants.of(keyword(mark, "multiple")) is True or constants.of(keyword(mark, "nargs")) not in (UNKNOWN, 1)
    return Option(
        names,
        kind="bool" if flag else kind,
        default=bool(default) if flag else default,
        choices=choices,
        help=helped(constants.of(keyword(mark, "help"))),
        required=constants.of(keyword(mark, "required")) is True,
        flag=flag,
        off=off,
        many=many,
        low=low,
        high=high,
    )


def _type(
    mark: ast.Call, default: object, constants: Constants
) -> tuple[str, tuple[object, ...], float | None, float | None]:
    node = keyword(mark, "type")
    choices: tuple[object, ...] = ()
    if isinstance(node, ast.Call) and last_name(node.func) == "Choice":
        choices = constants.items(node.args[0] if node.args else keyword(node, "choices"))
    elif isinstance(node, (ast.List, ast.Tuple)):
        choices = constants.items(node)
    return kind_of(node, default), choices, *bounds_of(node, constants)
