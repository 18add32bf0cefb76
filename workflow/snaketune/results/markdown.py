"""Markdown that reads well in a terminal too: tables with aligned columns."""

import re
from collections.abc import Sequence

from snaketune.results.spelling import cell_of

__all__ = ["number", "one_line", "table"]


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


def table(header: Sequence[str], rows: Sequence[Sequence[object]], *, left: int = 1) -> str:
    """A Markdown table; the first `left` columns are aligned to the left, the others to the right."""
    header, *cells = [[_cell(value) for value in row] for row in [header, *rows]]
    widths = [max(3, *(len(row[i]) for row in [header, *cells])) for i in range(len(header))]
    rule = ["-" * w if i < left else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    return "\n".join(_line(row, widths, left) for row in [header, rule, *cells])


def _line(row: Sequence[str], widths: Sequence[int], left: int) -> str:
    padded = (c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
    return f"| {' | '.join(padded)} |"


def _cell(value: object) -> str:
    shown = one_line(number(value))
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    # A backslash before a bar would escape the bar's own.
    return re.sub(r"(\\*)\|", r"\1\1\\|", shown)
