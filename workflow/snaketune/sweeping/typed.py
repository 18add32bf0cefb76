"""The words typed behind a script: which of them are searched, and how the others stand in the command."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from snaketune.errors import ConfigError
from snaketune.runner.command import PLACEHOLDER
from snaketune.space.forms import parameter_from
from snaketune.space.grammar import is_expression, parse
from snaketune.space.parameters import Parameter
from snaketune.sweeping.option import Interface, Option

__all__ = ["Typed", "literal", "typed"]

_NUMBER = re.compile(r"-\.?\d")
_OPTION = re.compile(r"(--?[^\W\d_][^=\s]*)(=(.*))?\Z", re.DOTALL)
_KEY = re.compile(r"([+]{0,2}[^\W\d][\w.@/-]*)=(.*)\Z", re.DOTALL)
_NAME = re.compile(r"([^\W\d]|[^\x00-\x7f])(\w|[^\x00-\x7f])*([.-](\w|[^\x00-\x7f])+)*\Z")
_COMMAS = re.compile(r"[^\s,\[\](){}]+(,[^\s,\[\](){}]+)+\Z")


@dataclass
class Typed:
    """The words of a command with places for the parameters, and these with their forms, in the order of typing.

    `given` are the options that the words hold, as they were typed, and `placed` how many words are given by their
    place. `listed`: a value that may have been meant as a list.
    """

    words: list[str] = field(default_factory=list)
    space: dict[str, Any] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    listed: str = ""

    def takes(self, option: Option) -> bool:
        """Whether an option is among the words."""
        return any(name in self.given for name in option.names) or option.name in self.space


@dataclass
class _Part:
    """One thing that was typed: constant words, or a parameter with the word in which it would be placed."""

    words: list[str]
    name: str = ""
    option: str = ""
    levels: tuple[Any, ...] = ()
    carried: bool = False  # --name VALUE, which {args} can give
    by_place: bool = False


def typed(words: Sequence[str], as_they_are: Sequence[str] = (), interface: Interface | None = None) -> Typed:
    """What the words behind a script mean; those of `as_they_are` are passed on whatever they look like.

    Raises:
        ConfigError: expressions that can't be read, a parameter that is given twice.
    """
    found = Typed()
    problems: list[tuple[str, str]] = []
    parts = list(_parts(list(words), interface, found, problems))
    parts += [_Part([literal(word)]) for word in as_they_are]
    found.given += [word.partition("=")[0] for word in as_they_are if _OPTION.match(word)]
    if problems:
        raise ConfigError.of(problems)
    _place(parts, found)
    return found


def literal(word: str) -> str:
    """A word of a command that stands for itself: what looks like a place gets doubled braces."""
    return PLACEHOLDER.sub(lambda match: "{{{" + match[1] + "}}}" if match[1] else "{{" + match[2] + "}}", word)


def _parts(
    words: list[str], interface: Interface | None, found: Typed, problems: list[tuple[str, str]]
) -> Iterator[_Part]:
    options = {name: option for option in (interface.options if interface else ()) for name in option.names}
    places = [option for option in (interface.options if interface else ()) if option.positional]
    i = 0
    while i < len(words):
        word = words[i]
        i += 1
        if not _NUMBER.match(word) and (match := _OPTION.match(word)):
            option, value = match[1], match[3]
            found.given.append(option)
            known = options.get(option)
            name = known.name if known else option.lstrip("-")
            takes = not (known and known.flag) or (i < len(words) and is_expression(words[i]))
            if match[2]:
                yield _part(option, name, value, f"{option}=", found, problems)
            elif takes and i < len(words) and not _is_option(words[i]):
                i += 1
                yield _part(option, name, words[i - 1], "", found, problems, words[i:])
            else:
                yield _Part([literal(word)])
        elif match := _KEY.match(word):
            yield _part(match[1], match[1].lstrip("+"), match[2], f"{match[1]}=", found, problems)
        else:
            known = places[len(found.placed)] if len(found.placed) < len(places) else None
            name = known.name if known else f"argument{len(found.placed) + 1}"
            found.placed.append(word)
            part = _part("", name, word, "", found, problems, words[i:])
            part.by_place = True
            yield part


def _is_option(word: str) -> bool:
    return not _NUMBER.match(word) and bool(_OPTION.match(word))


def _part(
    option: str, name: str, value: str, joined: str, found: Typed, problems: list[tuple[str, str]],
    behind: Sequence[str] = (),
) -> _Part:  # fmt: skip
    """The part of an option (or key, or nothing) and its value; a parameter, or what is wrong with it, is noted."""
    if not is_expression(value):
        if _COMMAS.match(value):
            found.listed = f"{option or name} {value}"
        return _Part([literal(f"{joined}{value}")] if joined or not option else [literal(option), literal(value)])
    where = option or value
    parameter, problem = _read(value, behind)
    name = _named(name)
    if problem or parameter is None:
        problems.append((where, problem))
    elif name in found.space:
        problems.append((where, f"is given twice (as the parameter {name})"))
    else:
        found.space[name] = parse(value) if value.lstrip().startswith("[") else value.strip()
    place = f"{{{name}}}"
    words = [f"{literal(joined)}{place}"] if joined or not option else [literal(option), place]
    levels = parameter.levels if parameter else ()
    return _Part(words, name, option, levels, carried=not joined and option == f"--{name}")


def _named(name: str) -> str:
    """A name that a parameter may have, made of an option's or a key's."""
    plain = re.sub(r"[^\w.-]", "_", name)
    plain = re.sub(r"[.-](?=[.-]|\Z)", "_", plain)
    return plain if _NAME.match(plain) else f"p_{plain}"


def _read(value: str, behind: Sequence[str]) -> tuple[Parameter | None, str]:
    """The parameter that an expression is; what is wrong if it is none, with the quotes that it may lack."""
    try:
        return parameter_from(parse(value) if value.lstrip().startswith("[") else value, name="x", seed=0), ""
    except (ConfigError, ValueError) as error:
        for end in range(1, len(behind) + 1):
            whole = " ".join([value, *behind[:end]])
            try:
                parse(whole)
            except ValueError:
                continue
            return None, f'the shell has cut it into several words: quote it, "{whole}"'
        text = str(error).replace(" If it is text: {type: constant, value: …}", "")
        return None, f"{text}. Where it is a text and no range: behind a lone ':' words are passed on as they are"


def _place(parts: Iterable[_Part], found: Typed) -> None:
    """Puts the parts into the command; the last parameters between two words by place are given by {args}.

    What {args} gives may stand in one place only. Behind a sub-command is another place than before it.
    """
    groups: list[list[_Part]] = [[]]
    for part in parts:
        if part.by_place:
            groups += [[part], []]
        else:
            groups[-1].append(part)
    named_so = bool({"args", "overrides"} & set(found.space))
    of_args = max((i for i, group in enumerate(groups) if not named_so and any(it.carried for it in group)), default=-1)
    # A list takes as many words as it can, so that nothing may stand behind it.
    lists = any(isinstance(level, list) for part in groups[of_args] if part.carried for level in part.levels)
    at_the_end = of_args >= 0 and lists
    problems = []
    for i, group in enumerate(groups):
        for part in group:
            if part.carried and i == of_args:
                found.words += ["{args}"] if "{args}" not in found.words and not at_the_end else []
                continue
            if part.name and not part.words[0].endswith(f"={{{part.name}}}") and _not_text(part.levels):
                problems.append(
                    (
                        part.option or part.name,
                        f"true, false, null and lists can't be placed here: write it as --{part.name}, behind the last "
                        "word that is no option",
                    )
                )
            found.words += part.words
    found.words += ["{args}"] if at_the_end else []
    if problems:
        raise ConfigError.of(problems)


def _not_text(levels: Iterable[Any]) -> bool:
    """Whether one of several values has no text of its own as an argument."""
    return any(item is None or isinstance(item, (bool, list, tuple)) for item in levels)
