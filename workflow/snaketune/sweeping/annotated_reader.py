"""The options that annotated names become: parameters of functions (typer, fire) and fields of data classes (tyro)."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from snaketune.config.preflight.options import keyword
from snaketune.sweeping.constants import Constants
from snaketune.sweeping.option import Interface, Option
from snaketune.sweeping.syntax import helped, kind_of, last_name
from snaketune.values import is_number

__all__ = ["dataclass_interface", "fire_interface", "typer_interface"]

_MANY = ("list", "List", "tuple", "Tuple", "Sequence")
# What makes options of a data class, and whether an underscore stays one.
_OF_CLASSES = {"HfArgumentParser": True, "tyro.cli": False, "simple_parsing.parse": True, "draccus.parse": True}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def typer_interface(tree: ast.Module, command: str | None = None) -> Interface | None:
    """What the functions take that typer makes commands of; None if there are none."""
    functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    run = {
        last_name(call.args[0]) for call in _calls(tree) if ast.unparse(call.func) in ("typer.run", "run") and call.args
    }
    apps = any(ast.unparse(call.func) in ("typer.Typer", "Typer") for call in _calls(tree))
    if not apps and not ("typer" in _imported(tree) and run):
        return None
    commands = {
        _named(mark) or node.name.replace("_", "-"): node
        for node in functions
        for mark in node.decorator_list
        if apps and last_name(mark.func if isinstance(mark, ast.Call) else mark) == "command"
    } or {node.name: node for node in functions if node.name in run}
    several = len(commands) > 1
    chosen = commands.get(command or "") if several else next(iter(commands.values()), None)
    options = tuple(_of_function(chosen, Constants(tree))) if chosen else ()
    return Interface("typer", options, tuple(commands) if several else (), command if several and chosen else None)


def fire_interface(tree: ast.Module, command: str | None = None) -> Interface | None:
    """What the function takes that fire is given; None if there is none."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for call in _calls(tree):
        if ast.unparse(call.func) in ("fire.Fire", "Fire") and call.args and last_name(call.args[0]) in functions:
            options = [*_of_function(functions[last_name(call.args[0])], Constants(tree))]
            return Interface("fire", tuple(_as_fire(option) for option in options))
    return None


def dataclass_interface(tree: ast.Module, command: str | None = None) -> Interface | None:
    """What the fields of the data class are that tyro, HfArgumentParser and the like are given; None if none is."""
    constants = Constants(tree)
    for call in _calls(tree):
        name = ast.unparse(call.func)
        reader = next((known for known in _OF_CLASSES if name in (known, known.rpartition(".")[2])), None)
        given = call.args[0] if reader and call.args else None
        named = given.elts if isinstance(given, (ast.Tuple, ast.List)) else [given]
        nodes = [constants.classes[last_name(node)] for node in named if last_name(node) in constants.classes]
        if reader and nodes:
            fields = [field for node in nodes for field in _of_class(node, constants)]
            options = [_with_text(option) if _OF_CLASSES[reader] else _dashed(option) for option in fields]
            return Interface(reader, tuple(options))
    return None


def _dashed(option: Option) -> Option:
    name = f"--{option.name.replace('_', '-')}"
    return replace(option, names=(name,), off=f"--no-{name[2:]}" if option.flag else None)


def _with_text(option: Option) -> Option:
    """As readers take it that have no flags: a truth value is a text."""
    return replace(option, kind="", flag=False, off=None) if option.flag else option


def _as_fire(option: Option) -> Option:
    """As fire takes it: by its own name, and a flag is switched off by `--noname`."""
    if option.positional:
        return option
    name = option.name.replace("-", "_")
    return replace(option, names=(f"--{name}",), off=f"--no{name}" if option.flag else None)


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _imported(tree: ast.Module) -> set[str]:
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _named(mark: ast.expr) -> str | None:
    given = [keyword(mark, "name"), *mark.args] if isinstance(mark, ast.Call) else []
    return next((word.value for word in given if isinstance(word, ast.Constant) and isinstance(word.value, str)), None)


def _of_function(function: Function, constants: Constants) -> Iterator[Option]:
    arguments = function.args
    defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [
        *zip(arguments.args, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for parameter, default in pairs:
        if "Context" not in ast.unparse(parameter.annotation or ast.Constant("")):
            yield _option(parameter.arg, parameter.annotation, default, constants, dashed=True)


def _of_class(node: ast.ClassDef, constants: Constants) -> Iterator[Option]:
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                option = _option(name, annotation, value, constants, dashed=False)
                yield option if not option.positional else replace(option, names=(f"--{name}",))


def _option(
    name: str, annotation: ast.expr | None, default: ast.expr | None, constants: Constants, *, dashed: bool
) -> Option:
    """The option (or the argument by its place, where nothing says otherwise) of an annotated name."""
    kind, choices, many = _type(annotation, constants)
    settings = [
        call
        for node in (annotation, default)
        for call in (ast.walk(node) if node else ())
        if isinstance(call, ast.Call) and last_name(call.func) in ("Option", "Argument", "field")
    ]
    setting = settings[0] if settings else None
    placed = last_name(setting.func) == "Argument" if setting else default is None
    words = list(setting.args) if setting else []
    names = [part for word in words if isinstance(word, ast.Constant) for part in _names_in(word.value)]
    first = next((word for word in words if not (isinstance(word, ast.Constant) and _names_in(word.value))), None)
    value: ast.expr | None = default
    if setting is not None and setting is default:
        value = keyword(setting, "default") or (None if _is_required(first) else first)
    found: Any = constants.of(value) if value is not None else None
    low, high = (constants.of(keyword(setting, end)) if setting else None for end in ("min", "max"))
    shown = name.replace("_", "-") if dashed else name
    flag = kind == "bool" and not placed
    return Option(
        (name,) if placed else tuple(names) or (f"--{shown}",),
        kind=kind or kind_of(None, found),
        default=found,
        choices=choices,
        help=helped(constants.of(keyword(setting, "help"))) if setting else "",
        required=value is None and not (setting and keyword(setting, "default_factory")),
        flag=flag,
        off=f"--no-{shown}" if flag and not names else None,
        many=many,
        low=low if is_number(low) else None,
        high=high if is_number(high) else None,
    )


def _is_required(first: ast.expr | None) -> bool:
    return first is None or (isinstance(first, ast.Constant) and first.value is ...)


def _names_in(value: object) -> list[str]:
    parts = value.split("/") if isinstance(value, str) and value.startswith("-") else []
    return [part.strip() for part in parts[:1]]


def _type(node: ast.expr | None, constants: Constants) -> tuple[str, tuple[Any, ...], bool]:
    """The kind that an annotation stands for, its choices, and whether it takes several values."""
    match node:
        case ast.Constant(value=str() as text):
            try:
                return _type(ast.parse(text, mode="eval").body, constants)
            except SyntaxError:
                return "", (), False
        case ast.Subscript(value=outer, slice=inner):
            inside = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            match last_name(outer):
                case "Literal":
                    return "str", constants.items(ast.List(inside)), False
                case "Annotated" | "Optional" | "Union":
                    return _type(inside[0], constants)
                case name if name in _MANY:
                    return _type(inside[0], constants)[0], (), True
            return "", (), False
        case ast.BinOp(left=left, op=ast.BitOr()):
            return _type(left, constants)
        case ast.Name(id=name) if name in constants.classes:
            return "str", tuple(_members(constants.classes[name], constants)), False
    return (kind_of(node) if node is not None else ""), (), last_name(node) in _MANY


def _members(node: ast.ClassDef, constants: Constants) -> Iterator[Any]:
    if any("Enum" in ast.unparse(base) for base in node.bases):
        for statement in node.body:
            if isinstance(statement, ast.Assign) and isinstance(value := constants.of(statement.value), str):
                yield value
