"""A search space: axes (a parameter, or parameters that are paired) with conditions, under constraints."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from snaketune.space.conditions import Condition
from snaketune.space.expressions import Expression, Missing
from snaketune.space.parameters import Parameter
from snaketune.values import digest

__all__ = ["Axis", "Space"]


@dataclass(frozen=True)
class Axis:
    """One independent direction of the space.

    Usually one parameter. Parameters that are paired (`zip`) make one axis together: `parameter` is then a
    `Categorical` over rows, each a tuple of one value per name.
    """

    names: tuple[str, ...]
    parameter: Parameter
    condition: Condition | None = None

    @property
    def name(self) -> str:
        """The axis' own name: that of its first parameter."""
        return self.names[0]

    @property
    def paired(self) -> bool:
        return len(self.names) > 1

    def assign(self, value: Any) -> dict[str, Any]:
        """The values of the axis' parameters where the axis has `value`."""
        return dict(zip(self.names, value, strict=True)) if self.paired else {self.name: value}

    def value_in(self, params: Mapping[str, Any]) -> Any:
        """The axis' value in `params`. Raises KeyError where the axis is inactive."""
        return tuple(params[name] for name in self.names) if self.paired else params[self.name]

    def active(self, params: Mapping[str, object]) -> bool:
        """Whether the axis has a value, given those of the axes before it.

        Raises:
            UncomputableError: its condition is an expression that can't be computed for these values.
        """
        return self.condition is None or self.condition.holds(params)


@dataclass(frozen=True)
class Space:
    """`parameters` in the order of the configuration; `axes` ordered so that a condition comes after what it names."""

    parameters: Mapping[str, Parameter]
    axes: tuple[Axis, ...]
    constraints: tuple[Expression, ...] = ()

    @cached_property
    def size(self) -> int | None:
        """How many parameter sets there are before conditions and constraints; None if infinitely many."""
        if not all(axis.parameter.finite for axis in self.axes):
            return None
        return math.prod(axis.parameter.count for axis in self.axes)

    @property
    def infinite(self) -> tuple[str, ...]:
        """The names of the parameters that have infinitely many values."""
        return tuple(axis.name for axis in self.axes if not axis.parameter.finite)

    def assemble(self, value_of: Callable[[Axis], Any]) -> dict[str, Any]:
        """A parameter set; `value_of` is asked for the value of each axis that is active, in the axes' order."""
        chosen: dict[str, Any] = {}
        for axis in self.axes:
            if axis.active(chosen):
                chosen |= axis.assign(value_of(axis))
        return self._ordered(chosen)

    def from_units(self, unit_of: Callable[[str], float]) -> dict[str, Any]:
        """The parameter set at a place of the unit cube; `unit_of` is asked by the axis' name, for a u in [0, 1)."""
        return self.assemble(lambda axis: axis.parameter.from_unit(unit_of(axis.name)))

    def drawn(self, i: int) -> dict[str, Any]:
        """A parameter set to try things out with: draw `i`, always the same, whatever constraints say of it."""
        return self.from_units(lambda name: int(digest([i, name], 12), 16) / 16**12)

    def grid(self) -> Iterator[dict[str, Any]]:
        """Every parameter set that conditions and constraints allow, once; the first parameter varies slowest.

        Only for a finite space.
        """
        for chosen in self._product(0, {}):
            params = self._ordered(chosen)
            if self.allows(params):
                yield params

    def allows(self, params: Mapping[str, object]) -> bool:
        """Whether all constraints hold; one that names an inactive parameter does not apply.

        Raises:
            UncomputableError: a constraint can't be computed for these values.
        """
        for constraint in self.constraints:
            try:
                if not constraint(params):
                    return False
            except Missing:
                continue
        return True

    def contains(self, params: Mapping[str, object]) -> bool:
        """Whether `params` is a parameter set of this space, with just its active parameters."""
        return not self.why_outside(params)

    def why_outside(self, params: Mapping[str, object]) -> str | None:
        """What keeps `params` from being a parameter set of this space, or None."""
        unknown = [name for name in params if name not in self.parameters]
        if unknown:
            return f"'{unknown[0]}' is not a parameter"
        for axis in self.axes:
            present = [name for name in axis.names if name in params]
            if not axis.active(params):
                if present:
                    return f"'{present[0]}' is inactive here"
            elif len(present) < len(axis.names):
                return f"'{next(n for n in axis.names if n not in params)}' is missing"
            elif not axis.parameter.contains(axis.value_in(params)):
                return f"{' and '.join(axis.names)} can't be {axis.value_in(params)!r}"
        return None if self.allows(params) else "a constraint does not hold"

    def _product(self, place: int, chosen: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if place == len(self.axes):
            yield chosen
            return
        axis = self.axes[place]
        if not axis.active(chosen):
            yield from self._product(place + 1, chosen)
            return
        for value in axis.parameter.values():
            yield from self._product(place + 1, chosen | axis.assign(value))

    def _ordered(self, chosen: dict[str, Any]) -> dict[str, Any]:
        return {name: chosen[name] for name in self.parameters if name in chosen}
