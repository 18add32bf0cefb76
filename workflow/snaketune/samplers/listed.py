"""Given parameter sets, in the given order."""

from collections.abc import Sequence

from snaketune.samplers.base import Observation, Proposal

__all__ = ["ListSampler"]


class ListSampler:
    """Proposes `points`, which differ from each other, as they are."""

    def __init__(self, points: Sequence[dict]):
        self._points = points

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        start = len(history)
        return [Proposal(point, "list") for point in self._points[start : start + n]]
