"""Puts a study on the disk; a file that is there already and says something else stays as it is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from snaketune.config import read_study
from snaketune.errors import ConfigError, StudyError
from snaketune.files import replaced
from snaketune.sweeping.draft import Draft
from snaketune.values import shortened_text

__all__ = ["differences", "put", "put_new"]

_SHOWN = 6


def put(draft: Draft, path: Path, *, overwrite: bool) -> bool:
    """Writes a study that is good to `path`; whether it was written: one that says the same is left as it is.

    Raises:
        StudyError: there is a file that says something else, and it is not to be overwritten.
        ConfigError: the study is not good.
    """
    config = _checked(draft, path)
    if path.exists() and not overwrite:
        there = _there(path)
        if there is None:
            raise StudyError(f"{path} is there already and holds no study: name another one by --study NAME")
        if differing := list(differences(there, config)):
            more = f"; and {len(differing) - _SHOWN} more" if len(differing) > _SHOWN else ""
            raise StudyError(
                f"{path} says something else than this command: {'; '.join(differing[:_SHOWN])}{more}. To go on with "
                f"the file: snaketune run {path}; to write it anew: --overwrite (results are kept, and used where they "
                "fit); to have both: --study NAME"
            )
        return False
    _write(draft, path)
    return True


def put_new(draft: Draft, path: Path, *, force: bool) -> None:
    """Writes a study that is good to `path`.

    Raises:
        StudyError: there is a file already, and it is not to be overwritten.
        ConfigError: the study is not good.
    """
    if path.exists() and not force:
        raise StudyError(f"{path} is there already: --force overwrites it, -o NAME.yaml writes another one")
    _checked(draft, path)
    _write(draft, path)


def _write(draft: Draft, path: Path) -> None:
    with replaced(path) as temporary:
        temporary.write_text(draft.text, encoding="utf-8", newline="")


def _checked(draft: Draft, path: Path) -> Any:
    """The configuration as its text is read."""
    import yaml

    config = yaml.safe_load(draft.text)
    try:
        read_study(config, path.parent)
    except ConfigError as error:
        raise ConfigError.of((_on_the_line(place), text) for place, text in error.problems) from None
    return config


def _on_the_line(place: str) -> str:
    """A key's place in the words of the command line, where there is one."""
    known = {"study": "--study", "search.n_trials": "--trials", "objective.timeout": "--timeout", "seed": "--seed"}
    if place.startswith("space."):
        return place.removeprefix("space.")
    return "--strategy" if place.startswith("searches.") else known.get(place, place)


def _there(path: Path) -> dict[str, Any] | None:
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, LookupError, AttributeError, TypeError, yaml.YAMLError, RecursionError):
        return None
    return found if isinstance(found, dict) and "objective" in found else None


def differences(there: Any, meant: Any, place: str = "") -> Iterator[str]:
    """Each key at which two configurations differ, with what the file has and what the command means."""
    if isinstance(there, dict) and isinstance(meant, dict):
        for key in dict.fromkeys([*there, *meant]):
            below = f"{place}.{key}" if place else str(key)
            if key not in meant:
                yield f"{below}: {shortened_text(there[key], 60)} is in the file alone"
            elif key not in there:
                yield f"{below}: the file has none, the command means {shortened_text(meant[key], 60)}"
            else:
                yield from differences(there[key], meant[key], below)
    elif json.dumps(there, default=str) != json.dumps(meant, default=str):
        yield f"{place}: {shortened_text(there, 60)} in the file, the command means {shortened_text(meant, 60)}"
