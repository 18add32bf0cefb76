"""How long a search will go on, from what its runs took: its rounds are played through on the places that there are.

A round waits for earlier ones, so that places are idle at its end; this is why the number of runs divided by their rate
is too little. All is deterministic: each run that is to come takes the time of one that has been, drawn
by a seed.
"""

import heapq
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Pace", "Queue", "Wave", "concurrency", "seconds_left"]

_PLAYS = 5  # with other durations each; of many runs one is as good
_MANY = 2000


@dataclass(frozen=True)
class Wave:
    """What is left of a round: how many runs have not begun, and for how many seconds each of the others has run."""

    waiting: int
    running: tuple[float, ...] = ()


@dataclass(frozen=True)
class Queue:
    """The rounds of one search that are left, in their order.

    A round waits for all before it but the `overlap` latest; the first one waits for the queues `after`.
    """

    waves: tuple[Wave, ...]
    overlap: int = 0
    after: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Pace:
    """What runs took so far: `durations` in seconds, how many went on at a time (`places`), and what lies between.

    `gap` are the seconds from the end of a run to the start of the next one in its place, `pause` those from the end of
    a round to the next one's start. A job does `block` runs, `at_once` at a time.
    """

    durations: tuple[float, ...]
    places: int
    gap: float = 0.0
    pause: float = 0.0
    block: int = 1
    at_once: int = 1

    def job(self, runs: int, draws: Iterator[float]) -> float:
        """How long a job of so many runs takes."""
        ends = [0.0] * min(self.at_once, runs)
        for _ in range(runs):
            heapq.heapreplace(ends, ends[0] + next(draws))
        return max(ends) + self.gap

    def rest(self, elapsed: float) -> float:
        """How long a run goes on that has run for `elapsed` seconds: as those did that took longer."""
        longer = [duration for duration in self.durations if duration > elapsed]
        if longer:
            return sum(longer) / len(longer) - elapsed
        return sum(self.durations) / len(self.durations) / 2


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
    runs = sum(wave.waiting for queue in queues for wave in queue.waves)
    plays = _PLAYS if runs < _MANY else 1
    return sum(_Play(queues, pace, seed).end() for seed in range(plays)) / plays


class _Play:
    """The runs to come, played through; a job is a pair (queue, wave)."""

    def __init__(self, queues: Sequence[Queue], pace: Pace, seed: int):
        self._queues, self._pace = queues, pace
        self._draws = _draws(pace.durations, seed)
        self._open = [[0] * len(queue.waves) for queue in queues]  # jobs that have not ended
        self._released = [0] * len(queues)
        self._ready: deque[tuple[int, int, int]] = deque()  # queue, wave, runs
        self._later: list[tuple[float, int, int]] = []  # when which wave may begin
        self._busy: list[tuple[float, int, int]] = []

    def end(self) -> float:
        now = 0.0
        for i, queue in enumerate(self._queues):
            for k, wave in enumerate(queue.waves):
                for elapsed in wave.running:
                    self._open[i][k] += 1
                    heapq.heappush(self._busy, (self._pace.rest(elapsed) + self._pace.gap, i, k))
        self._release(now)
        places = max(1, self._pace.places // self._pace.at_once)
        while self._busy or self._later or self._ready:
            while self._later and self._later[0][0] <= now:
                _, i, k = heapq.heappop(self._later)
                self._fill(i, k)
            while self._ready and len(self._busy) < places:
                i, k, runs = self._ready.popleft()
                heapq.heappush(self._busy, (now + self._pace.job(runs, self._draws), i, k))
            if self._busy and not (self._later and self._later[0][0] < self._busy[0][0]):
                now, i, k = heapq.heappop(self._busy)
                self._open[i][k] -= 1
                self._release(now)
            elif self._later:
                now = self._later[0][0]
        return now

    def _release(self, now: float) -> None:
        """Lets the waves begin that have nothing to wait for any more."""
        for i, queue in enumerate(self._queues):
            while self._released[i] < len(queue.waves) and self._free(i, self._released[i]):
                k = self._released[i]
                self._released[i] += 1
                pause = self._pace.pause if now else 0.0
                self._open[i][k] += -(-queue.waves[k].waiting // self._pace.block)
                heapq.heappush(self._later, (now + pause, i, k))

    def _free(self, i: int, k: int) -> bool:
        queue = self._queues[i]
        if not all(self._done(j, len(self._queues[j].waves)) for j in queue.after):
            return False
        return self._done(i, max(0, k - queue.overlap))

    def _done(self, i: int, waves: int) -> bool:
        return self._released[i] >= waves and not any(self._open[i][:waves])

    def _fill(self, i: int, k: int) -> None:
        left = self._queues[i].waves[k].waiting
        while left > 0:
            self._ready.append((i, k, min(left, self._pace.block)))
            left -= self._pace.block


def _draws(durations: Sequence[float], seed: int) -> Iterator[float]:
    """Durations without end, drawn from those that have been."""
    drawn = random.Random(seed)
    while True:
        yield drawn.choice(durations)
