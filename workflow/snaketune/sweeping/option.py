"""What a script takes on its command line, as far as it is known: its options with types, defaults and choices."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["UNKNOWN", "Interface", "Option"]


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


# A default or choice that the script computes.
UNKNOWN = _Unknown()


@dataclass(frozen=True)
class Option:
    """An option by all its names (`--lr`, `-l`), or an argument that is given by its place (a name without a dash).

    `kind` is int, float, str, bool, path, or "" where the type is the script's own. `flag`: it takes no value. `off` is
    the name that switches it off again (`--no-amp`). `many`: it takes several values. `low` and `high` are bounds.
    """

    names: tuple[str, ...]
    kind: str = ""
    default: Any = None
    choices: tuple[Any, ...] = ()
    help: str = ""
    required: bool = False
    flag: bool = False
    off: str | None = None
    many: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def positional(self) -> bool:
        return not self.names[0].startswith("-")

    @property
    def shown(self) -> str:
        """The longest of its names, as it is typed."""
        return max(self.names, key=lambda name: (name.startswith("--"), len(name)))

    @property
    def name(self) -> str:
        """Its name as a parameter: the longest without dashes before it."""
        return self.shown.lstrip("-")


@dataclass(frozen=True)
class Interface:
    """The options of a script that were found, with what reads them (`argparse`); `commands` are its sub-commands.

    The options are those of the sub-command `command`, where it has some and one was chosen, and those of all; `before`
    are the names of options that have to stand before the sub-command.
    """

    reader: str
    options: tuple[Option, ...] = field(default=())
    commands: tuple[str, ...] = ()
    command: str | None = None
    before: frozenset[str] = frozenset()
