"""Checks how a command passes the parameters on, before anything runs. The runner fills the places in."""

import re
import shlex
from collections.abc import Iterable, Mapping

from snaketune.errors import ConfigError, did_you_mean
from snaketune.runner.command import PLACEHOLDER

__all__ = ["OF_BUDGETS", "WORDS", "argv_from", "check_places", "passes_on", "places_in", "wants_flags"]

# Words with a meaning of their own in a command; a parameter of the same name goes before.
_LISTS = ("args", "overrides")
CARRIERS = (*_LISTS, "config", "params")
OF_BUDGETS = ("budget", "from_budget", "max_budget", "previous")  # where runs have budgets
WORDS = (
    *CARRIERS, "metrics", "history", "dir", "checkpoint", "resume", "seed", "fold", "n_folds", "trial", "run", "study",
    *OF_BUDGETS,
)  # fmt: skip
_SHELL_MARKS = {"|", "||", "&&", ";", "&", ">", ">>", "<", "2>", "2>&1"}
_INTERPRETERS = re.compile(r"(ba|da|z|k|c|tc|fi)?sh|python[\d.]*|perl|ruby|node|Rscript|julia")
_INLINE = re.compile(r"-[a-zA-Z]*[ceE]")


def argv_from(command: str | list[str]) -> list[str]:
    """The command as a list of words, quotes read as a shell would read them; no shell is used.

    Raises:
        ConfigError: an open quote, an empty command, a shell's operators.
    """
    try:
        argv = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError as error:
        raise ConfigError("objective.command", f"can't be split into words: {error}") from None
    if not argv or not argv[0]:
        raise ConfigError("objective.command", "names no program")
    marks = [word for word in argv if word in _SHELL_MARKS]
    if marks and isinstance(command, str):
        raise ConfigError(
            "objective.command",
            f"'{marks[0]}' has no meaning here, since no shell runs the command; "
            "name one: bash -c '…' _ {args}, with the parameters as \"$@\" in the script",
        )
    return argv


def places_in(argv: Iterable[str]) -> list[str]:
    """The names in braces, in order; doubled braces are literal and a lone brace is left as it is."""
    return [place[2] for word in argv for place in PLACEHOLDER.finditer(word) if place[2]]


def wants_flags(argv: Iterable[str], parameters: Iterable[str]) -> bool:
    """Whether parameters are appended as flags: the command itself places none of them."""
    return not set(places_in(argv)) & {*parameters, *CARRIERS}


def passes_on(argv: Iterable[str], parameters: Iterable[str], names: Iterable[str]) -> bool:
    """Whether parameters called `names` reach the program: it places each of them, or takes all that is left."""
    places = set(places_in(argv))
    return wants_flags(argv, parameters) or bool(places & set(CARRIERS)) or set(names) <= places


def check_places(argv: list[str], parameters: set[str], conditional: set[str], unset: Mapping[str, str]) -> None:
    """Checks that every place has a meaning and that every parameter reaches the program.

    `unset` are the known words that have no value in this study, each with the reason.

    Raises:
        ConfigError: an unknown name, a parameter that is not passed on, a conditional one placed by name, a value
            that would become part of a script.
    """
    places = set(places_in(argv))
    problems = []
    for name in sorted(places - parameters - set(WORDS)):
        problems.append(
            f"{{{name}}} is neither a parameter nor a known word.{did_you_mean(name, [*parameters, *WORDS])}"
            f" Write {{{{{name}}}}} for literal braces."
        )
    for name in sorted((places & set(unset)) - parameters):
        problems.append(f"{{{name}}} has no value in this study: {unset[name]}")
    for name in _LISTS:
        if name not in parameters and any(name in places_in([word]) and word != f"{{{name}}}" for word in argv):
            problems.append(f"{{{name}}} stands for several words and can't be a part of one: put spaces around it")
    for name in sorted(places & conditional):
        problems.append(
            f"{{{name}}} is a conditional parameter, absent from some trials, so that it can't be placed by name; "
            "pass it with {args}, {overrides}, {config} or {params}"
        )
    unplaced = sorted(parameters - places)
    if not passes_on(argv, parameters, unplaced):
        names = ", ".join(unplaced)
        problems.append(f"does not pass on {names}: place each as {{{unplaced[0]}}}, or all that is left as {{args}}")
    script = _inline_script(argv)
    if script is not None and places_in([script]):
        name = places_in([script])[0]
        problems.append(
            f"{{{name}}} stands inside a script given on the command line, where a value could be read as code; pass "
            f"it as an argument: bash -c 'program \"$1\"' _ {{{name}}}"
        )
    if problems:
        raise ConfigError.of(("objective.command", problem) for problem in problems)


def _inline_script(argv: list[str]) -> str | None:
    """The script of `bash -c SCRIPT`, `python -c SCRIPT`, `Rscript -e SCRIPT` and the like."""
    for i, word in enumerate(argv):
        if _INTERPRETERS.fullmatch(word.rsplit("/", 1)[-1]):
            for option, following in zip(argv[i + 1 :], [*argv[i + 2 :], ""], strict=True):
                if not option.startswith("-"):
                    break
                if flag := _INLINE.match(option):
                    return option[flag.end() :] or following
    return None
