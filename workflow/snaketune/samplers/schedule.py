"""In which rounds a search comes, and which of them a round waits for. Pure and light: the Snakefile asks this."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from snaketune.samplers.base import Part, Rung
from snaketune.samplers.brackets import Bracket

__all__ = ["Asynchronous", "Batches", "Rungs", "Schedule", "Step"]


@dataclass(frozen=True)
class Step:
    """A round: at most `size` trials; `start` is the number of its first one that is new.

    It is made from the results of the rounds `needs`, and comes after the proposals of the rounds `follows`; merely in
    their turn come those whose results it does not look at (`turn`). `rung` says how far its trials are trained, None
    where there are no budgets or where that differs; `below` are the rounds of the rung from which it promotes. `part`
    says which of their runs they do, if not all; behind the first one the trials are those of the round `below`. The
    first of its trials are those whose results are `known`, from elsewhere, of which the rounds before it have so many.
    """

    size: int
    start: int
    needs: Sequence[int] = ()
    follows: Sequence[int] = ()
    turn: Sequence[int] = ()
    rung: Rung | None = None
    below: Sequence[int] = ()
    part: Part | None = None
    known: Sequence[str] = ()
    known_before: int = 0


class Schedule(Protocol):
    """The rounds of a search."""

    @property
    def count(self) -> int | None:
        """How many rounds there are, where that does not depend on what they propose: all may be asked for at once."""

    @property
    def trials(self) -> int | None:
        """How many trials it has, where the schedule says so."""

    @property
    def brackets(self) -> Sequence[Bracket]:
        """The rungs in which its trials are trained, none where each is trained once.

        Without a `count` of rounds more trials than the brackets say may go on.
        """

    def step(self, number: int) -> Step:
        """The round of that number; behind the last it is empty."""

    def is_over(self, sizes: Sequence[int]) -> bool:
        """Whether the search has ended with the first rounds, whose numbers of trials these are."""


@dataclass(frozen=True)
class Batches:
    """Rounds of `size` trials, the first one of `first`, until there are `total` (None: until the space has no more).

    If the rounds are `made_from_results`, a round does so without those of the `overlap` latest before it. With a
    budget all trials are trained to it (`rung`). `known` are trials whose results are there by the round that begins
    with them: `first` and `total` count those of the first round, a later one has `size` trials beside them.
    """

    first: int
    size: int
    total: int | None
    overlap: int
    made_from_results: bool
    rung: Rung | None = None
    known: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

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
        start, behind = self._start_of(number), self._start_of(number + 1)
        if self.total is not None and not self._later:
            behind = min(behind, self.total)
        size = max(0, behind - start)
        known, before = self.known.get(number, ()), sum(len(ids) for k, ids in self.known.items() if k < number)
        if not self.made_from_results:
            seen = max(0, number - self.overlap)
            follows, turn = range(max(0, number - 1), number), range(max(0, seen - 1), seen)
            return Step(size, start, (), follows, turn, self.rung, known=known, known_before=before)
        seen = max(0, number - self.overlap)
        needs, follows = range(seen), range(seen, number)
        return Step(size, start, needs, follows, rung=self.rung, known=known, known_before=before)

    def is_over(self, sizes: Sequence[int]) -> bool:
        """Whether the last round is not full, or there is no further one; never before one with known results."""
        if any(number >= len(sizes) for number in self._later):
            return False
        return sizes[-1] < self.step(len(sizes) - 1).size or not self.step(len(sizes)).size

    @property
    def all(self) -> int:
        """How many trials there are, known ones included; there is a `total`."""
        total = self.total or 0
        return self._start_of(self._later[-1] + total + 1) if self._later else total

    def beginning_with(self, first: tuple[str, ...], later: Mapping[int, tuple[str, ...]]) -> "Batches":
        """The same rounds with known results, of which the first round has `first`; `later` are by round, from 1.

        Those of rounds behind the last one are in a round behind it.
        """
        found = replace(self, known={0: first} if first else {})
        for number, trials in sorted(later.items()):
            place = min(number, found._behind())
            found = replace(found, known={**found.known, place: (*found.known.get(place, ()), *trials)})
        return found

    def _behind(self) -> int:
        """The number of the first round after those known results that has no other trials, or that of none."""
        at = max(self.known, default=0)
        end = self._start_of(at + 1)
        if self.total is None:
            return sys.maxsize
        if at and self._start_of(at) >= self.total:
            return at
        return at + 1 + max(0, -(-(self.total - end) // self.size))

    @property
    def _later(self) -> Sequence[int]:
        """The rounds behind the first one that begin with known results."""
        return sorted(number for number in self.known if number > 0)

    def _start_of(self, number: int) -> int:
        if number == 0:
            return 0
        if not self._later:
            return self.first + (number - 1) * self.size
        end, at = self._with(0, self.first), 0
        for later in (later for later in self._later if later < number):
            end = self._with(end, (later - 1 - at) * self.size)
            known, at = len(self.known[later]), later
            end = max(end + known, self._with(end, known + self.size))
        return self._with(end, (number - 1 - at) * self.size)

    def _with(self, end: int, more: int) -> int:
        """How many trials there are with so many more, if there may be as many."""
        return end + more if self.total is None else max(end, min(end + more, self.total))


@dataclass(frozen=True)
class Rungs:
    """A round for each rung of each bracket: its trials are trained, and the best of them go on in the next one.

    The trials of a bracket's first rung come in rounds of `batch`. Brackets don't wait for each other: a round that
    promotes needs the rung below alone. Rounds of new trials are made from the results of all rounds that come before
    them but those of the `overlap` latest steps, if they are `made_from_results`.
    """

    brackets: tuple[Bracket, ...]
    batch: int
    overlap: int
    made_from_results: bool

    @property
    def count(self) -> int:
        """How many rounds there are."""
        return len(self._steps)

    @property
    def trials(self) -> int:
        """How many trials it has."""
        return sum(bracket.sizes[0] for bracket in self.brackets)

    def step(self, number: int) -> Step:
        """The round of that number; behind the last it is empty."""
        return self._steps[number] if number < len(self._steps) else Step(0, self.trials)

    def is_over(self, sizes: Sequence[int]) -> bool:
        """Whether that is all of them."""
        return len(sizes) >= len(self._steps)

    @cached_property
    def _steps(self) -> list[Step]:
        """All rounds in their order: by the time at which they may begin, if all of them took as long."""
        # Each is (time, bracket, rung, size); those of a bracket follow each other.
        places: list[tuple[int, int, int, int]] = []
        begin = 0
        for b, bracket in enumerate(self.brackets):
            parts = _parts(bracket.sizes[0], self.batch)
            places += [(begin + i, b, 0, size) for i, size in enumerate(parts)]
            begin += len(parts) if self.made_from_results else 0
            behind = begin if self.made_from_results else len(parts)
            places += [(behind + i, b, 1 + i, size) for i, size in enumerate(bracket.sizes[1:])]
        places.sort()
        steps: list[Step] = []
        start = 0
        for time, b, rung, size in places:
            budgets = self.brackets[b].budgets
            from_budget = budgets[rung - 1] if rung else None
            how_far = Rung(b, rung, budgets[rung], from_budget, budgets[-1])
            below = [k for k, (_, of, at, _) in enumerate(places[: len(steps)]) if of == b and at == rung - 1]
            if rung:
                steps.append(Step(size, start, needs=below, rung=how_far, below=below))
                continue
            new = [k for k, (_, _, at, _) in enumerate(places[: len(steps)]) if at == 0]
            seen = [k for k, place in enumerate(places[: len(steps)]) if place[0] < time - self.overlap]
            needs = seen if self.made_from_results else []
            follows = [k for k in new if k not in needs] if self.made_from_results else new[-1:]
            steps.append(Step(size, start, needs=needs, follows=follows, rung=how_far))
            start += size
        return steps


@dataclass(frozen=True)
class Asynchronous:
    """Rounds of `batch` runs each: trials to be promoted by what is known by then, and new ones, in the end all.

    A round does not wait for the `overlap` latest ones before it. So there is always work, and which trials are
    promoted follows from the rounds alone, whichever run ends first (asynchronous successive halving: Li et al., MLSys
    2020, arXiv 1810.05934).
    """

    bracket: Bracket
    batch: int
    overlap: int

    @property
    def count(self) -> None:
        """Not known."""

    @property
    def trials(self) -> int:
        """How many trials it has."""
        return self.bracket.sizes[0]

    @property
    def brackets(self) -> Sequence[Bracket]:
        """One, which says how many trials go on at least, unless they fail."""
        return (self.bracket,)

    def step(self, number: int) -> Step:
        """The round of that number; there may always be another one."""
        seen = max(0, number - self.overlap)
        return Step(self.batch, 0, needs=range(seen), follows=range(seen, number))

    def is_over(self, sizes: Sequence[int]) -> bool:
        """Whether a round has seen the results of all that were not empty, and was empty itself."""
        return len(sizes) > self.overlap and not any(sizes[-1 - self.overlap :])


def _parts(size: int, batch: int) -> list[int]:
    ends = [*range(0, size, batch), size]
    return [end - begin for begin, end in pairwise(ends)]
