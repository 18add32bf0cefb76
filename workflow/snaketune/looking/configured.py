"""A trial's configuration, in the forms that programs and shells take."""

import re
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from snaketune.config.preflight.program import Program
from snaketune.config.study import Study
from snaketune.errors import StudyError
from snaketune.looking.seen import Seen, of_search
from snaketune.results.best import best_yaml
from snaketune.results.runs import RunResult, read_run
from snaketune.results.study import StudyResults
from snaketune.runner.command import fill
from snaketune.runner.configuration import merge
from snaketune.sums import DamagedFile, read_whole
from snaketune.values import text

__all__ = ["arguments_of", "as_environment", "best_text", "configuration", "files_named", "first_run"]

_NO_NAME = re.compile(r"[^0-9A-Za-z_]")


def best_text(seen: Seen, search: str | None) -> str:
    """The text of best.yaml, of the study or a search: as the file has it if that holds, else of what there is so far.

    (What the model of a Bayesian search believes best is in the file alone.)
    """
    if seen.finished:
        with suppress(FileNotFoundError, DamagedFile):
            return read_whole(seen.results.layout.file("best.yaml", search))
    results = of_search(seen.results, search)
    return best_yaml(results.trials, results.study, " and ".join(results.searches), incomplete=results.incomplete)


def configuration(params: Mapping[str, object], study: Study) -> dict[str, object]:
    """The base configuration with a trial's parameters in it, as best.yaml has it."""
    return merge(study.run_spec.base_config or {}, params)


def first_run(results: StudyResults, trial: str) -> RunResult | None:
    """The first of the runs that have trained a trial furthest; None if it has none that can be read."""
    for run in results.furthest_runs.get(trial, ()):
        with suppress(FileNotFoundError, DamagedFile):
            return read_run(results.store, results.study, trial, run)
    return None


def arguments_of(run: RunResult | None, params: Mapping[str, object], study: Study) -> list[str]:
    """The words that the program was called with, behind the program and its script.

    A function is called without any, and of results that were imported no command is known: then they are the
    parameters as a program would be given them by itself.
    """
    command = run.record.command if run else None
    if command is None or study.run_spec.function is not None:
        return fill([], dict(sorted(params.items())), flags=True)
    program = Program(command, Path.cwd(), {})
    return list(program.arguments if program.script or program.module else command[1:])


def files_named(words: Sequence[str], folder: Path) -> list[str]:
    """The words that name something in a run's own folder, which the program would write over."""
    return [word for word in words if f"{folder.as_posix()}/" in f"{word}/"]


def as_environment(params: Mapping[str, object]) -> list[str]:
    """A line NAME=value for each parameter, quoted for a shell; what a name of a variable can't have is an underscore.

    Raises:
        StudyError: two parameters come to the same name.
    """
    names: dict[str, str] = {}
    for name in params:
        variable = _NO_NAME.sub("_", name)
        variable = f"_{variable}" if variable[0].isdigit() else variable
        if variable in names:
            raise StudyError(f"{names[variable]} and {name} would both be the variable {variable}; use --format json")
        names[variable] = name
    return [f"{variable}={shlex.quote(text(params[name]))}" for variable, name in names.items()]
