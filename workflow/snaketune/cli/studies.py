"""Which study a command means: by its name, its folder or its configuration, or the one that is there."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from snaketune.cli.console import notice
from snaketune.errors import StudyError, did_you_mean
from snaketune.layout import Layout

__all__ = ["CONFIGURATIONS", "complete_study", "found", "study_argument", "study_option"]

RESULTS = Path("results")
CONFIGURATIONS = (".yaml", ".yml", ".json")


def found(name: str | None) -> Layout:
    """The study of that name, folder (results/mine) or configuration file; without a name, of those in results/.

    That is the only one, else the one that was used last, which is said.

    Raises:
        StudyError: there is no such study, or it has not begun yet.
    """
    if name is None:
        return _last_used()
    path = Path(name)
    if path.suffix in CONFIGURATIONS and path.is_file():
        root = RESULTS / _named_in(path)
        if not (root / "study.json").is_file():
            raise StudyError(f"The study of {name} has not begun ({root}/ has none): snaketune run {name}")
        return Layout(root)
    for root in (path, RESULTS / name):
        if (root / "study.json").is_file():
            return Layout(root)
    there = [root.name for root in _begun()]
    if not there:
        raise StudyError(f"There is no study '{name}'. {_NONE}")
    raise StudyError(f"There is no study '{name}' in {RESULTS.resolve()}.{did_you_mean(name, there)}")


_NONE = f"No study has begun in this folder ({RESULTS}/ has none); start one with: snaketune run STUDY.yaml"


def _last_used() -> Layout:
    studies = _begun()
    if not studies:
        raise StudyError(_NONE)
    last = max(studies, key=lambda root: (root / "study.json").stat().st_mtime_ns)
    if len(studies) > 1:
        others = ", ".join(root.name for root in studies if root != last)
        notice(f"The study {last.name}, which was used last (there are also {others}; --study names one)")
    return Layout(last)


def _begun() -> list[Path]:
    """The folders of the studies in results/."""
    return sorted(path.parent for path in RESULTS.glob("*/study.json"))


def _named_in(path: Path) -> str:
    """The name of the study that a configuration file describes."""
    import yaml

    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} can't be read as YAML: {' '.join(str(error).split())}") from None
    name = config.get("study") if isinstance(config, dict) else None
    if not isinstance(name, str) or not name or "/" in name:
        raise StudyError(f"{path} names no study: the key 'study' is missing (study: mine)")
    return name


def complete_study(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of studies that begin so, for the shell."""
    return [root.name for root in _begun() if root.name.startswith(incomplete)]


def study_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option `--study`, as `study`: a text for `found`, or None."""
    return click.option(
        "--study", "-s", metavar="STUDY", shell_complete=complete_study,
        help="The study: its name, its folder or its configuration file.",
    )(command)  # fmt: skip


def study_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command that has no other argument the study as one, or by `--study`; both as `study`."""

    @functools.wraps(command)
    def with_study(*arguments: Any, named: str | None, study: str | None, **options: Any) -> Any:
        return command(*arguments, study=study or named, **options)

    argument = click.argument("named", metavar="[STUDY]", required=False, shell_complete=complete_study)
    return study_option(argument(with_study))
