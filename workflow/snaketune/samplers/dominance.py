"""Which points beat which in several objectives, all minimised, and how much of the space a set of them dominates."""

from collections.abc import Sequence

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
        if any(rival != point and all(a <= b for a, b in zip(rival, point, strict=True)) for rival in rivals):
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

    Objectives are minimised; None (a trial that gave no point) adds nothing. The volume is exact, by slicing along
    the last objective (While et al. 2006, HSO).
    """
    if box is None:
        return [0.0 for _ in points]
    front: list[Point] = []
    volume, found = 0.0, []
    for point in points:
        if point is not None:
            unit = _within(box, point)
            if not any(_covers(other, unit) for other in front):
                front = [other for other in front if not _covers(unit, other)] + [unit]
                volume = _volume(front)
        found.append(volume)
    return found


def contribution(point: Point, front: Sequence[Point], box: Box) -> float:
    """What a point adds to the volume that a front dominates, as a fraction of a box that holds all of them.

    The point's own volume without that of what the front shares with it (While et al. 2012, WFG, eq. 5).
    """
    unit = _within(box, point)
    shared = [tuple(map(max, unit, _within(box, other))) for other in front]
    kept = [place for place, stays in zip(sorted(set(shared)), nondominated(sorted(set(shared))), strict=True) if stays]
    return _volume([unit]) - (_volume(kept) if kept else 0.0)


def _within(box: Box, point: Point) -> Point:
    """A point as fractions of the box; a constant objective tells nothing apart: all are at its best value."""
    return tuple((v - low) / (high - low or 1.0) for v, low, high in zip(point, *box, strict=True))


def _covers(a: Point, b: Point) -> bool:
    """Whether `a` is at least as good as `b` in everything."""
    return all(x <= y for x, y in zip(a, b, strict=True))


def _volume(front: Sequence[Point]) -> float:
    """The volume between the points and (1, 1, …)."""
    if len(front[0]) == 1:
        return 1.0 - min(point[0] for point in front)
    ordered = sorted(front, key=lambda point: point[-1])
    total = 0.0
    for i, point in enumerate(ordered):
        above = ordered[i + 1][-1] if i + 1 < len(ordered) else 1.0
        if above > point[-1]:
            total += (above - point[-1]) * _volume([other[:-1] for other in ordered[: i + 1]])
    return total
