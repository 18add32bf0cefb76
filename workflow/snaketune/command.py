"""The command that goes on with a study, as `snakemake …` or `snaketune run mine.yaml …`; what does one run by hand."""

import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["ALONE", "command_again", "command_with", "lasting", "to_go_on", "to_look", "with_place"]

# Followed by a run's folder: does its training outside of the search, as the search does it.
# -P: modules that lie in the project's folder must not hide Python's own.
ALONE = ("python", "-P", "-m", "snaketune.runner.alone")
_FOUND_BY_ITSELF = ("Snakefile", "snakefile", "workflow/Snakefile", "workflow/snakefile")
_CONFIG = ("--config", "-C")
_PLACE = ("--profile", "--workflow-profile", "--executor", "-e", "--jobs", "-j")  # options that say where jobs run
_ONCE = {"retry", "studies"}  # options that ask for something to be done, which is done
_ONCE_BELOW = re.compile(r"[^=]+=\{\s*retry\s*:\s*(\[[^]]*\]|[^][{},]*)\s*\}")  # the same below a key


def command_again(
    root: Path,
    snakefile: Path | str,
    config_files: Iterable[Path | str] = (),
    values: Iterable[str] = (),
    deployment: Iterable[str] = (),
) -> list[str]:
    """The words of the command that starts a study again from `root`.

    Of the command that it was started with, what results depend on: the Snakefile where it isn't found by itself,
    the files and values (name=value) of the configuration, how software is deployed. Paths are relative to `root`
    where that can be: the command stands on a page that is shown around.
    """
    root = root.resolve()

    def shown(path: Path | str) -> str:
        whole = Path(path).resolve()
        return str(whole.relative_to(root) if whole.is_relative_to(root) else whole)

    found = next((name for name in _FOUND_BY_ITSELF if (root / name).exists()), None)
    words = ["snakemake", "--cores", "1"]
    if shown(snakefile) != found:
        words += ["--snakefile", shown(snakefile)]
    if files := list(config_files):
        words += ["--configfile", *map(shown, files)]
    if kept := [value for value in values if not _is_once(value)]:
        words += ["--config", *kept]
    if methods := sorted(deployment):
        words += ["--software-deployment-method", *methods]
    return words


def command_with(command: Sequence[str], setting: str, *, below: str = "") -> list[str]:
    """The words of a command with one more `name=value` of Snakemake's --config, in the place of an earlier one.

    In the configuration of a workflow that the study is a part of, it stands `below` a key: `key={name: [value]}`.
    """
    name, _, value = setting.partition("=")
    start = f"{below}={{{name}: [" if below else f"{name}="
    setting = f"{start}{value}]}}" if below else setting
    words = [word for word in command if not word.startswith(start)]
    # Snakemake minds the last --config alone.
    places = [i for i, word in enumerate(words) if word in _CONFIG]
    if places:
        return [*words[: places[-1] + 1], setting, *words[places[-1] + 1 :]]
    return [*words, *(["--"] if words[:1] == ["snaketune"] and "--" not in words else []), "--config", setting]


def lasting(words: Sequence[str]) -> list[str]:
    """The words of a command without what asks for something to be done once, of which nothing is left behind."""
    kept = [word for word in words if not _is_once(word)]
    ends = [*kept[1:], "--"]
    empty = {i for i, word in enumerate(kept) if word in _CONFIG and ends[i].startswith("-")}
    left = [word for i, word in enumerate(kept) if i not in empty]
    return left[:-1] if left[-1:] == ["--"] else left


def with_place(words: Sequence[str], typed: Sequence[str]) -> list[str]:
    """The words of a Snakemake command that goes on where the one that was typed ran: on the same cluster, if any."""
    found = list(words)
    for option, value in zip(typed, [*typed[1:], ""], strict=True):
        if option in _PLACE:
            found += [option, value]
        elif option.partition("=")[0] in _PLACE:
            found.append(option)
    return found


def to_go_on(words: Sequence[str]) -> str:
    """What to type to go on with a study, by the words that it was started with (none: they are not known)."""
    if words[:3] == ["snakemake", "--cores", "1"]:
        places = [] if any(word.partition("=")[0] in _PLACE for word in words) else ["--cores", "all"]
        return shlex.join(["snakemake", *places, *words[3:]])
    return shlex.join(words) if words else "snakemake --cores all"


def to_look(words: Sequence[str], target: str) -> str:
    """What to type to have a look (`status`, `peek`) at a study that was started with these words."""
    if words[:1] == ["snaketune"]:
        return f"snaketune {target}"
    return shlex.join(["snakemake", "--cores", "1", target, *words[3:]])


def _is_once(word: str) -> bool:
    return word.partition("=")[0] in _ONCE or _ONCE_BELOW.fullmatch(word) is not None
