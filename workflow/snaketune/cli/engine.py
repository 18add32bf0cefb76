"""How Snakemake, which does all the work, is called."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from snaketune.installed import profiles, snakefile

__all__ = ["all_cores", "snakemake_words", "with_own_profiles"]

_PROFILE = ("--profile", "--workflow-profile")
_PLACES = ("--cores", "-c", "--jobs", "-j")


def snakemake_words(configuration: str, cores: int | None, options: Sequence[str] = ()) -> list[str]:
    """The words that run the study of a configuration file: with `options` for Snakemake, and all cores by default.

    Where the options say how many jobs there may be, or name a profile, these decide instead.
    """
    words = [sys.executable, "-m", "snakemake", "--snakefile", snakefile(), "--configfile", configuration]
    given = with_own_profiles(options)
    if cores is None and not _decided(given):
        cores = all_cores()
    return [*words, *(() if cores is None else ("--cores", str(cores))), *given]


def all_cores() -> int:
    """How many cores there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def with_own_profiles(options: Sequence[str]) -> list[str]:
    """The options with the short name of a profile that comes with the package replaced by its folder.

    A folder of that name, here or where Snakemake looks for profiles, is meant if there is one.
    """
    own = profiles()
    words: list[str] = []
    for word in options:
        option, equals, name = word.partition("=")
        if equals and option in _PROFILE:
            words.append(f"{option}={_folder_of(name, own)}")
        elif words and words[-1] in _PROFILE:
            words.append(_folder_of(word, own))
        else:
            words.append(word)
    return words


def _folder_of(name: str, own: dict[str, Path]) -> str:
    if name not in own or Path(name).exists() or any((place / name).exists() for place in _snakemake_places()):
        return name
    return str(own[name])


def _snakemake_places() -> Iterable[Path]:
    """Where Snakemake looks for a profile that is named without a path."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "snakemake", Path("/etc/xdg/snakemake")


def _decided(options: Iterable[str]) -> bool:
    """Whether options for Snakemake say how many jobs there may be at a time."""
    return any(
        word.partition("=")[0] in (*_PLACES, *_PROFILE) or (word[:2] in ("-c", "-j") and word[2:].isdigit())
        for word in options
    )
