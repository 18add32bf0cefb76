"""What the finished runs of a study used, read from their results."""

import time

from snaketune.results.store import Store
from snaketune.sums import DamagedFile

__all__ = ["Usage"]

_FIELDS = {"runtime": ("seconds", 60), "mem_mb": ("max_rss_mb", 1)}
# Between two looks at the results pass at least so many seconds, and so many times as many as the last look took.
_PAUSE, _SHARE = 60, 50


class Usage:
    """The minutes (`runtime`) and MB (`mem_mb`) that runs used; `store` has the runs' results, None to know nothing.

    Each result is read once, and new ones are looked for now and then.
    """

    def __init__(self, store: Store | None):
        self._store = store
        self._known: set[tuple[str, str]] = set()
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
        if self._store is None or begun < self._next_look:
            return
        self._store.refresh()
        for run in self._store.runs():
            if run not in self._known:
                self._read(self._store, *run)
        now = time.monotonic()
        self._next_look = now + max(_PAUSE, _SHARE * (now - begun))

    def _read(self, store: Store, trial: str, name: str) -> None:
        try:
            record = store.record(trial, name)
        except (FileNotFoundError, DamagedFile):
            return
        self._known.add((trial, name))
        for name, (field, unit) in _FIELDS.items():
            by_budget = self._used[name]
            budget = record.run.budget
            by_budget[budget] = max(by_budget.get(budget, 0), getattr(record, field) / unit)
