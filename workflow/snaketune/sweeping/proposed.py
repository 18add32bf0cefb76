"""The study that is proposed for a script, from what it takes on its command line."""

import ast
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from snaketune.errors import StudyError
from snaketune.space.grammar import is_expression
from snaketune.sweeping.asked import Asked
from snaketune.sweeping.divided import Divided, check_doubtful
from snaketune.sweeping.draft import Constant, Draft, Parameter
from snaketune.sweeping.help_text import help_interface
from snaketune.sweeping.interface import hydra_config
from snaketune.sweeping.metrics import goal
from snaketune.sweeping.option import UNKNOWN, Interface, Option
from snaketune.sweeping.program import Program, program_of
from snaketune.sweeping.ranges import guessed
from snaketune.sweeping.seen import Seen
from snaketune.sweeping.sweep import objective_of
from snaketune.sweeping.typed import Typed, typed
from snaketune.values import problem_with

__all__ = ["head_of", "proposals", "proposed", "without_form"]

_SEEDS = ("seed", "random-seed", "random_seed", "random-state", "random_state")
_LENGTHS = re.compile(r"(?:num_|n_|max_)?(?:epochs?|steps|iterations|iters|rounds|trees)\Z")
_NAME = re.compile(r"[^\W\d]\w*([.-]\w+)*\Z")


def proposed(
    target: str, line: Divided, asked: Asked, root: Path, *, file: str | None = None, from_help: bool = False
) -> Draft:
    """The study for the program `target`; what is typed behind it are constants and ranges that are given already.

    `file` is where it is to be written, by default a file with the study's name; `from_help`: its options are read from
    what it prints for --help.

    Raises:
        StudyError: its options can't be read, it needs something that is not given, or there is nothing to search.
    """
    words = line.words
    program = program_of(target, words, root)
    seen = Seen(program)
    interface = help_interface(program) if from_help else _interface(seen, program)
    _check_command(interface, program)
    check_doubtful(line, interface, program.shown)
    found = typed(program.arguments, line.as_they_are, interface)
    left = [it for it in interface.options if it.name not in interface.before and not found.takes(it)]
    forms, constants = proposals(left)
    _check_needs(interface, found, forms, shlex.join([target, *words]), program.shown)
    placed = [
        word
        for option, parameter in forms
        if option.shown[:2] != "--"
        for word in (option.shown, f"{{{parameter.name}}}")
    ]
    carries = [] if "{args}" in found.words else ["{args}"]
    space = [Parameter(name, form, "as given") for name, form in found.space.items()] + [form for _, form in forms]
    if not space:
        alone = f" (left alone: {without_form(constants)})" if constants else ""
        raise StudyError(
            f"{program.shown} has no option that could be searched{alone}: say which, as in "
            f'snaketune run {target} --lr "loguniform(1e-5, 1e-1)"'
        )
    wanted = goal(seen.metrics, program.shown, asked.metric, asked.direction)
    objective, comments = objective_of(program, [*found.words, *placed, *carries, *asked.budget_words], wanted, asked)
    name = asked.study or program.label
    return Draft(
        name,
        head_of(file or f"{name}.yaml", f"{program.shown} ({interface.reader})"),
        objective,
        space,
        asked.search(),
        settings={} if asked.seed is None else {"seed": asked.seed},
        constants=constants,
        asides=[*_asides(left)],
        comments=comments,
    )


def head_of(file: str, source: str) -> list[str]:
    """The first lines of a study in `file`, which say what it was made of and what to type next."""
    return [
        f"Proposed by snaketune init from the options of {source}: look at the ranges, they are guesses.",
        f"snaketune plan {file}    what would run",
        f"snaketune run {file}     runs it; again: goes on with what is missing",
    ]


def proposals(options: Iterable[Option]) -> tuple[list[tuple[Option, Parameter]], list[Constant]]:
    """What is searched of options, each with its parameter, and what is left alone."""
    forms: list[tuple[Option, Parameter]] = []
    constants = []
    for option in options:
        if option.positional:
            continue
        form, reason = guessed(option)
        name = option.name
        short_flag = option.flag and not option.shown.startswith("--")
        if form is None or not _NAME.match(name) or short_flag:
            constants.append(Constant(name, _as_constant(_shown(option.default)), reason))
            continue
        if option.flag and option.off and option.default is True:
            name, reason = option.off.lstrip("-"), "a flag, given or not; it is on by default"
        default = _shown(option.default)
        said = reason if default is None or option.flag else f"{reason}; default {default}"
        forms.append((option, Parameter(name, form, said, option.help)))
    return forms, constants


def without_form(constants: Sequence[Constant]) -> str:
    """The names of what is left alone, for a message."""
    return ", ".join(constant.name for constant in constants[:8])


def _shown(default: Any) -> Any:
    return None if default is UNKNOWN or problem_with(default) else default


def _as_constant(default: Any) -> Any:
    """A default as a parameter that has no other value: a list of one list, a text that looks like a form as it is."""
    if isinstance(default, list):
        return [default]
    return {"type": "constant", "value": default} if isinstance(default, str) and is_expression(default) else default


def _interface(seen: Seen, program: Program) -> Interface:
    """What the script's text says of its options."""
    script = program.shown
    if seen.tree is None:
        raise StudyError(
            f"{script} is no Python whose options could be read from its text: --from-help reads what it prints for "
            f'--help (which runs it), or name them yourself: snaketune run {script} --lr "loguniform(1e-5, 1e-1)"'
        )
    if config := hydra_config(seen.tree):
        place = Path(script).parent / config
        raise StudyError(
            f"{script} takes its configuration by Hydra: snaketune init {place} "
            f'--command "python {script} {{overrides}}"'
        )
    if seen.interface is None:
        argv = any(isinstance(node, ast.Attribute) and node.attr == "argv" for node in ast.walk(seen.tree))
        by_place = (
            "reads sys.argv itself" if argv else "reads no options that its text shows (argparse, click, typer, …)"
        )
        raise StudyError(
            f"{script} {by_place}: name what is searched where you would type it, as in snaketune run {script} "
            '"loguniform(1e-5, 1e-1)" or --lr "[0.1, 0.01]"; --from-help reads what it prints for --help'
        )
    return seen.interface


def _check_command(interface: Interface, program: Program) -> None:
    if interface.commands and interface.command is None:
        commands = ", ".join(interface.commands)
        raise StudyError(
            f"{program.shown} has the sub-commands {commands}: say which, snaketune init {program.shown} "
            f"--subcommand {interface.commands[0]}"
        )


def _check_needs(
    interface: Interface, found: Typed, forms: Sequence[tuple[Option, Parameter]], line: str, script: str
) -> None:
    """Raises a StudyError for what the script needs and nothing gives."""
    places = [option for option in interface.options if option.positional and option.required]
    lacking = places[max(0, len(found.placed) - (1 if interface.command else 0)) :]
    given = {option for option, _ in forms}
    lacking += [
        option
        for option in interface.options
        if option.required and not option.positional and option not in given and not found.takes(option)
    ]
    if lacking:
        words = " ".join(option.shown.upper() if option.positional else f"{option.shown} VALUE" for option in lacking)
        what = ", ".join(option.shown.upper() if option.positional else option.shown for option in lacking)
        raise StudyError(f"{script} needs {what}: snaketune init {line} {words}")


def _asides(options: Iterable[Option]) -> Iterator[str]:
    for option in options:
        if option.name in _SEEDS and not option.positional:
            yield f"seed_flag: {option.shown}    # take this line in, and every run gets a seed of its own"
        elif _LENGTHS.match(option.name.replace("-", "_")) and option.kind == "int" and not option.positional:
            yield (
                f"Bad trials can end early: {option.shown} {{budget}} in the command, and below strategy: hyperband "
                f"with budget: {{name: {option.name.replace('-', '_')}, min: 1, max: {_length(option.default)}}} "
                "(instead of n_trials)"
            )


def _length(default: Any) -> int:
    return default if isinstance(default, int) and not isinstance(default, bool) and default > 1 else 27
