"""The options of a program that uses click or typer."""

import ast
from collections.abc import Iterator

from snaketune.config.preflight.options import Options, constant_names, keyword

__all__ = ["click_options", "typer_options"]

_DECORATORS = frozenset({
    "command", "option", "argument", "pass_context", "version_option", "help_option", "password_option",
    "confirmation_option",
})  # fmt: skip
# What makes an option without a value good: click finds one elsewhere.
_FOUND_ELSEWHERE = ("default", "envvar", "prompt", "callback", "is_eager", "cls", "flag_value")


def click_options(tree: ast.Module) -> Options | None:
    """The options of the program's only command; None if it has none, or they can't all be seen."""
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    commands = [node for node in functions if any(_name(mark) in ("command", "group") for mark in node.decorator_list)]
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    if len(commands) != 1 or "click" not in imported or "typer" in imported:
        return None
    options = Options({"--help"})
    for mark in commands[0].decorator_list:
        name = _name(mark)
        if name not in _DECORATORS or (isinstance(mark, ast.Call) and any(word.arg is None for word in mark.keywords)):
            return None
        if name == "command" and isinstance(mark, ast.Call) and ({"cls", "context_settings"} & _keywords(mark)):
            return None
        if name in ("option", "version_option", "help_option", "password_option", "confirmation_option"):
            found = constant_names(mark) if isinstance(mark, ast.Call) else None
            if found is None:
                return None
            _add(options, mark, found, {"version_option": "--version", "password_option": "--password",
                                        "confirmation_option": "--yes"}.get(name))  # fmt: skip
    return options


def _add(options: Options, mark: ast.expr, found: tuple[str, ...], usual: str | None) -> None:
    names = [name for word in found for name in word.split("/") if name.startswith("-")]
    names = [name.strip() for name in names] or ([usual] if usual else [])
    options.names |= set(names)
    if isinstance(mark, ast.Call) and names:
        required = keyword(mark, "required")
        certain = isinstance(required, ast.Constant) and required.value is True
        if certain and not _keywords(mark) & set(_FOUND_ELSEWHERE):
            options.required.append(tuple(names))


def typer_options(tree: ast.Module) -> Options | None:
    """The options of a function that typer makes a program of; None if there is no such, or several."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    run = [
        call.args[0].id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "typer.run" and len(call.args) == 1
        and isinstance(call.args[0], ast.Name)
    ]  # fmt: skip
    apps = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and ast.unparse(call.func) == "typer.Typer"]
    commands = [name for name, node in functions.items() if _is_plain_command(node)]
    if apps and (len(apps) > 1 or apps[0].args or _keywords(apps[0]) - {"help", "add_completion", "no_args_is_help"}):
        return None
    marked = [name for name, node in functions.items() if node.decorator_list and name not in commands]
    chosen = run if run and not apps else commands if apps and not run and not marked else []
    if len(chosen) != 1 or chosen[0] not in functions:
        return None
    return _of_function(functions[chosen[0]], completes=bool(apps))


def _is_plain_command(node: ast.FunctionDef) -> bool:
    match node.decorator_list:
        case [ast.Call(func=ast.Attribute(attr="command"), args=[], keywords=[])]:
            return True
    return False


def _of_function(function: ast.FunctionDef, *, completes: bool) -> Options | None:
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        return None
    options = Options({"--help", "--install-completion", "--show-completion"} if completes else {"--help"})
    defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [
        *zip(arguments.args, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for parameter, default in pairs:
        settings = list(_typer_calls(parameter.annotation, default))
        if any(_name(call) == "Argument" for call in settings) or (not settings and default is None):
            continue  # a positional argument
        if "Context" in ast.unparse(parameter.annotation or ast.Constant("")):
            continue
        if len(settings) > 1 or any(word.arg is None for call in settings for word in call.keywords):
            return None
        given = [arg for call in settings for arg in call.args]
        named = [arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        names = [part for name in named if name.startswith("-") for part in name.split("/")]
        names = names or [f"--{parameter.arg.replace('_', '-')}"]
        options.names |= {*names, *(f"--no-{name[2:]}" for name in names if name.startswith("--"))}
        if settings and _is_required(settings[0], default) and not _keywords(settings[0]) & set(_FOUND_ELSEWHERE):
            options.required.append(tuple(names))
    return options


def _typer_calls(annotation: ast.expr | None, default: ast.expr | None) -> Iterator[ast.Call]:
    for node in (annotation, default):
        for call in ast.walk(node) if node else ():
            if isinstance(call, ast.Call) and _name(call) in ("Option", "Argument"):
                yield call


def _is_required(call: ast.Call, default: ast.expr | None) -> bool:
    if call is default:  # Option(...) as the default; without a first value it has none
        first = call.args[0] if call.args else None
        return isinstance(first, ast.Constant) and first.value is ...
    return default is None


def _keywords(call: ast.Call) -> set[str]:
    return {word.arg or "" for word in call.keywords}


def _name(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
