"""Libraries that some options need, looked for without being imported."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec

__all__ = ["Library", "missing"]


@dataclass(frozen=True)
class Library:
    """A library by the `module` that is imported; `requirement` is what installs it, as pip takes it."""

    module: str
    requirement: str


def missing(needed: Iterable[Library]) -> str | None:
    """What is not installed and the command that installs it, as the end of a sentence; None if all of it is there."""
    lacking = [library for library in needed if find_spec(library.module) is None]
    if not lacking:
        return None
    names = " and ".join(library.module for library in lacking)
    are = "is" if len(lacking) == 1 else "are"
    return f"needs {names}, which {are} not installed: pip install {shlex.join(lib.requirement for lib in lacking)}"
