"""A parameter as one axis, over all the searches that vary it."""

from collections.abc import Iterable, Sequence
from typing import Any

from snaketune.space import Parameter
from snaketune.space.cells import Cells
from snaketune.space.scales import ABSENT, Categories, Numeric, Scale
from snaketune.values import is_number, key, text

__all__ = ["ABSENT", "Categories", "Numeric", "Scale", "categories_of", "scale_of"]

# A list of more numbers than this is an axis of numbers, not of separate values.
_MOST_NUMBERS = 20


def scale_of(parameters: Sequence[Parameter], observed: Iterable[object]) -> Scale:
    """The scale that holds a parameter in all its forms (`parameters`, one per search) and its observed values.

    A range in one search and a list of numbers in another are one numeric scale, logarithmic if a range is.
    `observed` are values as JSON knows them, ABSENT where inactive.
    """
    seen = [value for value in observed if value is not ABSENT]
    listed = [value for parameter in parameters for value in parameter.listed]
    ranges = [scale for parameter in parameters if (scale := parameter.scale()) is not None]
    if ranges and all(map(is_number, listed)) and all(map(is_number, seen)):
        return _joined(ranges, sorted({float(value) for value in (*listed, *seen)}))
    separate = categories_of([*listed, *seen])
    if separate.ordered or not (listed or seen):
        numbers = separate.numbers or ()
        if len(numbers) > _MOST_NUMBERS:
            log = numbers[0] > 0 and numbers[-1] / numbers[0] >= 1000
            return Numeric(numbers[0], numbers[-1], log, all(isinstance(value, int) for value in [*listed, *seen]))
    return separate


def categories_of(values: Iterable[Any]) -> Categories:
    """The distinct values: ascending if all are numbers, else in the given order."""
    unique = list({key(value): value for value in values}.values())
    if unique and all(map(is_number, unique)):
        unique.sort(key=lambda value: (float(value), text(value)))
        return Categories(tuple(map(text, unique)), tuple(map(float, unique)))
    cells = Cells(tuple(unique))
    return Categories(tuple(map(cells.cell, unique)))


def _joined(ranges: Sequence[Numeric], numbers: Sequence[float]) -> Numeric:
    """The scale that holds all ranges and numbers."""
    low = min([*numbers, *(scale.low for scale in ranges)])
    high = max([*numbers, *(scale.high for scale in ranges)])
    log = any(scale.log for scale in ranges) and low > 0
    whole = all(scale.whole for scale in ranges) and all(number.is_integer() for number in numbers)
    step = min(scale.step for scale in ranges)
    normals = {scale.normal for scale in ranges}
    normal = normals.pop() if len(normals) == 1 else None
    return Numeric(low, high, log, whole, step if low > step / 2 or not log else 0.0, normal)
