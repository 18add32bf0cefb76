"""What the finished runs of a study used, read from their results."""

import os
import time
from pathlib import Path

from snaketune.results.records import read_record
from snaketune.runner.states import RESULT
from snaketune.sums import DamagedFile

__all__ = ["Usage"]

_FIELDS = {"runtime": ("seconds", 60), "mem_mb": ("max_rss_mb", 1)}
# Between two looks at the results pass at least so many seconds, and so many times as many as the last look took.
_PAUSE, _SHARE = 60, 50


class Usage:
    """The minutes (`runtime`) and MB (`mem_mb`) that runs used; `root` is the study's folder, None to know nothing.

    Each result is read once, and new ones are looked for now and then.
    """

    def __init__(self, root: Path | None):
        self._root = root
        self._known: set[str] = set()
        self._used: dict[str, dict[float | None, float]] = {name: {} for name in _FIELDS}  # the largest, by budget
        self._next_look = float("-inf")

    def largest(self, name: str, budget: float | None) -> float | None:
        """The most that a run used, of a smaller budget in proportion to it; None if there was none."""
        self._look()
        scaled = [
            used * max(1.0, budget / of_budget if budget and of_budget and name == "runtime" else 1.0)
            for of_budget, used in self._used[name].items()
        ]
        return max(scaled, default=None)

    def _look(self) -> None:
        begun = time.monotonic()
        if self._root is None or begun < self._next_look:
            return
        for folder in _folders(self._root / "trials"):
            for run in _folders(folder):
                if run not in self._known:
                    self._read(run)
        now = time.monotonic()
        self._next_look = now + max(_PAUSE, _SHARE * (now - begun))

    def _read(self, run: str) -> None:
        try:
            record = read_record(Path(run, RESULT))
        except (FileNotFoundError, DamagedFile):
            return
        self._known.add(run)
        for name, (field, unit) in _FIELDS.items():
            by_budget = self._used[name]
            budget = record.run.budget
            by_budget[budget] = max(by_budget.get(budget, 0), getattr(record, field) / unit)


def _folders(path: Path | str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return [entry.path for entry in entries if entry.is_dir()]
    except FileNotFoundError:
        return []
