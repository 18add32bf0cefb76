"""A study at a moment of its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from snaketune.results.so_far import SoFar
from snaketune.results.study import StudyResults
from snaketune.session.outlook import outlook, unfinished
from snaketune.session.running import Running, under_way

__all__ = ["Glance", "glance_at"]


@dataclass(frozen=True)
class Glance:
    """What there is of a study, the runs under way, and how long it still goes on if somebody is at work, in words."""

    results: StudyResults
    running: Sequence[Running]
    left: str | None


def glance_at(so_far: SoFar, now: float) -> Glance:
    """How a study is `now`, in seconds since the epoch."""
    results = so_far.results()
    running = under_way(results.layout, unfinished(so_far, results.study, results))
    return Glance(results, running, outlook(so_far, results, running, now))
