"""Looks at what a study's runs would start, and says what can't work."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from snaketune.config.exports import FORMATS
from snaketune.config.preflight.argparse_options import argparse_options
from snaketune.config.preflight.click_options import click_options, typer_options
from snaketune.config.preflight.function import function_problems
from snaketune.config.preflight.given import given_options
from snaketune.config.preflight.imports import missing_imports, missing_module, on_python_path
from snaketune.config.preflight.options import Options
from snaketune.config.preflight.program import Program
from snaketune.config.study import Search, Study
from snaketune.errors import ConfigError, did_you_mean
from snaketune.files import is_there
from snaketune.samplers.libraries import missing
from snaketune.samplers.registry import strategy_named

__all__ = ["Finding", "findings", "preflight", "script_options"]

_LARGEST = 400_000  # bytes of a script: to read a larger one takes too long


@dataclass(frozen=True)
class Finding:
    """What is wrong, and with which key; `certain` if every run of some search fails by it."""

    path: str
    text: str
    certain: bool = True


def preflight(study: Study, root: Path, *, remote: bool) -> None:
    """Says what looks wrong with a study's program; `remote`: its runs start on other machines than this one.

    Raises:
        ConfigError: with all that is certain to fail.
    """
    found = dict.fromkeys(findings(study, root, remote=remote))
    for finding in (finding for finding in found if not finding.certain):
        print(f"[snaketune] warning: {finding.path}: {finding.text}", file=sys.stderr)
    if certain := [(finding.path, finding.text) for finding in found if finding.certain]:
        raise ConfigError.of(certain)


def findings(study: Study, root: Path, *, remote: bool) -> Iterator[Finding]:
    """All that is found."""
    for search in study.searches.values():
        if lacking := missing(strategy_named(search.strategy).needs(search.options)):
            yield Finding(f"searches.{search.name}", lacking)
    for wanted in study.exports.wanted:
        if lacking := missing(FORMATS[wanted.form].libraries):
            yield Finding("exports", f"{wanted.form} {lacking}")
    if study.run_spec.function:
        yield from _of_function(study, root)
    elif not study.run_spec.isolated:
        yield from _of_command(study, root, remote=remote)


def _of_function(study: Study, root: Path) -> Iterator[Finding]:
    file, _, name = (study.run_spec.function or "").rpartition(":")
    tree = _tree_of(root / file) if file.endswith(".py") else None
    if isinstance(tree, SyntaxError):
        yield Finding("objective.function", _syntax(file, tree), certain=not study.run_spec.isolated)
    elif tree:
        if not study.run_spec.isolated:
            places = on_python_path(root / (study.run_spec.workdir or ""), study.run_spec.env)
            for text in missing_imports(tree, file, [(root / file).parent, *places]):
                yield Finding("objective.function", text)
        for search in study.searches.values():
            sometimes = {name for axis in search.space.axes if axis.condition for name in axis.names}
            for text, certain in function_problems(tree, name, set(search.space.parameters) - sometimes, sometimes):
                yield Finding("objective.function", text, certain)


def _of_command(study: Study, root: Path, *, remote: bool) -> Iterator[Finding]:
    spec = study.run_spec
    program = Program(spec.argv or [], root / (spec.workdir or ""), spec.env)
    if problem := program.problem():
        # What is on the PATH of a cluster's nodes is not known here.
        yield Finding("objective.command", problem, certain=not remote or "/" in program.name)
        return
    if problem := program.script_problem():
        yield Finding("objective.command", problem)
        return
    places = on_python_path(program.folder, spec.env)
    if program.module and program.is_python and (problem := missing_module(program.module, [program.folder, *places])):
        yield Finding("objective.command", problem)
    script = _script_of(program)
    tree = _tree_of(script) if script else None
    if isinstance(tree, SyntaxError):
        yield Finding("objective.command", _syntax(str(program.script), tree), certain=program.is_python)
    elif script and tree:
        if program.is_python:
            for text in missing_imports(tree, script.name, [script.parent, *places]):
                yield Finding("objective.command", text)
        for search in study.searches.values():
            yield from _of_options(study, search, program, tree, script.name)


def _of_options(study: Study, search: Search, program: Program, tree: ast.Module, script: str) -> Iterator[Finding]:
    """Options that the script does not have, and those that it can't do without."""
    overrides = study.final.overrides if study.final else ()
    given = given_options(program.arguments, study.run_spec, search.space, overrides)
    options = script_options(tree)
    if not given or not options:
        return
    long = sorted(name for name in options.names if name.startswith("--"))
    for option in given.written:
        if option.startswith("--") and not options.knows(option):
            yield Finding("objective.command", f"{script} has no option {option}.{did_you_mean(option, long)}")
    for option, parameter in given.parameters.items():
        if not options.knows(option):
            yield Finding(
                f"space.{parameter}",
                f"{script} has no option {option}.{did_you_mean(option, long)} Rename the parameter, or place it in "
                f"objective.command, as in --name {{{parameter}}}",
            )
    for names in options.lacking(given.all):
        yield Finding(
            "objective.command",
            f"{script} needs {names[0]}, which neither the command nor a parameter gives; a constant of the space will "
            f"do, {names[0].lstrip('-')}: VALUE",
        )


def script_options(tree: ast.Module) -> Options | None:
    """The options of a script's command line, None if they can't all be seen."""
    return argparse_options(tree) or click_options(tree) or typer_options(tree)


def _script_of(program: Program) -> Path | None:
    """The file with the program's Python, if it is one file that is to be found."""
    if program.script:
        path = program.folder / program.script
        return path if path.suffix == ".py" and is_there(path) else None
    if program.found and program.name.endswith(".py"):
        return Path(program.found)
    return None


def _tree_of(path: Path) -> ast.Module | SyntaxError | None:
    """The syntax tree of a file, or why it has none; None if it can't be read, or is too large."""
    try:
        return ast.parse(path.read_bytes()) if path.stat().st_size <= _LARGEST else None
    except SyntaxError as error:
        return error
    except (OSError, ValueError, RecursionError, MemoryError):
        return None


def _syntax(name: str, error: SyntaxError) -> str:
    return f"{name} is no Python that can be read: {error.msg} (line {error.lineno})"
