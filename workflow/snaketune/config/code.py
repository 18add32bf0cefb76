"""The files that a result depends on: named as code or data, or found in the command."""

import glob
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from snaketune.errors import ConfigError
from snaketune.files import is_there

__all__ = ["code_files"]

# Their content is read whenever the configuration is, so that more are a mistake, such as a pattern for the whole disk.
_MOST = 200_000


def code_files(raw: Mapping[str, Any], argv: list[str], workdir: Path, root: Path) -> list[str]:
    """The files and folders whose content a result depends on, relative to `root` where they are below it.

    `raw` is the configuration's objective. Its `inputs`, which may not be there yet, are none of them.

    Raises:
        ConfigError: a file or folder that is not there, or far too many of them.
    """
    given = [("code", path) for path in raw.get("code", [])] + [("data", path) for path in raw["data"]]
    found = []
    for key, path in given:
        literal = is_there(root / path, Path.exists)
        if _whole_disk(path):
            raise ConfigError(
                f"objective.{key}", f"{path} means the whole disk, which is read at every start; name less"
            )
        # Path.glob knows no absolute patterns.
        found_by = iter([path]) if literal else glob.iglob(path, root_dir=root, recursive=True)  # noqa: PTH207
        matches = list(islice(found_by, _MOST + 1))
        if len(matches) > _MOST or (literal and _too_many(root / path)):
            raise ConfigError(
                f"objective.{key}",
                f"{path} means more than {_MOST:,} files and folders, whose content is read at every start; name less",
            )
        existing = [root / m for m in matches if is_there(root / m) or is_there(root / m, Path.is_dir)]
        if not existing:
            raise ConfigError(f"objective.{key}", f"there is no file or folder {path}")
        found += existing
    if "code" not in raw:
        made = {Path(os.path.normpath(root / path)) for path in raw.get("inputs", ())}
        named = [workdir / word for word in argv if is_there(workdir / word)]
        found += [path for path in named if Path(os.path.normpath(path)) not in made]
    if "function" in raw:
        file = root / raw["function"].rpartition(":")[0]
        found += [file] if is_there(file) else []
    return sorted({str(path.relative_to(root) if path.is_relative_to(root) else path) for path in found})


def _whole_disk(path: str) -> bool:
    top, *below = Path(path).parts or (".",)
    return top == "/" and below[:1] in ([], ["**"])


def _too_many(folder: Path) -> bool:
    return next(islice(_below(folder), _MOST, None), None) is not None


def _below(folder: Path) -> Iterator[str]:
    for _, folders, files in os.walk(folder):
        yield from folders
        yield from files
