"""Given parameter sets, in the given order."""

from collections.abc import Mapping, Sequence
from typing import Any

from snaketune.errors import ConfigError
from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.strategy import Given
from snaketune.samplers.support.points import complete_point, rows_of
from snaketune.space import Space
from snaketune.values import trial_id

__all__ = ["ListSampler", "build", "most", "read"]


class ListSampler:
    """Proposes `points`, which differ from each other, as they are."""

    def __init__(self, points: Sequence[dict[str, Any]]):
        self._points = points

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` points; fewer, or none, at their end."""
        start = len(history)
        return [Proposal(point, "list") for point in self._points[start : start + n]]


def build(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> ListSampler:
    """The sampler of strategy `list`."""
    return ListSampler(options["points"])


def most(space: Space, n_trials: int | None, options: Mapping[str, Any]) -> int:
    """All points."""
    return len(options["points"])


def read(given: Given) -> dict[str, Any]:
    """The option `points`: complete parameter sets without repetitions, from the configuration or its file.

    Raises:
        ConfigError: neither or both are given, the file can't be read, or a point is none.
    """
    if ("points" in given.options) == ("file" in given.options):
        raise ConfigError("points", "a list search needs either 'points' or 'file'")
    if "points" in given.options:
        rows = given.options["points"]
    else:
        rows = rows_of(given.root / given.options["file"], given.options["file"], given.space)
    points = [complete_point(row, i, given.space) for i, row in enumerate(rows)]
    return {"points": list({trial_id(point): point for point in points}.values())}
