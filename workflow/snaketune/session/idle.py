"""What it cost that the rounds of a search that learns wait for the last run of the round before."""

from collections.abc import Sequence

from snaketune.config.study import Search
from snaketune.results.study import StudyResults
from snaketune.session.effort import epoch
from snaketune.session.forecast import concurrency
from snaketune.session.outlook import duration

__all__ = ["idle_seconds", "waiting_text"]

# Less than this part of the time, or less than so many seconds, is not worth a word.
_SHARE = 0.1
_LEAST = 60.0

Interval = tuple[float, float]


def idle_seconds(round_: Sequence[Interval], everything: Sequence[Interval], places: int) -> float:
    """How long places were idle while the round's last runs went on: the sum over the places, in seconds.

    From when no run of the round was left to begin until the last one's end; `everything` are all runs of the study.
    """
    begun, ended = max(start for start, _ in round_), max(end for _, end in round_)
    busy = sum(max(0.0, min(end, ended) - max(start, begun)) for start, end in everything)
    return max(0.0, places * (ended - begun) - busy)


def waiting_text(results: StudyResults, since: float) -> str | None:
    """How much core time was idle at the ends of rounds since a moment, if that is worth mentioning."""
    everything = {key: (epoch(run.record.started), epoch(run.record.finished)) for key, run in results.known.items()}
    ours = [interval for interval in everything.values() if interval[0] >= since]
    places = concurrency(ours)
    if places < 2:
        return None
    idle, waiting = 0.0, list[Search]()
    for name, found in results.searches.items():
        search, trials = results.study.searches[name], found.rungs
        rounds: dict[int, list[Interval]] = {}
        for trial in trials:
            for run in search.runs_in([trial.asked]):
                rounds.setdefault(trial.round, []).append(everything[run])
        awaited = [rounds[number] for number in sorted(rounds)[:-1] if search.learns and not search.overlap]
        lost = sum(idle_seconds(r, ours, places) for r in awaited if min(start for start, _ in r) >= since)
        idle += lost
        waiting += [search] if lost else []
    total = places * (max(end for _, end in ours) - min(start for start, _ in ours))
    threads = results.study.config["objective"]["threads"] if results.study.at_once else 1
    if idle < max(_LEAST, _SHARE * total):
        return None
    share = f"{100 * idle / total:.0f} %"
    left = f"Waiting for the last runs of rounds left {duration(idle * threads)} of core time idle ({share})"
    return f"{left}: {_remedies(waiting)}"


def _remedies(searches: Sequence[Search]) -> str:
    """What would leave less idle: a rung has to wait for the one below, whatever the overlap."""
    rungs = [search.name for search in searches if search.schedule.count is not None]
    others = [search.name for search in searches if search.name not in rungs]
    said = [f"overlap: 1 of {' and '.join(others)} would let the next round begin meanwhile"] if others else []
    if rungs:
        said.append(f"strategy: hyperband or asha in place of {' and '.join(rungs)} would have other trials to train")
    return "; ".join(said)
