"""The study that a command means: `snaketune run train.py --lr "loguniform(1e-5, 1e-1)"`."""

import difflib
import shlex
from collections.abc import Sequence
from pathlib import Path

from snaketune.config.preflight.check import script_options
from snaketune.errors import StudyError, did_you_mean
from snaketune.space import space_from_config
from snaketune.space.grammar import is_expression
from snaketune.sweeping.asked import Asked
from snaketune.sweeping.divided import Divided, check_doubtful
from snaketune.sweeping.draft import Draft, Parameter, command_text
from snaketune.sweeping.metrics import Goal, goal
from snaketune.sweeping.program import Program, program_of
from snaketune.sweeping.ranges import guessed
from snaketune.sweeping.seen import Seen
from snaketune.sweeping.typed import Typed, literal, typed

__all__ = ["objective_of", "swept"]


def swept(target: str, line: Divided, asked: Asked, root: Path, said: str) -> Draft:
    """The study of a sweep of the program `target` with what is typed behind it; `said` is the command, for its head.

    Raises:
        StudyError: with what is wrong with the command, or can't be known.
    """
    program = program_of(target, line.words, root)
    seen = Seen(program)
    check_doubtful(line, seen.interface, program.shown)
    found = typed(program.arguments, line.as_they_are, seen.interface)
    search = asked.search()
    _check_options(seen, found, asked)
    _check_swept(found, seen)
    wanted = goal(seen.metrics, program.shown, asked.metric, asked.direction)
    objective, comments = objective_of(program, [*found.words, *asked.budget_words], wanted, asked)
    name = asked.study or program.label
    return Draft(
        name,
        [
            f"Written by: {said}",
            f"It is yours to edit; `snaketune run {name}.yaml` goes on with it, and runs only what is missing.",
        ],
        objective,
        [Parameter(name, form, _said_of(form)) for name, form in found.space.items()],
        search,
        settings={} if asked.seed is None else {"seed": asked.seed},
        comments=comments,
    )


def objective_of(
    program: Program, words: Sequence[str], wanted: Goal, asked: Asked
) -> tuple[dict[str, object], dict[str, str]]:
    """The key `objective` of a study, and the comments on it."""
    objective: dict[str, object] = {
        "command": command_text([*map(literal, program.words), *words]),
        "metric": wanted.metric,
        "direction": wanted.direction,
    }
    if wanted.pattern:
        objective["metrics"] = [wanted.metric]
    if asked.timeout:
        objective["timeout"] = asked.timeout
    about, by_name = (wanted.reason.rpartition("; ")[::2]) if wanted.reason else ("", "")
    comments = {"objective.metric": about, "objective.direction": by_name}
    if "{args}" in words:
        comments["objective.command"] = "{args}: the parameters below, as --name value"
    if wanted.pattern:
        comments["objective.metrics"] = f"read from lines such as {wanted.metric}: 0.5"
    return objective, comments


def _said_of(form: object) -> str:
    """What a reader of the file should know of a form."""
    if isinstance(form, str) and is_expression(form):
        parameter = space_from_config({"x": form}, seed=0).parameters["x"]
        if parameter.levels and not form.startswith(
            ("(", "choice", "Categorical", "range", "linspace", "geomspace", "logspace")
        ):
            return f"{len(parameter.levels)} values, drawn once from the seed; without the last number it is a range"
    return ""


def _check_options(seen: Seen, found: Typed, asked: Asked) -> None:
    """Raises a StudyError for an option that the script does not have, or one that it needs and is not given."""
    options = script_options(seen.tree) if seen.tree else None
    if options is None:
        return
    script = seen.program.shown
    given = [*found.given, *asked.budget_words[:1]]
    for option in given:
        if option.startswith("--") and not options.knows(option):
            ours = difflib.get_close_matches(
                option, ["--strategy", "--trials", "--metric", "--minimize", "--maximize"], 1
            )
            hint = f" Did you mean SnakeTune's {ours[0]}?" if ours else did_you_mean(option, _long(options.names))
            raise StudyError(f"{script} has no option {option}.{hint}")
    for names in options.lacking(set(given)):
        raise StudyError(f"{script} needs {names[0]}: give it a value, {names[0]} VALUE")


def _long(names: set[str]) -> list[str]:
    return [name for name in names if name.startswith("--")]


def _check_swept(found: Typed, seen: Seen) -> None:
    """Raises a StudyError if no parameter has a range."""
    if found.space:
        return
    script = seen.program.shown
    hint = f" {found.listed} is passed on as it is: a list has brackets." if found.listed else ""
    known = [option.shown for option in (seen.interface.options if seen.interface else ()) if guessed(option).form]
    option = next((name for name in (*found.given, *known) if name.startswith("--")), "--lr")
    raise StudyError(
        f"nothing to search: no option of {script} is given a range or a list.{hint} Write one in quotes, as in "
        f'{option} "loguniform(1e-5, 1e-1)" or {option} "[1, 2, 3]"; snaketune init {shlex.quote(script)} proposes some'
    )
