"""Makes a project of the template beside this file."""

from pathlib import Path

from snaketune.errors import StudyError

__all__ = ["make_project"]

_TEMPLATE = Path(__file__).with_name("template")
_HIDDEN = {"gitignore": ".gitignore"}


def make_project(folder: Path) -> list[Path]:
    """Writes the files of a new project to a folder, which is made if need be; the files.

    Raises:
        StudyError: there is a file of such a name, or something that is no folder; nothing has been written.
    """
    files = {folder / _HIDDEN.get(path.name, path.name): path for path in sorted(_TEMPLATE.iterdir()) if path.is_file()}
    if there := [path for path in files if path.exists()]:
        raise StudyError(f"{there[0]} is there already; nothing has been written")
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is no folder")
    folder.mkdir(parents=True, exist_ok=True)
    for path, source in files.items():
        path.write_bytes(source.read_bytes())
    return list(files)
