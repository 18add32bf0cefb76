"""Given parameter sets, in the given order."""

from collections.abc import Sequence

from snaketune.samplers.base import Observation, Proposal
from snaketune.values import trial_id

__all__ = ["ListSampler"]


class ListSampler:
    """Proposes `points` as they are; one that is given twice is proposed once."""

    def __init__(self, points: Sequence[dict]):
        self._points = list({trial_id(point): point for point in points}.values())

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        start = len(history)
        return [Proposal(point, "list") for point in self._points[start : start + n]]
