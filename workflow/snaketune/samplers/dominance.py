"""Which points beat which in several objectives, all minimised, and how much of the space a set of them dominates."""

from collections.abc import Sequence
from math import prod
from operator import le

__all__ = ["Box", "Point", "bounding_box", "contribution", "hypervolumes", "nondominated"]

Point = tuple[float, ...]
Box = tuple[Point, Point]


def nondominated(points: Sequence[Sequence[float]]) -> list[bool]:
    """Whether no other point is at most as large everywhere and smaller somewhere; equal ones don't beat each other.

    Points are taken in ascending order, so that only members of the front found so far can beat the next one; of two
    objectives, only the one found last.
    """
    kept = [False] * len(points)
    front: list[tuple[float, ...]] = []
    for place in sorted(range(len(points)), key=lambda place: tuple(points[place])):
        point = tuple(points[place])
        rivals = front[-1:] if len(point) <= 2 else front
        if any(all(map(le, rival, point)) and rival != point for rival in rivals):
            continue
        kept[place] = True
        if not rivals or rivals[-1] != point:
            front.append(point)
    return kept


def bounding_box(points: Sequence[Point | None]) -> Box | None:
    """The best and the worst value of each objective (minimised); None if no point is known."""
    columns = list(zip(*[point for point in points if point is not None], strict=True))
    return (tuple(map(min, columns)), tuple(map(max, columns))) if columns else None


def hypervolumes(points: Sequence[Point | None], box: Box | None) -> list[float]:
    """The hypervolume after each point, as a fraction of a box that holds all of them.

    Objectives are minimised; None (a trial that gave no point) adds nothing. The volumes are exact.
    """
    if box is None:
        return [0.0 for _ in points]
    front: list[Point] = []
    volume, found = 0.0, []
    for point in points:
        if point is not None:
            unit = _within(box, point)
            if not any(_covers(other, unit) for other in front):
                kept = [other for other in front if not _covers(unit, other)]
                volume = _volume([*kept, unit]) if len(unit) <= 2 else volume + _added(unit, front)
                front = [*kept, unit]
        found.append(volume)
    return found


def contribution(point: Point, front: Sequence[Point], box: Box) -> float:
    """What a point adds to the volume that a front dominates, as a fraction of a box that holds all of them.

    The point's own volume without that of what the front shares with it (While et al. 2012, WFG, eq. 5).
    """
    return _added(_within(box, point), [_within(box, other) for other in front])


def _added(unit: Point, front: Sequence[Point]) -> float:
    """The same of a point and a front that are fractions of the box."""
    kept = _shared(unit, front)
    return _volume([unit]) - (_volume(kept) if kept else 0.0)


def _shared(point: Point, front: Sequence[Point]) -> list[Point]:
    """A front that dominates what both the point and a front dominate."""
    corners = sorted({tuple(map(max, point, other)) for other in front})
    return [corner for corner, stays in zip(corners, nondominated(corners), strict=True) if stays]


def _within(box: Box, point: Point) -> Point:
    """A point as fractions of the box; a constant objective tells nothing apart: all are at its best value."""
    return tuple((v - low) / (high - low or 1.0) for v, low, high in zip(point, *box, strict=True))


def _covers(a: Point, b: Point) -> bool:
    """Whether `a` is at least as good as `b` in everything."""
    return all(x <= y for x, y in zip(a, b, strict=True))


def _volume(front: Sequence[Point]) -> float:
    """The volume between the points and (1, 1, …).

    Of up to three objectives by slices along the last one (While et al. 2006, HSO), whose number grows exponentially
    with further ones. There, what each point adds to those that are better in the last objective (While et al. 2012,
    WFG), which is a volume in the others.
    """
    if len(front[0]) == 1:
        return 1.0 - min(point[0] for point in front)
    total = 0.0
    if len(front[0]) <= 3:
        ordered = sorted(front, key=lambda point: point[-1])
        for i, point in enumerate(ordered):
            above = ordered[i + 1][-1] if i + 1 < len(ordered) else 1.0
            if above > point[-1]:
                total += (above - point[-1]) * _volume([other[:-1] for other in ordered[: i + 1]])
        return total
    ordered = sorted(front, key=lambda point: point[-1], reverse=True)
    for i, point in enumerate(ordered):
        kept = _shared(point[:-1], [other[:-1] for other in ordered[i + 1 :]])
        own = prod(1.0 - value for value in point[:-1])
        total += (1.0 - point[-1]) * (own - (_volume(kept) if kept else 0.0))
    return total
