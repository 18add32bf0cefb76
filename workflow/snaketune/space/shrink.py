"""Shrinks a space around some of its points."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from snaketune.space.parameters import Categorical, Float, Integer, Parameter
from snaketune.space.space import Axis, Space

__all__ = ["shrunk"]


def shrunk(space: Space, points: Sequence[Mapping[str, object]], margin: float) -> Space:
    """The part of `space` around `points`: ranges that hold them with `margin` (of the whole range) on each side.

    Ranges are shrunk on their own scale. Of a categorical parameter the choices that the points have are kept (all
    in between, where the choices are numbers), of a pair the rows. What no point has a value for stays as it is.
    """
    axes = tuple(_shrunk_axis(axis, points, margin) for axis in space.axes)
    parameters = dict(space.parameters)
    for axis in axes:
        if not axis.paired:
            parameters[axis.name] = axis.parameter
    return replace(space, parameters=parameters, axes=axes)


def _shrunk_axis(axis: Axis, points: Sequence[Mapping[str, object]], margin: float) -> Axis:
    values = [axis.value_in(point) for point in points if all(name in point for name in axis.names)]
    values = [value for value in values if axis.parameter.contains(value)]
    return replace(axis, parameter=_shrunk_parameter(axis.parameter, values, margin)) if values else axis


def _shrunk_parameter(parameter: Parameter, values: list, margin: float) -> Parameter:
    units = [parameter.to_unit(value) for value in values]
    low, high = min(units) - margin, max(units) + margin
    if isinstance(parameter, Categorical):
        if parameter.ordered:
            return Categorical(tuple(c for c in parameter.choices if low <= parameter.to_unit(c) <= high))
        return Categorical(tuple(c for c in parameter.choices if any(parameter.to_unit(c) == u for u in units)))
    if isinstance(parameter, Float | Integer):
        ends = parameter.from_unit(max(low, 0.0)), parameter.from_unit(min(high, 1.0))
        if isinstance(parameter, Float) and parameter.step is None:
            # Rounding may have put an end on the wrong side of a value.
            ends = min(ends[0], *values), max(ends[1], *values)
        return replace(parameter, low=ends[0], high=ends[1]) if ends[0] < ends[1] else Categorical((values[0],))
    return parameter
