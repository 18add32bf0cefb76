"""Which results of a rung go on: a total order of them, so that fewer that go on are the first of more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice
from math import inf, isfinite

from snaketune.samplers.dominance import Box, Point, contribution, nondominated

__all__ = ["Contender", "best"]

# How far behind the worst values of a front its volume is measured, as a share of the front's extent: at 0 those that
# are best in one objective would count for nothing.
_MARGIN = 0.1


@dataclass(frozen=True)
class Contender:
    """A trial that has been trained to a rung's budget.

    `number` is its own in the search. `values` holds one number per objective, all to be minimised, and is None if the
    trial is not complete; `violations` one number per outcome constraint, at or below 0 where it is met.
    """

    number: int
    values: tuple[float, ...] | None = None
    violations: tuple[float, ...] = ()

    @property
    def measured(self) -> tuple[float, ...]:
        """The values; none unless the trial is complete."""
        return self.values or ()

    @property
    def feasible(self) -> bool:
        """Whether all constraints are met (a violation that is not a number is none that is)."""
        return all(violation <= 0 for violation in self.violations)


def best(contenders: Iterable[Contender], n: int) -> list[int]:
    """The numbers of the best `n`, best first; fewer if not so many have values, all of them finite.

    Feasible ones come before all others. Of one objective the lower value is better. Of several, those that nothing
    beats come first, then those that only these beat, and so on (non-dominated sorting); among them the next is always
    that which adds most to the volume that those before it dominate. Of equals the lower number is first.
    """
    usable = sorted((c for c in contenders if c.values and all(map(isfinite, c.values))), key=lambda c: c.number)
    groups = ([c for c in usable if c.feasible], [c for c in usable if not c.feasible])
    return list(islice((contender.number for group in groups for contender in _ordered(group)), max(n, 0)))


def _ordered(left: Sequence[Contender]) -> Iterator[Contender]:
    if left and len(left[0].measured) == 1:
        yield from sorted(left, key=lambda c: c.measured)  # stable: of equals the lower number
        return
    while left:
        kept = nondominated([c.measured for c in left])
        yield from _by_contribution([c for c, stays in zip(left, kept, strict=True) if stays])
        left = [c for c, stays in zip(left, kept, strict=True) if not stays]


def _by_contribution(front: Sequence[Contender]) -> Iterator[Contender]:
    """A front, greedily by the volume that each adds.

    What one adds only shrinks as others are taken: its last known contribution is a bound, and only the one with the
    highest bound is computed anew.
    """
    box = _around([c.measured for c in front])
    taken: list[Point] = []
    bounds = [(-inf, place, -1) for place in range(len(front))]  # minus the bound, who, how many were taken then
    while bounds:
        _, place, known = heappop(bounds)
        point = front[place].measured
        if known == len(taken):
            taken.append(point)
            yield front[place]
        else:
            heappush(bounds, (-contribution(point, taken, box), place, len(taken)))


def _around(points: Sequence[Point]) -> Box:
    low, high = (tuple(map(edge, zip(*points, strict=True))) for edge in (min, max))
    return low, tuple(h + _MARGIN * (h - l) for l, h in zip(low, high, strict=True))  # noqa: E741
