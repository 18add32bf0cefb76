"""What a script takes on its command line, by whichever library it reads it, and its syntax tree."""

import ast
from collections.abc import Callable
from pathlib import Path

from snaketune.errors import StudyError
from snaketune.sweeping.absl_reader import absl_interface
from snaketune.sweeping.annotated_reader import dataclass_interface, fire_interface, typer_interface
from snaketune.sweeping.argparse_reader import argparse_interface
from snaketune.sweeping.click_reader import click_interface
from snaketune.sweeping.option import Interface
from snaketune.sweeping.syntax import last_name

__all__ = ["hydra_config", "interface_of", "tree_of"]

_LARGEST = 2_000_000  # bytes of a script
_READERS: tuple[Callable[[ast.Module, str | None], Interface | None], ...] = (
    typer_interface, click_interface, dataclass_interface, fire_interface, absl_interface, argparse_interface,
)  # fmt: skip


def tree_of(script: Path) -> ast.Module:
    """The syntax tree of a Python script.

    Raises:
        StudyError: it can't be read, or is no Python.
    """
    try:
        source = script.read_bytes()
        if len(source) > _LARGEST:
            raise StudyError(f"{script} is too large to be read as a script: {len(source):,} bytes")
        return ast.parse(source)
    except SyntaxError as error:
        raise StudyError(f"{script} is no Python that can be read: {error.msg} (line {error.lineno})") from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise StudyError(f"{script} can't be read: {error}") from None


def interface_of(tree: ast.Module, command: str | None = None) -> Interface | None:
    """The options of a script, and of its sub-command `command`; None where nothing that reads options is seen."""
    return next((found for reader in _READERS if (found := reader(tree, command))), None)


def hydra_config(tree: ast.Module) -> str | None:
    """The configuration that a script of Hydra's begins with, relative to it; None if it is none of Hydra's."""
    for node in ast.walk(tree):
        for mark in getattr(node, "decorator_list", ()):
            if (
                isinstance(mark, ast.Call)
                and last_name(mark.func) == "main"
                and ast.unparse(mark.func).startswith("hydra")
            ):
                given = dict(zip(("config_path", "config_name"), mark.args, strict=False))
                given |= {word.arg: word.value for word in mark.keywords if word.arg}
                folder, name = (
                    value.value if isinstance(value := given.get(key), ast.Constant) else None
                    for key in ("config_path", "config_name")
                )
                name = str(name or "config")
                return str(Path(str(folder or "."), name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"))
    return None
