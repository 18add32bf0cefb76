"""How much of the objectives' space a set of trials dominates."""

from collections.abc import Sequence

__all__ = ["bounding_box", "hypervolumes"]

Point = tuple[float, ...]
Box = tuple[Point, Point]


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
    low, high = box
    # A constant objective tells nothing apart; all points are then at its best value.
    spans = [h - l or 1.0 for h, l in zip(high, low, strict=True)]  # noqa: E741
    front: list[Point] = []
    volume, found = 0.0, []
    for point in points:
        if point is not None:
            unit = tuple((v - a) / s for v, a, s in zip(point, low, spans, strict=True))
            if not any(_covers(other, unit) for other in front):
                front = [other for other in front if not _covers(unit, other)] + [unit]
                volume = _volume(front)
        found.append(volume)
    return found


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
