"""Which words of a command line are SnakeTune's, which the script's, and which Snakemake's."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from snaketune.errors import StudyError
from snaketune.sweeping.option import Interface

__all__ = ["Divided", "check_doubtful", "divided"]

SCRIPT, SNAKEMAKE = ":", "--"


class Divided(NamedTuple):
    """Our options, the script (None: none), what is typed behind it, what goes to it in any case, and the rest.

    `doubtful` are those of our options that were found behind the script.
    """

    own: list[str]
    target: str | None
    words: list[str]
    as_they_are: list[str]
    snakemake: list[str]
    doubtful: list[str]


def divided(words: Sequence[str], before: Mapping[str, bool], behind: Sequence[str]) -> Divided:
    """Divides the words of a command line.

    Before the script all options are ours: those in `before`, with whether they take a value. Behind it those in
    `behind` are; what follows a lone `:` goes to the script as it is, what follows `--` to Snakemake.

    Raises:
        StudyError: an option of ours lacks its value.
    """
    found = Divided([], None, [], [], [], [])
    target: str | None = None
    i = 0
    while i < len(words):
        word = words[i]
        i += 1
        name, equals, _ = word.partition("=")
        if word == SNAKEMAKE:
            found.snakemake.extend(words[i:])
            break
        if word == SCRIPT and target is not None:
            found.as_they_are.extend(words[i:])
            break
        if target is None and (not word.startswith("-") or word == "-"):
            target = word
        elif target is None or name in behind:
            found.own.append(word)
            if target is not None:
                found.doubtful.append(name)
            if before.get(name) and not equals:
                if i == len(words) or words[i] in (SCRIPT, SNAKEMAKE):
                    raise StudyError(f"{name} needs a value")
                found.own.append(words[i])
                i += 1
        else:
            found.words.append(word)
    return found._replace(target=target)


def check_doubtful(line: Divided, interface: Interface | None, script: str) -> None:
    """Raises a StudyError for an option behind the script that is one of ours and one of the script's."""
    known = {name for option in (interface.options if interface else ()) for name in option.names}
    for name in line.doubtful:
        if name in known and name != "--help":
            raise StudyError(
                f"both SnakeTune and {script} have an option {name}: write it before {script} if it is SnakeTune's, "
                f"behind a lone ':' at the end if it is the script's ({script} … : {name} VALUE)"
            )
