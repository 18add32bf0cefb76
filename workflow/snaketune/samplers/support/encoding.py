"""From parameter sets to the columns that a Gaussian process sees, and back.

A point is a row of the unit cube with one place per searched axis of the space, NaN where the axis is
inactive. Axes with one value are left out. Places are snapped to the values that exist: a whole number, a
step, a choice.

Columns of the model, per axis:
- numbers (also choices that are all numbers, by rank): the place itself;
- other choices: one-hot over sqrt(2), so that any two choices are 1 apart, under one length scale;
- conditional axes: where inactive, numbers are put in the middle and a further column, 0.5 where the axis is
  active, sets the two cases apart under the axis' own length scale (a simple form of Swersky et al. 2013,
  Raiders of the Lost Architecture); choices are all zero, 0.71 from any choice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from snaketune.space import Axis, Categorical, Normal, Space

__all__ = ["DECIMALS", "Encoding"]

# Beyond this many values a whole number is as good as continuous.
_MOST_SNAPPED = 2048
# Places are kept to this many decimals: shorter values, and proposals do not hang on the last bits of a
# computation.
DECIMALS = 6
# The tails of a normal parameter are left out: its places 0 and 1 are infinitely far.
_TAIL = 1e-4


@dataclass(frozen=True)
class _Column:
    """How one axis is seen: `places` are its sorted snapped places (None if continuous); `order` the
    ranks."""

    axis: Axis
    one_hot: bool
    places: np.ndarray | None
    to_cell: np.ndarray | None = None  # rank -> cell of the parameter, for choices that are numbers

    @classmethod
    def of(cls, axis: Axis) -> "_Column | None":
        parameter = axis.parameter
        if not parameter.finite:
            return cls(axis, False, None)
        values = parameter.values()
        if len(values) == 1:
            return None
        if isinstance(parameter, Categorical):
            cells = (np.arange(len(values)) + 0.5) / len(values)
            if not axis.paired and parameter.ordered:
                return cls(axis, False, cells, np.argsort(np.array(values, float), kind="stable"))
            return cls(axis, True, cells)
        if len(values) > _MOST_SNAPPED:
            return cls(axis, False, None)
        return cls(axis, False, np.array([parameter.to_unit(value) for value in values]))

    def snap(self, places: np.ndarray) -> np.ndarray:
        if self.places is None:
            return np.round(np.clip(places, 0.0, 1.0), DECIMALS)
        middles = (self.places[1:] + self.places[:-1]) / 2
        return self.places[np.searchsorted(middles, places, side="right")]

    def unit(self, place: float) -> float:
        """The parameter's own unit coordinate at a snapped place."""
        if self.to_cell is not None:
            rank = int(np.searchsorted(self.places, place))
            return float((self.to_cell[rank] + 0.5) / len(self.to_cell))
        if isinstance(self.axis.parameter, Normal):
            return min(max(place, _TAIL), 1 - _TAIL)
        return place

    def place(self, value: object) -> float:
        unit = self.axis.parameter.to_unit(value)
        if self.to_cell is not None:
            cell = int(unit * len(self.to_cell))
            return float(self.places[int(np.flatnonzero(self.to_cell == cell)[0])])
        return unit

    def width(self) -> int:
        return len(self.places) if self.one_hot else 1 + (self.axis.condition is not None)

    def columns(self, places: np.ndarray) -> np.ndarray:
        active = ~np.isnan(places)
        if self.one_hot:
            return (places[:, None] == self.places[None, :]) / np.sqrt(2.0)
        numbers = np.where(active, places, 0.5)[:, None]
        return numbers if self.axis.condition is None else np.hstack([numbers, 0.5 * active[:, None]])


@dataclass(frozen=True)
class Encoding:
    """The columns of a space. Points are float arrays (n, width), see the module."""

    space: Space

    @cached_property
    def _columns(self) -> tuple[_Column, ...]:
        return tuple(column for axis in self.space.axes if (column := _Column.of(axis)))

    @property
    def width(self) -> int:
        """The number of searched axes."""
        return len(self._columns)

    @cached_property
    def groups(self) -> np.ndarray:
        """The axis (its place in a point) that each column of the model belongs to: (m,)."""
        return np.repeat(np.arange(self.width), [column.width() for column in self._columns])

    @cached_property
    def continuous(self) -> np.ndarray:
        """Which axes have no snapped places: (width,), boolean."""
        return np.array([column.places is None for column in self._columns], bool)

    @cached_property
    def choices(self) -> np.ndarray:
        """How many snapped places each axis has (0 where continuous): (width,)."""
        return np.array([0 if c.places is None else len(c.places) for c in self._columns], int)

    @cached_property
    def unordered(self) -> np.ndarray:
        """Which axes are choices without an order: (width,), boolean."""
        return np.array([column.one_hot for column in self._columns], bool)

    @cached_property
    def structured(self) -> bool:
        """Whether conditions or constraints decide which points exist, so that each must be assembled."""
        return bool(self.space.constraints) or any(axis.condition for axis in self.space.axes)

    def snap(self, units: np.ndarray) -> np.ndarray:
        """Rows of the unit cube (n, width) moved to the nearest points that exist, all axes active."""
        return np.array([c.snap(units[:, i]) for i, c in enumerate(self._columns)]).reshape(units.shape[::-1]).T

    def realise(self, units: np.ndarray) -> np.ndarray:
        """The points that rows of the unit cube stand for, without those that a constraint forbids: (k,
        width)."""
        points = self.snap(units)
        if not self.structured:
            return points
        kept = [params for row in points if self.space.allows(params := self.params(row))]
        return self.points(kept)

    def params(self, point: np.ndarray) -> dict:
        """The parameter set at a point; inactive places may hold anything."""
        units = {c.axis.name: 0.5 if np.isnan(u) else c.unit(u) for c, u in zip(self._columns, point, strict=True)}
        return self.space.from_units(lambda name: units.get(name, 0.5))

    def points(self, sets: Sequence[Mapping[str, object]]) -> np.ndarray:
        """The points of parameter sets: (n, width)."""
        points = np.full((len(sets), self.width), np.nan)
        for row, params in zip(points, sets, strict=True):
            for i, column in enumerate(self._columns):
                if column.axis.name in params:
                    row[i] = column.place(column.axis.value_in(params))
        for i, column in enumerate(self._columns):
            known = ~np.isnan(points[:, i])
            points[known, i] = column.snap(points[known, i])
        return points

    def features(self, points: np.ndarray) -> np.ndarray:
        """The model's columns at points: (n, m)."""
        return np.hstack([column.columns(points[:, i]) for i, column in enumerate(self._columns)])
