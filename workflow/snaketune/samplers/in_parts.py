"""A search whose trials do their runs in parts, so that those which look hopeless in between do not do the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from snaketune.samplers.base import Part
from snaketune.samplers.brackets import Bracket
from snaketune.samplers.schedule import Batches, Step

__all__ = ["InParts"]

_Place = tuple[int, int]  # a batch of trials, and a part of their runs


@dataclass(frozen=True)
class InParts:
    """A round for each part of the runs of each of the `batches` of trials; the parts end before `ends`, ascending.

    A batch does one part after the other. Batches wait for each other as if each was one round: that of which they
    don't wait for the `overlap` latest begins when those before these have done all of their parts, and those under way
    are as far from each other as can be.
    """

    batches: Batches
    ends: tuple[int, ...]

    @property
    def count(self) -> None:
        """Not known."""

    @property
    def trials(self) -> None:
        """Not known: the space may have fewer."""

    @property
    def brackets(self) -> Sequence[Bracket]:
        """None: each trial is trained once."""
        return ()

    def step(self, number: int) -> Step:
        """The round of that number; behind the last it is empty."""
        places = self._order(number + 1).places
        if number >= len(places):
            return replace(self.batches.step(self._most_batches(number + 1)), size=0, follows=(), needs=(), turn=())
        batch, index = places[number]
        of_all = self.batches.step(batch)
        part = Part(self.ends[index - 1] if index else 0, self.ends[index], self.ends[-1])
        numbers = self._order(number + 1).numbers
        needs = [numbers[earlier, i] for earlier in of_all.needs for i in range(len(self.ends))]
        if index:
            below = numbers[batch, index - 1]
            return replace(of_all, needs=[*sorted(needs), below], follows=(), turn=(), below=[below], part=part)
        return replace(
            of_all,
            needs=sorted(needs),
            follows=[numbers[earlier, 0] for earlier in of_all.follows],
            turn=[numbers[earlier, len(self.ends) - 1] for earlier in of_all.turn],
            part=part,
        )

    def is_over(self, sizes: Sequence[int]) -> bool:
        """Whether all trials that there are have done all parts: of the last batch, or up to one that is not full."""
        order = self._order(len(sizes) + 1)
        first = (order.numbers[batch, 0] for batch in range(self._most_batches(len(sizes) + 1)))
        begun = enumerate(sizes[number] for number in takewhile(lambda number: number < len(sizes), first))
        last = next((b if size else b - 1 for b, size in begun if self._is_short(b, size)), None)
        if last is None:
            return len(sizes) >= len(order.places)
        return last < 0 or order.numbers[last, len(self.ends) - 1] < len(sizes)

    def _is_short(self, batch: int, size: int) -> bool:
        """Whether a batch of so many trials might have more; most are full, which is seen at once."""
        known = batch in self.batches.known
        return (not batch or known or size < self.batches.size) and size < self.batches.step(batch).size

    def _order(self, rounds: int) -> "_Order":
        """So many rounds at least, if there are so many."""
        return _in_order(self._most_batches(rounds), len(self.ends), self.batches.overlap)

    def _most_batches(self, rounds: int) -> int:
        """How many batches there may be in so many rounds, no more than there are."""
        most = 1 << (rounds - 1).bit_length()
        size, total = self.batches.size, self.batches.total
        if total is None:
            return most
        there = 0 if total <= 0 else 1 + max(0, -(-(total - self.batches.first) // size))
        there = max([there, *(number + 1 for number in self.batches.known)])
        while there and not self.batches.step(there - 1).size:
            there -= 1
        return min(most, there)


@dataclass(frozen=True)
class _Order:
    """Rounds by number, and their numbers."""

    places: Sequence[_Place]
    numbers: Mapping[_Place, int]


@lru_cache(maxsize=64)
def _in_order(batches: int, parts: int, overlap: int) -> _Order:
    """All rounds of so many batches by the time at which they may begin, if all of them took as long."""
    timed = [(b * parts // (overlap + 1) + part, b, part) for b in range(batches) for part in range(parts)]
    places = [(b, part) for _, b, part in sorted(timed)]
    return _Order(places, {place: number for number, place in enumerate(places)})
