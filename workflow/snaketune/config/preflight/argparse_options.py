"""The options of a program that uses argparse."""

import ast
from collections.abc import Iterator

from snaketune.config.preflight.options import Options, constant_names, is_certain, keyword, parents_of

__all__ = ["argparse_options"]

# What may be done to a parser and its groups without there being other options than are seen.
_HARMLESS = frozenset({
    "add_argument", "add_argument_group", "add_mutually_exclusive_group", "parse_args", "set_defaults", "error", "exit",
    "print_help", "print_usage", "format_help", "format_usage", "prog", "description", "epilog", "get_default",
})  # fmt: skip
_HARMLESS_KEYWORDS = frozenset(
    {"prog", "usage", "description", "epilog", "formatter_class", "add_help", "allow_abbrev"}
)
_GROUPS = ("add_argument_group", "add_mutually_exclusive_group")


def argparse_options(tree: ast.Module) -> Options | None:
    """The options of the program's only parser; None if it has none, or they can't all be seen."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if _last_name(call.func) == "ArgumentParser"]
    if len(made) != 1 or not _plain_parser(made[0]):
        return None
    parents = parents_of(tree)
    parsers = _names_of(made[0], calls, parents)
    if parsers is None or _escapes(parsers, tree, parents) or not _parses_all(calls, tree, parents):
        return None
    options = Options(abbreviated=_is_not(keyword(made[0], "allow_abbrev"), False))
    if _is_not(keyword(made[0], "add_help"), False):
        options.names |= {"-h", "--help"}
    for call in calls:
        if _last_name(call.func) != "add_argument":
            continue
        names = constant_names(call)
        nargs = keyword(call, "nargs")
        if not names or (nargs is not None and not _seen(nargs)):
            return None
        if not names[0].startswith("-"):
            continue
        options.names |= set(names)
        if isinstance(action := keyword(call, "action"), ast.Attribute) and action.attr == "BooleanOptionalAction":
            options.names |= {f"--no-{name[2:]}" for name in names if name.startswith("--")}
        required = keyword(call, "required")
        if isinstance(required, ast.Constant) and required.value is True and is_certain(call, parents):
            options.required.append(names)
    return options


def _plain_parser(call: ast.Call) -> bool:
    return not call.args[1:] and all(word.arg in _HARMLESS_KEYWORDS for word in call.keywords)


def _is_not(node: ast.expr | None, value: object) -> bool:
    return not (isinstance(node, ast.Constant) and node.value is value)


def _seen(nargs: ast.expr) -> bool:
    """Whether it is known that an argument does not take all the rest."""
    return isinstance(nargs, ast.Constant) and nargs.value != "..."


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _names_of(made: ast.Call, calls: list[ast.Call], parents: dict[ast.AST, ast.AST]) -> set[str] | None:
    """The names of the parser and its groups, None if one of them goes elsewhere."""
    found: set[str] = set()
    for call in [made, *(call for call in calls if _last_name(call.func) in _GROUPS)]:
        match parents.get(call):
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Attribute() | ast.Expr():
                pass
            case ast.Return() as returned:
                if not _returned_to(returned, calls, parents, found):
                    return None
            case _:
                return None
    return found


def _returned_to(node: ast.AST, calls: list[ast.Call], parents: dict[ast.AST, ast.AST], found: set[str]) -> bool:
    """Adds the names that get what a function returns; whether all uses of it are seen."""
    above: ast.AST | None = node
    while above is not None and not isinstance(above, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
        above = parents.get(above)
    if not isinstance(above, ast.FunctionDef) or isinstance(parents.get(above), ast.ClassDef):
        return False
    for call in calls:
        if _last_name(call.func) == above.name:
            match parents.get(call):
                case ast.Assign(targets=[ast.Name(id=name)]):
                    found.add(name)
                case ast.Attribute():
                    pass
                case _:
                    return False
    return True


def _escapes(names: set[str], tree: ast.Module, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether something is done with a parser by which it may get options that are not seen."""
    known = set(names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name) and node.value.id in names:
            calls = [call for call in ast.walk(tree) if isinstance(call, ast.Call)]
            if not _returned_to(node, calls, parents, known):
                return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in known and isinstance(node.ctx, ast.Load):
            match parents.get(node):
                case ast.Attribute(attr=attribute) if attribute in _HARMLESS:
                    pass
                case ast.Return():
                    pass
                case _:
                    return True
    return False


def _parses_all(calls: list[ast.Call], tree: ast.Module, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether the words of the command line are what is parsed, all of them and as they are."""
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if {"parse_known_args", "add_subparsers", "parse_known_intermixed_args"} & attributes:
        return False
    parsing = [call for call in calls if _last_name(call.func) == "parse_args"]
    whole = all(_whole_line(call, parents) or _handed_down(call, calls, parents) for call in parsing)
    return bool(parsing) and whole and all(_untouched(node, parents) for node in _argv(tree))


def _whole_line(call: ast.Call, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a call has no argument, or `sys.argv[1:]` alone."""
    match call:
        case ast.Call(args=[], keywords=[]):
            return True
        case ast.Call(args=[ast.Subscript(value=ast.Attribute(attr="argv") as argv)], keywords=[]):
            return _untouched(argv, parents)
    return False


def _handed_down(call: ast.Call, calls: list[ast.Call], parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a call passes on the only parameter of its function, which is the command line: `main(argv=None)`."""
    above: ast.AST | None = call
    while above is not None and not isinstance(above, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
        above = parents.get(above)
    match call, above:
        case (
            ast.Call(args=[ast.Name(id=name)], keywords=[]),
            ast.FunctionDef(
                name=function, args=ast.arguments(args=[ast.arg(arg=parameter)], defaults=[ast.Constant(value=None)])
            ),
        ) if name == parameter:
            uses = [node for node in ast.walk(above) if isinstance(node, ast.Name) and node.id == name]
            callers = [other for other in calls if _last_name(other.func) == function]
            return len(uses) == 1 and all(_whole_line(caller, parents) for caller in callers)
    return False


def _argv(tree: ast.Module) -> Iterator[ast.AST]:
    """The places at which sys.argv is named; a name of its own for it is one, too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "argv":
            yield node
        if isinstance(node, ast.ImportFrom) and node.module == "sys":
            yield from (node for alias in node.names if alias.name in ("argv", "*"))


def _untouched(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether sys.argv is `sys.argv[1:]`, all of the arguments, where it is named."""
    match parents.get(node):
        case ast.Subscript(slice=ast.Slice(lower=ast.Constant(value=1), upper=None, step=None), ctx=ast.Load()):
            return True
    return False
