"""A Python function against the parameters that it is called with, from its syntax tree."""

import ast
from collections.abc import Iterator, Set

from snaketune.errors import did_you_mean

__all__ = ["function_problems"]

# What a function may take besides parameters.
_EXTRAS = ("seed", "fold", "n_folds", "budget", "from_budget", "max_budget", "previous", "resume", "checkpoint")


def function_problems(tree: ast.Module, name: str, always: Set[str], sometimes: Set[str]) -> Iterator[tuple[str, bool]]:
    """What is wrong with calling the function `name` with parameters that are there `always` or `sometimes`.

    With each sentence, whether it is so in all trials. Nothing is said of a function that is decorated, or defined in
    another way than once by `def` at the top.
    """
    defined = [node for node in ast.walk(tree) if name in (getattr(node, "name", None), getattr(node, "asname", None))]
    stored = any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store) for node in ast.walk(tree)
    )
    function = defined[0] if len(defined) == 1 and not stored else None
    if not isinstance(function, ast.FunctionDef) or function not in tree.body or function.decorator_list:
        return
    arguments = function.args
    names = [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]
    given = {parameter.split(".")[0] for parameter in always | sometimes}
    whole = "config" in names and "config" not in given
    if not whole and not arguments.kwarg:
        for unknown in sorted(given - set(names)):
            yield f"{name}() takes no parameter '{unknown}'.{did_you_mean(unknown, names)}", True
    optional = len(arguments.defaults)
    needed = [argument.arg for argument in arguments.args[: len(arguments.args) - optional]]
    needed += [
        argument.arg
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is None
    ]
    surely = {parameter.split(".")[0] for parameter in always} | {*_EXTRAS, "config" if whole else ""}
    for lacking in (argument for argument in needed if argument not in surely):
        if lacking in given:
            yield f"{name}() needs '{lacking}', which is inactive in some trials: give it a default", False
        else:
            yield f"{name}() needs '{lacking}', which the space does not have: give it a default, or add it", True
