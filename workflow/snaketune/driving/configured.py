"""The study that a configuration file describes, read and checked as the workflow will do it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from snaketune.config import read_study, with_command_line
from snaketune.config.preflight import preflight
from snaketune.config.study import Study
from snaketune.errors import StudyError, did_you_mean
from snaketune.layout import Layout
from snaketune.proposing.former_rounds import with_former_rounds
from snaketune.proposing.told import with_told_by_now

__all__ = ["configured", "raw_configuration"]


def configured(path: Path, entries: Iterable[str], *, cluster: bool) -> tuple[Study, Layout]:
    """The study of a configuration file with values `name=value` of the command line, and where its results lie.

    Raises:
        StudyError: with all that is wrong with the configuration, or certain to fail in every run.
    """
    raw = raw_configuration(path)
    try:
        study = read_study(with_command_line(raw, entries), Path.cwd())
        preflight(study, Path.cwd(), remote=cluster)
    except StudyError as error:
        mistakes = str(error).replace("\n", "\n  ")
        raise StudyError(f"{path} can't be used:\n  {mistakes}") from None
    layout = Layout(Path("results", study.name))
    return with_told_by_now(with_former_rounds(study, layout), layout), layout


def raw_configuration(path: Path) -> dict[str, Any]:
    """What a configuration file holds.

    Raises:
        StudyError: there is no such file, it can't be read, or it is no YAML mapping.
    """
    import yaml

    try:
        found = yaml.safe_load(path.read_bytes())
    except FileNotFoundError:
        near = (file.name for suffix in ("*.yaml", "*.yml") for file in path.parent.glob(f"[!.]{suffix}"))
        raise StudyError(f"There is no file {path}.{did_you_mean(path.name, near)}") from None
    except OSError as error:
        raise StudyError(f"{path} can't be read: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise StudyError(f"{path}{where}: no valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise StudyError(f"{path} is no valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise StudyError(f"{path} describes no study: it must hold keys such as 'study:', 'objective:' and 'space:'")
    return found
