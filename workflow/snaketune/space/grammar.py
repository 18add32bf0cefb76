"""The one-line forms of a parameter, read by a small grammar of their own: nothing is ever evaluated.

    value := list | tuple | call | string | word
    list  := '[' value* ']'         commas between the items are optional
    tuple := '(' value* ')'
    call  := word '(' (word '=' value | value)* ')'        only as the whole expression

A word that spells a number is that number; `true`, `false`, `null` (and Python's spelling) are what they say; any
other word is a string. In quotes, a backslash stands before a quote, itself, `n` (a new line) or `t` (a tab).
"""

import re
from dataclasses import dataclass
from typing import Any

from snaketune.values import number_from_text

__all__ = ["Call", "is_expression", "parse"]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"""|(?P<mark>[\[\](),=])|(?P<word>[^\s\[\](),='"]+))"""
)
_CALL = re.compile(r"\s*[A-Za-z_][\w.]*\s*\(.*\)\s*\Z", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\'\"nt])")
_ESCAPED = {"n": "\n", "t": "\t"}
_NAMED = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
_DEEPEST = 20
_LONGEST = 100_000


@dataclass(frozen=True)
class Call:
    """A named form such as `loguniform(1e-4, 1e-1)`."""

    name: str
    args: tuple[Any, ...]
    options: dict[str, Any]


def is_expression(text: str) -> bool:
    """Whether a string is meant as a one-line form rather than as a string: a list, a tuple or a call."""
    stripped = text.strip()
    return stripped.startswith(("[", "(")) or bool(_CALL.match(stripped))


def parse(text: str) -> list[Any] | tuple[Any, ...] | Call:
    """The list, tuple or call that `text` spells.

    Raises:
        ValueError: the text does not follow the grammar; the message says where.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"an expression of {len(text)} characters is too long (at most {_LONGEST})")
    reader = _Reader(text)
    value: list[Any] | tuple[Any, ...] | Call = reader.value(0)
    if not reader.at_end():
        raise ValueError(f"unexpected {reader.rest()!r} after the end of the expression")
    return value


class _Reader:
    def __init__(self, text: str):
        self._tokens: list[tuple[str, str]] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if not match:
                raise ValueError(f"can't read {text[position : position + 20]!r}: is a quote left open?")
            kind = match.lastgroup or ""
            self._tokens.append((kind, match[kind]))
            position = match.end()
        self._next = 0

    def at_end(self) -> bool:
        return self._next >= len(self._tokens)

    def rest(self) -> str:
        return " ".join(token for _, token in self._tokens[self._next :])[:40]

    def _is(self, mark: str, ahead: int = 0) -> bool:
        place = self._next + ahead
        return place < len(self._tokens) and self._tokens[place] == ("mark", mark)

    def value(self, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError(f"nested deeper than {_DEEPEST} levels")
        if self.at_end():
            raise ValueError("the expression ends too early")
        kind, token = self._tokens[self._next]
        self._next += 1
        if kind == "string":
            return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), token[1:-1])
        if kind == "word":
            if self._is("("):
                if depth:
                    raise ValueError(f"'{token}(…)' can't stand inside another expression")
                self._next += 1
                args, options = self._items(")", depth)
                return Call(token, tuple(args), options)
            number = number_from_text(token)
            return _NAMED.get(token, token) if number is None else number
        if token == "[":
            return self._plain_items("]", depth)
        if token == "(":
            return tuple(self._plain_items(")", depth))
        raise ValueError(f"unexpected {token!r}")

    def _plain_items(self, closing: str, depth: int) -> list[Any]:
        items, options = self._items(closing, depth)
        if options:
            raise ValueError(f"'{next(iter(options))}=' has no meaning in a list")
        return items

    def _items(self, closing: str, depth: int) -> tuple[list[Any], dict[str, Any]]:
        items: list[Any] = []
        options: dict[str, Any] = {}
        while not self._is(closing):
            if self.at_end():
                raise ValueError(f"'{closing}' is missing")
            if self._is("=", ahead=1) and self._tokens[self._next][0] == "word":
                name = self._tokens[self._next][1]
                self._next += 2
                if name in options:
                    raise ValueError(f"'{name}=' is given twice")
                options[name] = self.value(depth + 1)
            else:
                items.append(self.value(depth + 1))
            if self._is(","):
                self._next += 1
        self._next += 1
        return items, options
