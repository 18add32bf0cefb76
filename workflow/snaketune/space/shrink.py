"""Shrinks a space around some of its points."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
    return replace(axis, parameter=axis.parameter.around(values, margin)) if values else axis
