"""A study that is to be written, and its text: YAML with comments, which reads back as the same study."""

import re
import shlex
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from snaketune.config.command import argv_from
from snaketune.errors import ConfigError

__all__ = ["Constant", "Draft", "Parameter", "command_text", "yaml_text"]

_WIDTH = 112  # columns of a comment
_ASIDE = 44  # columns of a value, beyond which a comment stands above it


@dataclass(frozen=True)
class Parameter:
    """A parameter with its form, what stands beside it and, above it, what it is."""

    name: str
    form: Any
    comment: str = ""
    help: str = ""


@dataclass(frozen=True)
class Constant:
    """An option that is left alone, with its default and the reason."""

    name: str
    value: Any
    reason: str


@dataclass
class Draft:
    """A study as it is to be written; `settings` are keys of the top, `objective` those of the objective.

    A comment on a key stands under its name in `comments` (`objective.metric`).
    """

    study: str
    head: Sequence[str]
    objective: Mapping[str, Any]
    space: Sequence[Parameter]
    search: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    constants: Sequence[Constant] = ()
    asides: Sequence[str] = ()  # lines in comments at the end of the objective
    comments: Mapping[str, str] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, Any]:
        """The configuration that the text means."""
        space = {parameter.name: parameter.form for parameter in self.space}
        return {"study": self.study, **self.settings, "objective": {**self.objective}, "space": space,
                "search": {**self.search}}  # fmt: skip

    @property
    def text(self) -> str:
        """The YAML text."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield from (f"# {_plain(line)}".rstrip() for line in self.head)
        yield f"study: {yaml_text(self.study)}"
        for key, value in self.settings.items():
            yield from self._line(key, value, "", key)
        yield ""
        yield "objective:"
        for key, value in self.objective.items():
            yield from self._line(key, value, "  ", f"objective.{key}")
        for aside in self.asides:
            yield f"  # {_plain(aside)}"
        yield ""
        yield "space:"
        for parameter in self.space:
            if parameter.help:
                yield from _commented(parameter.help, "  ")
            yield from _with_comment(
                f"  {yaml_text(parameter.name)}: {yaml_text(parameter.form)}", parameter.comment, "  "
            )
        if self.constants:
            yield "  # Left alone, so that the program's own values hold; take a line in to pass it on:"
            for constant in self.constants:
                value = "" if constant.value is None else yaml_text(constant.value)
                yield f"  # {constant.name}: {_plain(value)}".rstrip() + f"    # {_plain(constant.reason)}"
        yield ""
        yield "search:"
        for key, value in self.search.items():
            yield from self._line(key, value, "  ", f"search.{key}")

    def _line(self, key: str, value: Any, indent: str, place: str) -> Iterator[str]:
        yield from _with_comment(f"{indent}{key}: {yaml_text(value)}", self.comments.get(place, ""), indent)


def command_text(words: Sequence[str]) -> str | list[str]:
    """A command as it stands in a study: one line as it would be typed, or a list of words where that would not do."""
    line = " ".join(word if re.fullmatch(r"[\w{}.=:/@%+,-]+", word) else shlex.quote(word) for word in words)
    try:
        return line if line.isprintable() and argv_from(line) == list(words) else list(words)
    except ConfigError:
        return list(words)


def yaml_text(value: Any) -> str:
    """A value as YAML on one line."""
    import yaml

    class Flat(yaml.SafeDumper):
        """Writes a list that stands twice twice."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    options: dict[str, Any] = {"Dumper": Flat, "width": sys.maxsize, "allow_unicode": True, "default_flow_style": True}
    options["sort_keys"] = False
    text: str = yaml.dump(value, **options).removesuffix("\n...\n").removesuffix("\n")
    # What has line breaks or marks that no terminal shows goes in double quotes, with escapes.
    if not text.isprintable():
        text = yaml.dump(value, **options | {"default_style": '"', "allow_unicode": False}).removesuffix("\n")
    return text


def _with_comment(line: str, comment: str, indent: str) -> Iterator[str]:
    comment = _plain(comment)
    if comment and len(line) + len(comment) > _WIDTH:
        yield from _commented(comment, indent)
        comment = ""
    yield f"{line:<{_ASIDE}}  # {comment}" if comment else line


def _commented(text: str, indent: str) -> Iterator[str]:
    for line in textwrap.wrap(_plain(text), _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False) or [
        ""
    ]:
        yield f"{indent}# {line}".rstrip()


def _plain(text: str) -> str:
    """A text on one line, with nothing that would end a comment."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
