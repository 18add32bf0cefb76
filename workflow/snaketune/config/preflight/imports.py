"""Modules that a Python program imports in any case, and that are not to be found."""

import ast
import os
import pkgutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path

from snaketune.errors import did_you_mean

__all__ = ["missing_imports", "missing_module", "on_python_path"]

# Of sys; who names one of these may find modules where nobody else does.
_FINDS_ELSEWHERE = frozenset({"path", "modules", "meta_path", "path_hooks", "*"})


def on_python_path(folder: Path, env: Mapping[str, str]) -> list[Path]:
    """The folders on PYTHONPATH for a program that starts in `folder` with the variables `env` on top of ours."""
    words = [env.get("PYTHONPATH", ""), os.environ.get("PYTHONPATH", "")]
    return [folder / place for word in words for place in word.split(os.pathsep) if place]


def missing_imports(tree: ast.Module, name: str, places: Sequence[Path]) -> Iterator[str]:
    """A sentence for each module that the program `name` imports at its top, and that there is none of.

    `places` are the folders, beside those of this Python, in which modules are looked for.
    """
    if _finds_elsewhere(tree):
        return
    for line, module in _imported(tree):
        if not _is_found(module, places):
            yield (
                f"{name} imports {module} (line {line}), which is not installed for the Python that runs it: install "
                f"it, or mend the import.{_near(module)}"
            )


def missing_module(module: str, places: Sequence[Path]) -> str | None:
    """Why `python -m module` finds nothing; a module inside of a package is not looked for."""
    top = module.split(".")[0]
    if _is_found(top, places):
        return None
    return f"there is no module {top} for python -m {module}.{_near(top)}"


def _finds_elsewhere(tree: ast.Module) -> bool:
    called_sys = {"sys"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            called_sys |= {alias.asname for alias in node.names if alias.name == "sys" and alias.asname}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                if (name in called_sys and attribute in _FINDS_ELSEWHERE) or attribute == "addsitedir":
                    return True
            case ast.ImportFrom(module="sys", names=names):
                if any(alias.name in _FINDS_ELSEWHERE for alias in names):
                    return True
            case ast.ImportFrom(module="site"):
                return True
    return False


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def _is_found(module: str, places: Sequence[Path]) -> bool:
    try:
        here = PathFinder.find_spec(module, [*map(str, places)])
        return module in sys.modules or here is not None or find_spec(module) is not None
    except (ImportError, ValueError, AttributeError):  # a finder that fails says nothing
        return True


def _near(module: str) -> str:
    known = {*sys.stdlib_module_names, *(found.name for found in pkgutil.iter_modules())}
    return did_you_mean(module, known).partition(" Allowed:")[0]
