"""What commands print: results on standard output, as text, as tables or as one JSON document; all else on the other.

There is colour only where it is a terminal, and NO_COLOR is minded.
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["json_option", "notice", "out", "print_json"]


def notice(text: str) -> None:
    """Says something beside the results."""
    click.echo(f"[snaketune] {text}", err=True)


def print_json(document: object) -> None:
    """Prints one JSON document; what is no finite number is null."""
    click.echo(json.dumps(_finite(document), ensure_ascii=False, indent=1, default=str))


def out() -> "Console":
    """The terminal for tables and styled text, on standard output; a pipe gets all of a line, however long."""
    import sys

    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option `--json`, as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for scripts.")(command)


def _finite(value: object) -> object:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(key): _finite(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_finite(item) for item in value]
    return value
