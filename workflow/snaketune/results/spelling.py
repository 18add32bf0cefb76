"""How a row of a table holds a parameter's value, so that its cell tells it from all others (`space/cells.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass

from snaketune.space.cells import Cells
from snaketune.values import text

__all__ = ["Spelled", "cell_of", "plain", "spelled"]


@dataclass(frozen=True)
class Spelled:
    """A value in a row where the cell is not its plain text: null, or a text that is put in quotes."""

    value: object
    cell: str

    def __str__(self) -> str:
        return self.cell


def spelled(params: Mapping[str, object], name: str, cells: Mapping[str, Cells]) -> object:
    """What stands in a row for one of the parameters; None if it is inactive."""
    if name not in params:
        return None
    value = params[name]
    if isinstance(value, (int, float)):  # whose cells are their texts
        return value
    cell = cells[name].cell(value) if name in cells else text(value)
    return value if value is not None and cell == text(value) else Spelled(value, cell)


def plain(value: object) -> object:
    """The value that stands in a row."""
    return value.value if isinstance(value, Spelled) else value


def cell_of(value: object) -> str:
    """The cell of what stands in a row; an empty one for None."""
    if value is None:
        return ""
    return value.cell if isinstance(value, Spelled) else text(value)
