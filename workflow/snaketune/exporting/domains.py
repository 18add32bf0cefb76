"""What values a parameter has in all searches together, for tools that know one set of values for each parameter."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from snaketune.space.parameters import Parameter
from snaketune.space.scales import Numeric
from snaketune.values import is_number, key, text

__all__ = ["Choices", "Range", "domain_of"]


@dataclass(frozen=True)
class Choices:
    """Separate values, in their order.

    Tools that take numbers, texts, booleans and null are given these as they are if they can tell them all apart, else
    each value's text: of lists, mappings, or where there is 1 beside true.
    """

    values: Sequence[Any]

    @property
    def plain(self) -> bool:
        """Whether values stand for themselves."""
        scalars = all(isinstance(value, str | int | float | bool | None) for value in self.values)
        return scalars and len(set(self.values)) == len(self.values)

    @property
    def given(self) -> list[Any]:
        """What a tool is given for the values, in their order."""
        return list(self._given_for.values())

    @cached_property
    def _given_for(self) -> dict[str, Any]:
        keys = [key(value) for value in self.values]
        if self.plain:
            return dict(zip(keys, self.values, strict=True))
        texts = [text(value) for value in self.values]
        return dict(zip(keys, texts if len(set(texts)) == len(texts) else keys, strict=True))

    def give(self, value: object) -> Any:
        """What a tool is given for a value.

        Raises:
            ValueError: it is none of the values.
        """
        try:
            return self._given_for[key(value)]
        except KeyError:
            raise ValueError(f"{text(value)} is none of the choices") from None


@dataclass(frozen=True)
class Range:
    """Numbers in [low, high], with a `step` only low, low + step, …; None if any."""

    low: float
    high: float
    log: bool
    whole: bool
    step: float | None

    def give(self, value: object) -> Any:
        """What a tool is given for a value.

        Raises:
            ValueError: it is outside of the range, or between two steps.
        """
        if not is_number(value) or not self.low <= value <= self.high or (self.whole and value != int(value)):
            raise ValueError(f"{text(value)} is not in the range")
        if self.step is not None:
            steps = (value - self.low) / self.step
            if not math.isclose(steps, round(steps), abs_tol=1e-6):
                raise ValueError(f"{text(value)} is between two steps of the range")
        return int(value) if self.whole else float(value)


def domain_of(parameters: Sequence[Parameter], values: Iterable[object]) -> Choices | Range:
    """The values of a parameter: all choices, or the range that holds all ranges, and the choices that are numbers.

    `parameters` are what it is in each search; `values` those that it had. These extend the range where any of the
    parameters has no ends of its own (a normal one).
    """
    scales = [scale for parameter in parameters if (scale := parameter.scale()) is not None]
    listed = {key(value): value for parameter in parameters if parameter.scale() is None for value in parameter.listed}
    if not scales:
        return Choices(tuple(listed.values()))
    numbers = [value for value in listed.values() if is_number(value)]
    if any(scale.normal for scale in scales):
        numbers += [value for value in values if is_number(value)]
    return _range_of(scales, numbers)


def _range_of(scales: Sequence[Numeric], numbers: Sequence[float]) -> Range:
    low = float(min([*(scale.low for scale in scales), *numbers]))
    high = float(max([*(scale.high for scale in scales), *numbers]))
    whole = all(scale.whole for scale in scales) and all(number == int(number) for number in numbers)
    log = all(scale.log for scale in scales) and low > 0
    step = None if log else _step_of(scales, numbers, low)
    if whole and step is None:
        step = 1.0
    return Range(low, high, log, whole, step)


def _step_of(scales: Sequence[Numeric], numbers: Sequence[float], low: float) -> float | None:
    """The step that all ranges have, if every value of each of them is so many steps from `low`."""
    steps = {scale.step for scale in scales}
    step = steps.pop()
    if steps or not step:
        return None
    places = [(value - low) / step for value in (*(scale.low for scale in scales), *numbers)]
    return step if all(math.isclose(place, round(place), abs_tol=1e-6) for place in places) else None
