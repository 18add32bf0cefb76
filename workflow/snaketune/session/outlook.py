"""What is still to be done of a study, and at what pace, as a forecast needs to know it; and the forecast in words."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime

from snaketune.config.study import Search, Study
from snaketune.proposing.packing import AUTO
from snaketune.results.so_far import SoFar
from snaketune.results.study import StudyResults
from snaketune.results.trials import Proposed
from snaketune.runner.run_id import RunId
from snaketune.session.forecast import Pace, Queue, Wave, concurrency, seconds_left
from snaketune.session.running import Running

__all__ = ["duration", "epoch", "outlook", "unfinished"]

_LATEST = 200  # runs from which the pace is taken
_FEWEST = 3
_PAUSE = 3.0  # seconds between rounds, as long as none is known


def outlook(so_far: SoFar, results: StudyResults, running: Sequence[Running], now: float) -> str | None:
    """How long the search will still go on, in words; None as long as that can't be known, or if it is done."""
    study = results.study
    intervals = sorted((epoch(run.record.started), epoch(run.record.finished)) for run in results.known.values())
    intervals = sorted(sorted(intervals, key=lambda each: each[1])[-_LATEST:])
    elapsed = {each.name: now - each.since for each in running}
    if not results.incomplete or len(intervals) < _FEWEST:
        return None
    places = max(1, concurrency(intervals), len(running))
    if len(intervals) < places:
        return None
    pace = Pace(
        durations=tuple(sorted(end - start for start, end in intervals)),
        places=places,
        gap=_gap(intervals),
        pause=_pause(study, results),
        # By `auto` the jobs of a round share its runs, so that none of them goes on alone for long.
        block=1 if study.trials_per_job == AUTO else int(study.trials_per_job),
        at_once=min(places, study.at_once or study.config["objective"]["threads"]),
    )
    names = list(study.searches)
    queues = [_queue(so_far, search, results, elapsed, names) for search in study.searches.values()]
    most = "at most " if any(search.stop for search in study.searches.values()) else ""
    return f"{most}about {duration(seconds_left(queues, pace))} left"


def unfinished(so_far: SoFar, study: Study, results: StudyResults) -> list[tuple[str, RunId]]:
    """The runs that have been proposed and have no result yet."""
    return [
        run
        for search in study.searches.values()
        for _, rows in so_far.rounds(search)
        for run in _left(search, rows, results)
    ]


def duration(seconds: float) -> str:
    """A duration in the unit that fits it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def epoch(stamp: str) -> float:
    """A time as records have it, in seconds since the epoch."""
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def _queue(
    so_far: SoFar, search: Search, results: StudyResults, elapsed: Mapping[str, float], names: Sequence[str]
) -> Queue:
    """The rounds of a search that are left: those proposed, and those that will be."""
    waves, proposed = [], 0
    for _, rows in so_far.rounds(search):
        left = [f"{trial}/{run}" for trial, run in _left(search, rows, results)]
        running = tuple(elapsed[name] for name in left if name in elapsed)
        waves.append(Wave(len(left) - len(running), running))
        proposed += len(rows)
    expected = results.expected[search.name]
    number = len(waves)
    for to_come in range(number, search.schedule.count or 0):
        waves.append(Wave(search.round(to_come).size * len(search.runs)))
    while (
        not search.schedule.count
        and proposed < expected
        and (size := min(search.round(number).size, expected - proposed))
    ):
        waves.append(Wave(size * len(search.runs)))
        proposed, number = proposed + size, number + 1
    after = frozenset({names.index(search.refines)} if search.refines else ())
    return Queue(tuple(waves), search.overlap, after)


def _left(search: Search, rows: Sequence[Proposed], results: StudyResults) -> list[tuple[str, RunId]]:
    """The runs of a round that have no result yet."""
    runs = search.runs_in([(row.trial, row.budget) for row in rows])
    return [run for run in runs if run not in results.known and not results.store.done(*run)]


def _gap(intervals: Sequence[tuple[float, float]]) -> float:
    """The median time from the end of a run to the next start, over runs in the order of their starts."""
    gaps = []
    ends = sorted(end for _, end in intervals)
    for start, _ in intervals:
        before = [end for end in ends if end <= start]
        if before:
            gaps.append(start - before[-1])
    return statistics.median(gaps) if gaps else 0.0


def _pause(study: Study, results: StudyResults) -> float:
    """The median time from the end of a round to the start of the one that waited for it."""
    pauses = []
    for name, trials in results.trials_of.items():
        overlap = study.searches[name].overlap
        ends: dict[int, float] = {}
        starts: dict[int, float] = {}
        timed = [trial for trial in trials if trial.started]  # imported ones are not
        for trial in timed:
            ends[trial.round] = max(ends.get(trial.round, 0.0), epoch(trial.finished))
            starts[trial.round] = min(starts.get(trial.round, float("inf")), epoch(trial.started))
        for number, start in starts.items():
            end = ends.get(number - overlap - 1)
            if end is not None and start >= end:
                pauses.append(start - end)
    return statistics.median(pauses[-_FEWEST:]) if pauses else _PAUSE
