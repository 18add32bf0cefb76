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
from typing import Any

import numpy as np

from snaketune.space import Axis, Parameter, Space

__all__ = ["DECIMALS", "Encoding"]

_STEP = 1e-6
# Places are kept to this many decimals: shorter values, and proposals do not hang on the last bits of a
# computation.
DECIMALS = 6


@dataclass(frozen=True)
class _Column:
    """How one axis is seen: `places` are its sorted snapped places, None if continuous."""

    axis: Axis
    places: np.ndarray | None

    @classmethod
    def of(cls, axis: Axis) -> "_Column | None":
        """The axis' column; None if it has one value only."""
        if axis.parameter.finite and axis.parameter.count == 1:
            return None
        places = axis.parameter.places()
        return cls(axis, None if places is None else np.array(places))

    @property
    def parameter(self) -> Parameter:
        return self.axis.parameter

    @property
    def choices(self) -> int:
        return 0 if self.places is None else len(self.places)

    def snap(self, places: np.ndarray) -> np.ndarray:
        """The nearest of the places that exist, for an axis that has such."""
        exist = np.asarray(self.places)
        return np.asarray(exist[np.searchsorted((exist[1:] + exist[:-1]) / 2, places, side="right")])

    def width(self) -> int:
        return self.choices if self.parameter.unordered else 1 + (self.axis.condition is not None)

    def log_belief(self, places: np.ndarray) -> np.ndarray:
        """The logarithm of what the user believes of places; 0 where inactive, and where nothing is believed."""
        if self.parameter.belief is None:
            return np.zeros(len(places))
        units = [self.parameter.place_to_unit(place) for place in np.nan_to_num(places, nan=0.5).tolist()]
        return np.asarray(np.where(np.isnan(places), 0.0, self.parameter.belief.log_density(np.array(units))))

    def believed(self, u: float) -> float:
        """The place below which there is the share `u` of what the user believes."""
        belief = self.parameter.belief
        return u if belief is None else self.parameter.to_place(self.parameter.from_unit(belief.quantile(u)))

    @property
    def centre(self) -> float | None:
        """The place that the user believes in most, if any."""
        belief = self.parameter.belief
        return None if belief is None else self.parameter.to_place(self.parameter.from_unit(belief.centre))


@dataclass(frozen=True)
class Encoding:
    """The columns of a space. Points are float arrays (n, width), see the module."""

    space: Space

    @cached_property
    def _columns(self) -> tuple[_Column, ...]:
        return tuple(column for axis in self.space.axes if (column := _Column.of(axis)))

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The searched axes."""
        return tuple(column.axis for column in self._columns)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameter of each searched axis."""
        return tuple(column.parameter for column in self._columns)

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
        return np.array([column.choices for column in self._columns], int)

    @cached_property
    def unordered(self) -> np.ndarray:
        """Which axes are choices without an order: (width,), boolean."""
        return np.array([parameter.unordered for parameter in self.parameters], bool)

    @cached_property
    def structured(self) -> bool:
        """Whether conditions or constraints decide which points exist, so that each must be assembled."""
        return bool(self.space.constraints) or any(axis.condition for axis in self.space.axes)

    @cached_property
    def believes(self) -> bool:
        """Whether the user believes something of an axis (`prior`)."""
        return any(parameter.belief is not None for parameter in self.parameters)

    def log_belief(self, points: np.ndarray) -> np.ndarray:
        """The logarithm of what the user believes of points (n, width), up to a constant: (n,)."""
        return np.asarray(sum(column.log_belief(points[:, i]) for i, column in enumerate(self._columns)))

    def log_belief_slopes(self, points: np.ndarray) -> np.ndarray:
        """The slopes (n, width) of `log_belief` by the axes that are continuous and active; 0 by others."""
        slopes = np.zeros(points.shape)
        for i, column in enumerate(self._columns):
            if column.places is None and column.parameter.belief is not None:
                up, down = (column.log_belief(points[:, i] + step) for step in (_STEP, -_STEP))
                slopes[:, i] = (up - down) / (2 * _STEP)
        return slopes

    def by_axes(self, slopes: np.ndarray, points: np.ndarray) -> np.ndarray:
        """The slopes (n, width) by the axes that are continuous and active at points, from those by columns (n, m)."""
        return np.where(self.continuous & ~np.isnan(points), slopes[:, self._firsts], 0.0)

    @cached_property
    def _firsts(self) -> np.ndarray:
        """The first column of each axis: (width,); of a number, its place."""
        return np.searchsorted(self.groups, np.arange(self.width))

    def believed(self, row: np.ndarray) -> np.ndarray:
        """A uniform row (width,) of the unit cube as a draw from what the user believes."""
        return np.array([column.believed(u) for column, u in zip(self._columns, row.tolist(), strict=True)])

    def centred(self, row: np.ndarray) -> np.ndarray:
        """A row (width,) of the unit cube with the places that the user believes in most in it."""
        centres = [column.centre for column in self._columns]
        return np.array([u if c is None else c for c, u in zip(centres, row.tolist(), strict=True)])

    def snap(self, units: np.ndarray) -> np.ndarray:
        """Rows of the unit cube (n, width) moved to the nearest points that exist, all axes active."""
        points = np.asarray(np.round(np.clip(units, 0.0, 1.0), DECIMALS))
        for i in np.flatnonzero(~self.continuous):
            points[:, i] = self._columns[i].snap(units[:, i])
        return points

    def realise(self, units: np.ndarray) -> np.ndarray:
        """The points that rows of the unit cube stand for, without those that a constraint forbids: (k, width)."""
        points = self.snap(units)
        if not self.structured:
            return points
        kept = [params for row in points if self.space.allows(params := self.params(row))]
        return self.points(kept)

    def params(self, point: np.ndarray) -> dict[str, Any]:
        """The parameter set at a point; inactive places may hold anything."""
        units = {
            column.axis.name: 0.5 if np.isnan(place) else column.parameter.place_to_unit(place)
            for column, place in zip(self._columns, point, strict=True)
        }
        return self.space.from_units(lambda name: units.get(name, 0.5))

    def points(self, sets: Sequence[Mapping[str, object]]) -> np.ndarray:
        """The points of parameter sets: (n, width)."""
        points = np.full((len(sets), self.width), np.nan)
        for i, column in enumerate(self._columns):
            axis, to_place = column.axis, column.parameter.to_place
            active = [k for k, params in enumerate(sets) if axis.name in params]
            points[active, i] = [to_place(axis.value_in(sets[k])) for k in active]
        snapped = self.snap(points)
        return np.where(np.isnan(points), points, snapped)

    def features(self, points: np.ndarray) -> np.ndarray:
        """The model's columns at points: (n, m)."""
        active = ~np.isnan(points)
        columns = np.where(active, points, 0.5)[:, self.groups]
        shown, choices, places = self._further
        columns[:, shown] = 0.5 * active[:, self.groups[shown]]
        columns[:, choices] = (points[:, self.groups[choices]] == places) / np.sqrt(2.0)
        return columns

    @cached_property
    def _further(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The columns that are not a place: where an axis is active; of its choices, and the place (c,) of each."""
        unordered = self.unordered[self.groups]
        shown = np.flatnonzero(~unordered & ~np.isin(np.arange(len(self.groups)), self._firsts))
        places = [column.places for column in self._columns if column.parameter.unordered]
        return shown, np.flatnonzero(unordered), np.concatenate([*places, []])
