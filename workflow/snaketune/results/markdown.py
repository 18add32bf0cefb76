"""Markdown that reads well in a terminal too: tables with aligned columns."""

from collections.abc import Sequence

__all__ = ["number", "table"]


def number(value: object, digits: int = 6) -> str:
    """A number with so many significant digits, anything else as text; `–` for None."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def table(header: Sequence[str], rows: Sequence[Sequence[object]], *, left: int = 1) -> str:
    """A Markdown table; the first `left` columns are aligned to the left, the others to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(3, *(len(row[i]) for row in [list(header), *cells])) for i in range(len(header))]
    rule = ["-" * w if i < left else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    return "\n".join(_line(row, widths, left) for row in [header, rule, *cells])


def _line(row: Sequence[str], widths: Sequence[int], left: int) -> str:
    padded = (c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
    return f"| {' | '.join(padded)} |"


def _cell(value: object) -> str:
    shown = number(value).replace("|", "\\|")
    shown = " ".join(shown.split())
    return shown if len(shown) <= 60 else shown[:59] + "…"
