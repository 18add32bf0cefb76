"""How long a search will go on, from what its runs took: its rounds are played through on the places that there are.

A round waits for earlier ones, so that places are idle at its end; this is why the number of runs divided by their rate
is too little. All is deterministic: each run that is to come takes the time of one that has been, drawn by a seed,
in proportion to its work.
"""

import heapq
import random
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Pace", "Queue", "Wave", "concurrency", "seconds_left"]

_PLAYS = 5  # with other durations each; of many runs one is as good
_MANY = 2000

_Place = tuple[int, int]  # a queue, and which of its waves


@dataclass(frozen=True)
class Wave:
    """What is left of a round: how much work each run is that has not begun, and of each other one (seconds, work).

    A run of work 1 takes one of the pace's durations. The round waits until the rounds `needs` of its search are done,
    and does not begin before those that it `follows`.
    """

    waiting: tuple[float, ...]
    running: tuple[tuple[float, float], ...] = ()
    needs: tuple[int, ...] = ()
    follows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Queue:
    """The rounds of one search that are left, by number; none begins before the queues `after` are done."""

    waves: tuple[Wave, ...]
    after: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Pace:
    """What runs took so far: `durations` in seconds for each unit of work, how many went on at a time (`places`).

    `gap` are the seconds from the end of a run to the start of the next one in its place, `pause` those from the end of
    a round to the next one's start. A job does `block` runs, `at_once` at a time.
    """

    durations: tuple[float, ...]
    places: int
    gap: float = 0.0
    pause: float = 0.0
    block: int = 1
    at_once: int = 1

    def job(self, runs: Sequence[float], draws: Iterator[float]) -> float:
        """How long a job takes with runs of so much work."""
        ends = [0.0] * min(self.at_once, len(runs))
        for work in runs:
            heapq.heapreplace(ends, ends[0] + work * next(draws))
        return max(ends) + self.gap

    def rest(self, elapsed: float, work: float) -> float:
        """How long a run goes on that has run for `elapsed` seconds: as those did that took longer."""
        longer = [work * duration for duration in self.durations if work * duration > elapsed]
        if longer:
            return sum(longer) / len(longer) - elapsed
        return work * sum(self.durations) / len(self.durations) / 2


def concurrency(intervals: Sequence[tuple[float, float]]) -> int:
    """The most intervals (start, end) that have a moment in common, more than one's end and another's start."""
    events = sorted([(start, 1) for start, _ in intervals] + [(end, -1) for _, end in intervals])
    most = now = 0
    for _, change in events:
        now += change
        most = max(most, now)
    return most


def seconds_left(queues: Sequence[Queue], pace: Pace) -> float:
    """The seconds until the last run of all queues has ended, as a mean over some plays."""
    runs = sum(len(wave.waiting) for queue in queues for wave in queue.waves)
    plays = _PLAYS if runs < _MANY else 1
    return sum(_Play(queues, pace, seed).end() for seed in range(plays)) / plays


class _Play:
    """The runs to come, played through; a wave is a pair (queue, wave)."""

    def __init__(self, queues: Sequence[Queue], pace: Pace, seed: int):
        self._queues, self._pace = queues, pace
        self._draws = _draws(pace.durations, seed)
        self._begun: set[_Place] = set()
        self._ended: set[_Place] = set()
        self._awaited: dict[_Place, int] = {}  # how many others a wave still waits for
        self._behind_begin: dict[_Place, list[_Place]] = defaultdict(list)
        self._behind_end: dict[_Place, list[_Place]] = defaultdict(list)
        self._open: dict[_Place, int] = defaultdict(int)  # jobs that have not ended
        self._ready: deque[tuple[_Place, tuple[float, ...]]] = deque()  # jobs with their runs
        self._later: list[tuple[float, _Place]] = []  # when which wave may begin
        self._busy: list[tuple[float, _Place]] = []
        for i, queue in enumerate(queues):
            earlier = [(j, k) for j in queue.after for k in range(len(queues[j].waves))]
            for k, wave in enumerate(queue.waves):
                needs = [(i, number) for number in wave.needs] + earlier
                for place in needs:
                    self._behind_end[place].append((i, k))
                for number in wave.follows:
                    self._behind_begin[i, number].append((i, k))
                self._awaited[i, k] = len(needs) + len(wave.follows)

    def end(self) -> float:
        now = 0.0
        for place, wave in self._waves():
            for elapsed, work in wave.running:
                self._open[place] += 1
                heapq.heappush(self._busy, (self._pace.rest(elapsed, work) + self._pace.gap, place))
        self._begin([place for place, awaited in self._awaited.items() if not awaited], now)
        places = max(1, self._pace.places // self._pace.at_once)
        while self._busy or self._later or self._ready:
            while self._later and self._later[0][0] <= now:
                self._fill(heapq.heappop(self._later)[1])
            while self._ready and len(self._busy) < places:
                place, runs = self._ready.popleft()
                heapq.heappush(self._busy, (now + self._pace.job(runs, self._draws), place))
            if self._busy and not (self._later and self._later[0][0] < self._busy[0][0]):
                now, place = heapq.heappop(self._busy)
                self._open[place] -= 1
                self._begin(self._over(place), now)
            elif self._later:
                now = self._later[0][0]
        return now

    def _waves(self) -> Iterator[tuple[_Place, Wave]]:
        for i, queue in enumerate(self._queues):
            for k, wave in enumerate(queue.waves):
                yield (i, k), wave

    def _begin(self, free: Sequence[_Place], now: float) -> None:
        """Lets these waves begin, and all that then have nothing to wait for any more."""
        left = deque(free)
        while left:
            place = left.popleft()
            self._begun.add(place)
            waiting = self._queues[place[0]].waves[place[1]].waiting
            if waiting:
                self._open[place] += -(-len(waiting) // self._pace.block)
                heapq.heappush(self._later, (now + (self._pace.pause if now else 0.0), place))
            left += self._free(self._behind_begin[place])
            left += self._over(place)

    def _over(self, place: _Place) -> list[_Place]:
        """The waves that may begin because this one has ended, if it has."""
        if place not in self._begun or place in self._ended or self._open[place]:
            return []
        self._ended.add(place)
        return self._free(self._behind_end[place])

    def _free(self, behind: Sequence[_Place]) -> list[_Place]:
        for place in behind:
            self._awaited[place] -= 1
        return [place for place in dict.fromkeys(behind) if not self._awaited[place]]

    def _fill(self, place: _Place) -> None:
        waiting, block = self._queues[place[0]].waves[place[1]].waiting, self._pace.block
        self._ready += ((place, waiting[start : start + block]) for start in range(0, len(waiting), block))


def _draws(durations: Sequence[float], seed: int) -> Iterator[float]:
    """Durations without end, drawn from those that have been."""
    drawn = random.Random(seed)
    while True:
        yield drawn.choice(durations)
