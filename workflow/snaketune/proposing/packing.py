"""How runs are packed into jobs (`objective.trials_per_job`): a pure function of how long they take.

A number is what it says. By `auto`, runs that take long have a job each; as long as nothing is known of them, so do the
first ones, as many as can go on at a time. Short ones are packed, so that a job is worth its start and yet no place is
idle for long in the end.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from snaketune.results.waves import Wave

__all__ = ["AUTO", "LONG", "Places", "next_waves"]

AUTO = "auto"
LONG = 5.0  # seconds from which on a run is worth a job of its own
# How many seconds a job is to take: while the durations are those of runs that had a job each, which they are part of;
# here; on a cluster.
_FIRST, _HERE, _CLUSTER = 2.0, 20.0, 300.0
_ROUGHLY = 10.0  # seconds of work for each place that are done at once, however roughly they are known
# Seconds of a run that had a job of its own up to which nearly all of it may be the program's start, of which there is
# little in a packed job: there go so many times more runs into one.
_QUICK, _MORE = 0.15, 8
_WORTH = 0.5  # seconds of work for which another job is begun
_MOST_RUNS = 4000  # of a job, which is told of them by its arguments
_MOST_JOBS = 250  # Snakemake's own cost grows with the jobs that are ready at once
_MOST_PROBES = 32


@dataclass(frozen=True)
class Places:
    """How many jobs of runs can go on at a time, and whether they do so `here`, not on a cluster."""

    count: int
    here: bool

    @property
    def most_jobs(self) -> int:
        """How many jobs there may be at once."""
        return max(_MOST_JOBS, 2 * self.count)


def next_waves(
    done: Sequence[bool],
    start: int,
    trials_per_job: int | str,
    places: Places,
    seconds: float | None,
    *,
    rough: bool = False,
) -> list[Wave]:
    """The next waves of a round from its run `start` on, given which of its runs are `done`.

    `seconds` is how long a run takes, None if that is not known; `rough`: only known of runs that had a job each. Runs
    at the beginning that are done make a wave of their own, which nothing is left to do of.
    """
    begin = next((i for i in range(start, len(done)) if not done[i]), len(done))
    ahead = [Wave(start, begin, None)] if begin > start else []
    if begin == len(done):
        return ahead
    if trials_per_job != AUTO:
        per_job = int(trials_per_job)
        stop = min(len(done), begin + per_job * places.most_jobs)
        return [*ahead, Wave(begin, stop, per_job if per_job > 1 else None)]
    if seconds is None:
        probes = min(places.count, _MOST_PROBES if places.here else _MOST_JOBS)
        return [*ahead, Wave(begin, _behind(done, begin, probes), None)]
    if seconds >= LONG:
        return [*ahead, Wave(begin, _behind(done, begin, places.most_jobs), None)]
    return [*ahead, _packed(done, begin, places, max(seconds, 1e-6), rough=rough)]


def _packed(done: Sequence[bool], begin: int, places: Places, seconds: float, *, rough: bool) -> Wave:
    """A wave of short runs."""
    left = sum(not each for each in done[begin:])
    longest = _HERE if places.here else _CLUSTER
    if rough and seconds <= _QUICK:
        longest *= _MORE
    elif rough and left * seconds > places.count * _ROUGHLY:
        left = min(left, places.count * max(1, int(_FIRST / seconds)))
    most = min(_MOST_RUNS, max(1, int(longest / seconds)))
    left = min(left, most * places.most_jobs)
    stop = _behind(done, begin, left)
    worth = max(1, min(places.count, int(left * seconds / _WORTH)))
    jobs = max(worth, math.ceil(left / most), math.ceil((stop - begin) / _MOST_RUNS))
    if jobs > places.count:  # all places are busy to the end
        jobs = min(places.most_jobs, math.ceil(jobs / places.count) * places.count)
    return Wave(begin, stop, math.ceil((stop - begin) / jobs))


def _behind(done: Sequence[bool], begin: int, count: int) -> int:
    """The place behind the next `count` runs that are not done, or the end of the round."""
    for place in range(begin, len(done)):
        count -= not done[place]
        if not count:
            return place + 1
    return len(done)
