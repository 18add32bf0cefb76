"""The command that goes on with a study."""

from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["command_again", "command_with"]

_FOUND_BY_ITSELF = ("Snakefile", "snakefile", "workflow/Snakefile", "workflow/snakefile")
_ONCE = {"retry", "studies"}  # options that ask for something to be done, which is done


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
    if lasting := [value for value in values if value.partition("=")[0] not in _ONCE]:
        words += ["--config", *lasting]
    if methods := sorted(deployment):
        words += ["--software-deployment-method", *methods]
    return words


def command_with(command: Sequence[str], setting: str) -> list[str]:
    """The words of a Snakemake command with one more `name=value` of --config, in the place of an earlier one."""
    words = [word for word in command if not word.startswith(setting.partition("=")[0] + "=")]
    # Snakemake minds the last --config alone.
    places = [i for i, word in enumerate(words) if word in ("--config", "-C")]
    if places:
        return [*words[: places[-1] + 1], setting, *words[places[-1] + 1 :]]
    return [*words, "--config", setting]
