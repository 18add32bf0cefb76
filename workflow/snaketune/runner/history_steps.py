"""Steps and values of a training, as the rows of its history have them."""

from __future__ import annotations

import math

from snaketune.runner.history import STEPS
from snaketune.runner.json_numbers import as_number, is_number

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["StepReader", "real"]


class StepReader:
    """Takes the steps and the values out of a history's rows, one after the other; each step counts once.

    A row counts if it has a number for each of the metrics `names`. Where it says how far the training is, that is its
    step, else how many such rows there were; one that does not go on from the step before is passed over.
    """

    def __init__(self, names: Sequence[str]):
        self.names = names
        self.last, self._count, self._named = -math.inf, 0, False

    def read(self, row: Mapping[str, Any]) -> tuple[float, tuple[float, ...]] | None:
        """The step and the values; None if the row does not count."""
        if not all(is_number(row.get(name)) for name in self.names):
            return None
        values = tuple([real(row[name]) for name in self.names])
        said = next((row[name] for name in STEPS if _is_step(row.get(name))), None)
        self._count += 1
        if said is None and self._named:
            return None
        step = self._count if said is None else said
        self._named = said is not None
        if step <= self.last:
            return None
        self.last = step
        return step, values


def real(value: object) -> float:
    """The float that a number in a history is."""
    number: Any = as_number(value)
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _is_step(value: object) -> bool:
    return is_number(value) and not isinstance(value, str) and value == value
