"""Writes the table of what was imported, over nothing that is another one."""

from pathlib import Path

from snaketune.errors import StudyError
from snaketune.files import replaced
from snaketune.importing.taken import Taken

__all__ = ["written"]


def written(path: Path, table: Taken) -> Path:
    """The file that has the table.

    Raises:
        StudyError: there is another file of that name.
    """
    if path.exists():
        if path.read_bytes() == table.content.encode():
            return path
        raise StudyError(f"{path} is there already, and is another table; name one with --output, or remove it")
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as temporary:
        temporary.write_text(table.content, encoding="utf-8", newline="")
    return path
