"""Markdown that reads well in a terminal too: tables with aligned columns, and texts that are no markup."""

import re
import unicodedata
from collections.abc import Sequence

from snaketune.results.spelling import cell_of
from snaketune.values import cut

__all__ = ["inline", "number", "one_line", "table", "width_of"]

_MOST = 60  # characters in a table's cell
# What is markup wherever it stands in a line, before what makes it so; a lone _, [ or < is none.
_MARKUP = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~]|$) | [*`|] | ~(?=~) | (?<=~)~ | (?<!\w)_ | _(?!\w) | !(?=\[) | \](?=[(\[:])""", re.X
)
_TAGS = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")


def number(value: object, digits: int = 6) -> str:
    """A number with so many significant digits, anything else as text; `–` for None."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return cell_of(value)


def one_line(shown: str) -> str:
    """`shown` without line breaks and control characters, which would end a paragraph or colour a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in shown).split())


def inline(shown: str) -> str:
    """`shown` on one line, with the marks of Markdown and HTML as what they are: characters."""
    escaped = _MARKUP.sub(lambda mark: "\\" + mark[0], one_line(shown))
    return _TAGS.sub(lambda mark: "&lt;" if mark[0] == "<" else "&amp;", escaped)


def table(header: Sequence[str], rows: Sequence[Sequence[object]], *, left: int = 1) -> str:
    """A Markdown table; the first `left` columns are aligned to the left, the others to the right."""
    header, *cells = [[_cell(value) for value in row] for row in [header, *rows]]
    widths = [max(3, *(width_of(row[i]) for row in [header, *cells])) for i in range(len(header))]
    rule = ["-" * w if i < left else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    return "\n".join(_line(row, widths, left) for row in [header, rule, *cells])


def width_of(shown: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character, none for a mark."""
    if shown.isascii():
        return len(shown)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in shown)


def _line(row: Sequence[str], widths: Sequence[int], left: int) -> str:
    gaps = (" " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True))
    padded = (cell + gap if i < left else gap + cell for i, (cell, gap) in enumerate(zip(row, gaps, strict=True)))
    return f"| {' | '.join(padded)} |"


def _cell(value: object) -> str:
    return inline(cut(one_line(number(value)), _MOST))
