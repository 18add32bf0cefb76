"""Errors that a user caused: each says where, what was found, what is allowed and what to do."""

import difflib
import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from snaketune.values import cut

__all__ = ["ConfigError", "Mistakes", "StudyError", "did_you_mean"]


# What a message shows at most, however long the values in it are: characters of a word, of a line and in all, words of
# a list, lines.
_WORD, _LINE, _WHOLE, _LISTED, _LINES = 250, 1000, 16_000, 30, 40


class StudyError(Exception):
    """A mistake or a state of the study that the user has to mend; its text is all that they need to see."""

    def __str__(self) -> str:
        return _bounded(super().__str__())


class ConfigError(StudyError):
    """One or more mistakes in the configuration.

    `problems` is a list of `(path, message)`; `path` is the key's place in the configuration, such as
    `space.lr.low` or `searches.grid.space`.
    """

    def __init__(self, path: str, message: str):
        super().__init__()
        self.problems: list[tuple[str, str]] = [(path, message)]

    @classmethod
    def of(cls, problems: Iterable[tuple[str, str]]) -> "ConfigError":
        """One error that carries several problems; `problems` holds at least one."""
        first, *others = problems
        error = cls(*first)
        error.problems += others
        return error

    def under(self, prefix: str) -> "ConfigError":
        """The same problems with `prefix` put before every path."""
        return ConfigError.of((f"{prefix}.{path}" if path else prefix, text) for path, text in self.problems)

    def __str__(self) -> str:
        return _bounded("\n".join(f"{path}: {text}" if path else text for path, text in self.problems))


class Mistakes:
    """Collects the mistakes in a configuration, so that a user is told all of them at once."""

    def __init__(self) -> None:
        self._problems: list[tuple[str, str]] = []

    def attempt(self, build: Callable[..., Any], *arguments: object) -> Any:
        """What `build` makes; None, and its mistakes are noted, if it raises a ConfigError."""
        try:
            return build(*arguments)
        except ConfigError as error:
            self._problems += error.problems
            return None

    def end(self) -> None:
        """Raises a ConfigError if there were mistakes, each of them once."""
        if self._problems:
            raise ConfigError.of(dict.fromkeys(self._problems))


def did_you_mean(word: object, allowed: Iterable[str]) -> str:
    """A sentence that names the nearest allowed word and all of them, to end an error message with."""
    words = sorted({str(w) for w in allowed})
    near = difflib.get_close_matches(str(word)[:_WORD], words, n=1, cutoff=0.6)
    hint = f" Did you mean '{cut(near[0], _WORD // 4)}'?" if near else ""
    shown = ", ".join(cut(each, _WORD // 4) for each in words[:_LISTED])
    more = f" and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
    return f"{hint} Allowed: {shown}{more}." if words else hint


def _bounded(text: str) -> str:
    """A message whose long words and lines have lost their middle, and a long list of lines its end."""
    lines = text.split("\n")
    shown = [cut(re.sub(rf"\S{{{_WORD + 1},}}", _cut_word, line), _LINE) for line in islice(lines, _LINES)]
    more = [f"… and {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return cut("\n".join([*shown, *more]), _WHOLE)


def _cut_word(found: re.Match[str]) -> str:
    return cut(found[0], _WORD)
