"""Tables for the terminal: aligned columns, those that matter most where there is not room for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from snaketune.results.markdown import number, one_line, width_of
from snaketune.values import cut

__all__ = ["Column", "aligned", "fitted"]

_GAP = "  "
_MOST = 32  # characters of a cell where room is short


@dataclass(frozen=True)
class Column:
    """A column with its cells; texts are `left`. Those with the largest `spare` are the first to be left out, 0 never.

    Cells may be numbers, which are written as everywhere else.
    """

    name: str
    cells: Sequence[object]
    left: bool = False
    spare: int = 0

    def texts(self, most: int | None = None) -> list[str]:
        """The name and the cells, a line each, of at most so many characters."""
        shown = [one_line(self.name), *(one_line(number(cell)) for cell in self.cells)]
        return shown if most is None else [cut(text, most) for text in shown]


def fitted(columns: Sequence[Column], width: int) -> tuple[list[Column], list[str]]:
    """The columns that there is room for in a terminal so wide, with their cells cut, and the names of the others."""
    kept = [Column(c.name, c.texts(_MOST)[1:], c.left, c.spare) for c in columns]
    left_out: list[str] = []
    while sum(map(_width, kept)) + len(_GAP) * (len(kept) - 1) > width:
        place = max(range(len(kept)), key=lambda i: (kept[i].spare, i))
        if not kept[place].spare:
            break
        left_out.insert(0, kept.pop(place).name)
    return kept, left_out


def aligned(columns: Iterable[Column]) -> list[str]:
    """The lines of a table, that of its header first: numbers to the right, without a rule or a frame."""
    padded = [_padded(column) for column in columns]
    return [_GAP.join(cells).rstrip() for cells in zip(*padded, strict=True)]


def _width(column: Column) -> int:
    return max(map(width_of, column.texts()))


def _padded(column: Column) -> list[str]:
    width, texts = _width(column), column.texts()
    gaps = [" " * (width - width_of(text)) for text in texts]
    return [text + gap if column.left else gap + text for text, gap in zip(texts, gaps, strict=True)]
