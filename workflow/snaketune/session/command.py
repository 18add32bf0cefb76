"""The command that goes on with a study."""

from collections.abc import Iterable
from pathlib import Path

__all__ = ["command_again"]


def command_again(config_files: Iterable[Path | str], root: Path) -> list[str]:
    """The words of the command that starts a study again from `root`.

    Paths are relative to it where that can be: the command stands on a page that is shown around.
    """
    root = root.resolve()
    files = [Path(file).resolve() for file in config_files]
    shown = [str(file.relative_to(root) if file.is_relative_to(root) else file) for file in files]
    return ["snakemake", "--cores", "1", *(word for file in shown for word in ("--configfile", file))]
