"""Which runs are under way, and since when: seen from the locks that their runners hold, whoever started them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from snaketune.layout import Layout
from snaketune.runner.lock import LOCK, is_held
from snaketune.runner.run_id import RunId

__all__ = ["Running", "under_way"]

_ATTEMPT = re.compile(r"^\S+ attempt (\d+) on (\S+?):", re.MULTILINE)
_TAIL = 10_000  # bytes of a runner's log, in which the line about its present attempt is


@dataclass(frozen=True)
class Running:
    """A run under way; `since` in seconds since the epoch."""

    trial: str
    run: RunId
    since: float
    attempt: int
    host: str

    @property
    def name(self) -> str:
        return f"{self.trial}/{self.run}"


def under_way(layout: Layout, runs: Iterable[tuple[str, RunId]]) -> list[Running]:
    """Those of some runs, none of which has a result, that a runner is at work on; the longest first."""
    found = []
    for trial, run in dict.fromkeys(runs):
        folder = layout.run(trial, run)
        if is_held(str(folder)):
            try:
                since = (folder / LOCK).stat().st_mtime
            except FileNotFoundError:  # it has just been deleted
                continue
            attempt, host = _attempt(layout.run_logs(trial, run) / "runner.log")
            found.append(Running(trial, run, since, attempt, host))
    return sorted(found, key=lambda each: (each.since, each.name))


def _attempt(log: Path) -> tuple[int, str]:
    """The number and host of the attempt that a runner's log is about; 1 and nothing before it has said so."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL))
            said = _ATTEMPT.findall(file.read().decode("utf-8", "replace"))
    except OSError:
        said = []
    return (int(said[-1][0]), said[-1][1]) if said else (1, "")
