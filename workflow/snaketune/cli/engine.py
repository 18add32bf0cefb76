"""How Snakemake, which does all the work, is called."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from snaketune.installed import profiles, snakefile

__all__ = ["SnakemakeOptions", "all_cores", "snakemake_words"]

_PROFILE = ("--profile", "--workflow-profile")
_PLACES = ("--cores", "-c", "--jobs", "-j")
_CLUSTER = (*_PROFILE, "--executor", "-e")
_CONFIG = ("--config", "-C")
# With these Snakemake's own words are what is asked for.
_SPEAKING = (
    "-n", "--dry-run", "--dryrun", "-p", "--printshellcmds", "--verbose", "--show-failed-logs", "--debug-dag",
    "--lint", "--list-rules", "--list", "-l", "--summary", "-S", "--detailed-summary", "-D", "--dag", "--rulegraph",
    "--filegraph", "--d3dag", "--unlock", "--report", "--help", "-h", "--version", "-v", "--delete-all-output",
)  # fmt: skip
_OURS = ("--snakefile", "-s", "--configfile", "--configfiles", "--directory", "-d")


class SnakemakeOptions(tuple[str, ...]):
    """What stands behind `--`: options for Snakemake, as they were typed."""

    @property
    def are_ours(self) -> list[str]:
        """Those that only the command line itself gives."""
        return [word for word in self if word.partition("=")[0] in _OURS]

    @property
    def speak(self) -> bool:
        """Whether Snakemake's own words are what is asked for."""
        return any(word.partition("=")[0] in _SPEAKING for word in self)

    @property
    def cluster(self) -> bool:
        """Whether runs go to a cluster, as far as can be seen."""
        return any(word.partition("=")[0] in _CLUSTER for word in self)

    @property
    def say_how_many(self) -> bool:
        """Whether they say how many jobs there may be at a time, or leave it to a profile."""
        return any(
            word.partition("=")[0] in (*_PLACES, *_PROFILE) or (word[:2] in ("-c", "-j") and word[2:].isdigit())
            for word in self
        )

    @property
    def configuration(self) -> list[str]:
        """The values `name=value` of the configuration; of several options `--config` the last one counts."""
        found: list[str] = []
        reading = False
        for word in self:
            option, equals, value = word.partition("=")
            if option in _CONFIG:
                found, reading = [value] if equals else [], not equals
            elif word.startswith("-"):
                reading = False
            elif reading:
                found.append(word)
        return found

    @property
    def with_own_profiles(self) -> list[str]:
        """The options with the short name of a profile that comes with the package replaced by its folder.

        A folder of that name, here or where Snakemake looks for profiles, is meant if there is one.
        """
        own = profiles()
        words: list[str] = []
        for word in self:
            option, equals, name = word.partition("=")
            if equals and option in _PROFILE:
                words.append(f"{option}={_folder_of(name, own)}")
            elif words and words[-1] in _PROFILE:
                words.append(_folder_of(word, own))
            else:
                words.append(word)
        return words


def snakemake_words(configuration: str, cores: int | None = None, options: Sequence[str] = ()) -> list[str]:
    """The words that run the study of a configuration file: with `options` for Snakemake, and all cores by default.

    Where the options say how many jobs there may be, or name a profile, these decide instead.
    """
    given = SnakemakeOptions(options)
    words = [sys.executable, "-m", "snakemake", "--snakefile", snakefile(), "--configfile", configuration]
    if cores is None and not given.say_how_many:
        cores = all_cores()
    return [*words, *(() if cores is None else ("--cores", str(cores))), *given.with_own_profiles]


def all_cores() -> int:
    """How many cores there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _folder_of(name: str, own: dict[str, Path]) -> str:
    if name not in own or Path(name).exists() or any((place / name).exists() for place in _snakemake_places()):
        return name
    return str(own[name])


def _snakemake_places() -> Iterable[Path]:
    """Where Snakemake looks for a profile that is named without a path."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "snakemake", Path("/etc/xdg/snakemake")
