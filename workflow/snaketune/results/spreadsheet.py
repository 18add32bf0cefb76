"""A table for spreadsheet programs, which compute what begins with =, +, - or @, and take other text for Latin-1."""

from collections.abc import Sequence

from snaketune.files import csv_text
from snaketune.results.tables import Row, cells_of
from snaketune.values import number_from_text

__all__ = ["inert", "spreadsheet_text"]

_MARK = "\ufeff"  # says that the text is UTF-8


def spreadsheet_text(rows: Sequence[Row], header: Sequence[str]) -> str:
    """The table of `rows` with an apostrophe before each header and cell that would be a formula.

    `header` stands where there is no row.
    """
    columns = list(rows[0]) if rows else list(header)
    return _MARK + csv_text([*map(inert, columns)], [[*map(inert, row)] for row in cells_of(rows, columns)])


def inert(cell: str) -> str:
    """The cell, with an apostrophe before it if a spreadsheet would compute it; numbers such as -1.5 stay."""
    begins = cell.lstrip()[:1] in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r", "\n")
    return f"'{cell}" if cell and begins and number_from_text(cell) is None else cell
