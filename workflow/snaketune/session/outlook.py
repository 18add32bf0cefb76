"""What is still to be done of a study, and at what pace, as a forecast needs to know it; and the forecast in words."""

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from snaketune.config.study import Search, Study
from snaketune.proposing.packing import AUTO
from snaketune.results.so_far import SoFar
from snaketune.results.study import StudyResults
from snaketune.results.trials import Proposed
from snaketune.runner.run_id import RunId
from snaketune.samplers import Rung
from snaketune.samplers.brackets import Bracket
from snaketune.session.effort import Efforts, epoch
from snaketune.session.forecast import Pace, Queue, Wave, concurrency, seconds_left
from snaketune.session.running import Running

__all__ = ["duration", "outlook", "unfinished"]

_LATEST = 200  # runs from which the pace is taken
_FEWEST = 3
_PAUSE = 3.0  # seconds between rounds, as long as none is known


def outlook(so_far: SoFar, results: StudyResults, running: Sequence[Running], now: float) -> str | None:
    """How long the search will still go on, in words; None as long as that can't be known, or if it is done."""
    study = results.study
    spans = ((epoch(run.record.finished), epoch(run.record.started), run) for run in results.known.values())
    latest = sorted(spans, key=lambda each: each[:2])[-_LATEST:]
    intervals = sorted((started, finished) for finished, started, _ in latest)
    elapsed = {each.name: now - each.since for each in running}
    if not results.incomplete or len(intervals) < _FEWEST:
        return None
    places = max(1, concurrency(intervals), len(running))
    if len(intervals) < places:
        return None
    trainings = [run for *_, run in latest]
    efforts = Efforts.of(study, trainings)
    pace = Pace(
        durations=tuple(sorted(efforts.durations(trainings))),
        places=places,
        gap=_gap(intervals),
        pause=_pause(study, results, [*intervals, *((each.since, now) for each in running)], places),
        # By `auto` the jobs of a round share its runs, so that none of them goes on alone for long.
        block=1 if study.trials_per_job == AUTO else int(study.trials_per_job),
        at_once=min(places, study.at_once or study.config["objective"]["threads"]),
    )
    names = list(study.searches)
    queues = [_queue(so_far, search, results, elapsed, names, efforts) for search in study.searches.values()]
    most = "at most " if efforts.rough or any(search.stop or search.parts for search in study.searches.values()) else ""
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


def _queue(
    so_far: SoFar,
    search: Search,
    results: StudyResults,
    elapsed: Mapping[str, float],
    names: Sequence[str],
    efforts: Efforts,
) -> Queue:
    """The rounds of a search that are left: those proposed, and those that will be."""
    rounds = {round_.number: rows for round_, rows in so_far.rounds(search)}
    works: dict[int, tuple[list[float], list[tuple[float, float]]]] = {}
    for number, rows in rounds.items():
        works[number] = waiting, running = [], []
        for row in rows:
            work = efforts.to_come(row.rung)
            for trial, run in _left(search, [row], results):
                since = elapsed.get(f"{trial}/{run}")
                waiting.append(work) if since is None else running.append((since, work))
    for number, rungs in _to_come(search, rounds, results.expected[search.name]):
        each = search.runs_of("", part=search.schedule.step(number).part)
        works[number] = [efforts.to_come(rung) for rung in rungs for _ in each], []
    waves = tuple(
        Wave(tuple(waiting), tuple(running), *_before(search, number))
        for number, (waiting, running) in sorted(works.items())
    )
    return Queue(waves, frozenset({names.index(search.refines)} if search.refines else ()))


def _before(search: Search, number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which rounds are to be done before a round, and which are to have begun."""
    if search.schedule.count is not None:
        return tuple(search.schedule.step(number).needs), ()
    if search.parts:
        step = search.schedule.step(number)
        return tuple(step.needs), tuple(step.follows)
    seen = number - 1 - search.overlap
    return (seen,) if seen >= 0 else (), (number - 1,) if number else ()


def _to_come(
    search: Search, rounds: Mapping[int, Sequence[Proposed]], expected: int
) -> Iterator[tuple[int, list[Rung | None]]]:
    """The rounds that are not proposed yet, with the rung of each of their trials."""
    schedule = search.schedule
    if search.parts:
        yield from _parts_to_come(search, rounds, expected)
        return
    if schedule.count is not None:
        steps = ((number, schedule.step(number)) for number in range(schedule.count) if number not in rounds)
        yield from ((number, [step.rung] * step.size) for number, step in steps)
        return
    rows = [row for listed in rounds.values() for row in listed]
    first = len(rounds)
    if schedule.brackets:
        left = _going_on(schedule.brackets[0], expected, Counter(row.budget for row in rows))
        yield from enumerate(_in_time(left, search.batch_size, search.overlap), first)
        return
    new, number = expected - len({row.trial for row in rows}), first
    while new > 0 and (size := min(search.round(number).size, new)):
        yield number, [search.round(number).step.rung] * size
        number, new = number + 1, new - size


def _going_on(bracket: Bracket, trials: int, proposed: Mapping[float | None, int]) -> list[tuple[Rung, int]]:
    """How many of so many trials of a bracket are still to get to each rung, unless more go on."""
    budgets = bracket.budgets
    return [
        (Rung(0, i, budget, budgets[i - 1] if i else None, budgets[-1]), max(0, min(size, trials) - proposed[budget]))
        for i, (budget, size) in enumerate(zip(budgets, bracket.sizes, strict=True))
    ]


def _in_time(left: Sequence[tuple[Rung, int]], batch: int, overlap: int) -> Iterator[list[Rung | None]]:
    """Rounds of `asha` with so many runs of each rung, of which the last one waits for all of the rung below."""
    spread = [((j + 0.5) / count, rung) for rung, count in left for j in range(count - (rung.rung > 0))]
    order: list[Rung | None] = [rung for _, rung in sorted(spread, key=lambda each: (each[0], each[1].rung))]
    yield from (order[start : start + batch] for start in range(0, len(order), batch))
    for rung, count in left:
        if rung.rung and count:
            yield from [list[Rung | None]()] * overlap
            yield [rung]


def _parts_to_come(
    search: Search, rounds: Mapping[int, Sequence[Proposed]], expected: int
) -> Iterator[tuple[int, list[Rung | None]]]:
    """The rounds that are not proposed yet of a search whose trials do their runs in parts, if all of them go on."""
    listed = [rows for _, rows in sorted(rounds.items())]
    sizes = [len(rows) for rows in listed]
    going_on = [sum(not (row.part and row.part.hopeless) for row in rows) for rows in listed]
    new = len({row.trial for rows in listed for row in rows})
    while not sizes or not search.schedule.is_over(sizes):
        step = search.schedule.step(len(sizes))
        trials = going_on[step.below[0]] if step.below else max(0, min(step.size, expected - new))
        new += 0 if step.below else trials
        yield len(sizes), [None] * trials
        sizes.append(trials)
        going_on.append(trials)


def _left(search: Search, rows: Sequence[Proposed], results: StudyResults) -> list[tuple[str, RunId]]:
    """The runs of a round that have no result yet."""
    runs = search.runs_in([row.asked for row in rows])
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


def _pause(study: Study, results: StudyResults, spans: Sequence[tuple[float, float]], places: int) -> float:
    """The median time from the end of what a round waited for to its start, over the latest that found a free place."""
    pauses = []
    for name, found in results.searches.items():
        ends: dict[int, float] = {}
        starts: dict[int, float] = {}
        for trial in (trial for trial in found.rungs if trial.started):  # imported ones are not
            ends[trial.round] = max(ends.get(trial.round, 0.0), epoch(trial.finished))
            starts[trial.round] = min(starts.get(trial.round, float("inf")), epoch(trial.started))
        for number, start in sorted(starts.items())[-_LATEST:]:
            end = max(
                (ends.get(needed, start + 1) for needed in _before(study.searches[name], number)[0]), default=None
            )
            if end is None or start < end:
                continue
            middle = (start + end) / 2
            if sum(begun <= middle < ended for begun, ended in spans) < places:
                pauses.append(start - end)
    return statistics.median(pauses[-_FEWEST:]) if pauses else _PAUSE
