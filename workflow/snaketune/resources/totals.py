"""What many runs ask for together."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from snaketune.resources.demands import GPUS, Resource, for_job
from snaketune.resources.usage import Usage

__all__ = ["Totals", "totals_of"]

_GRES = re.compile(r"(?:^|,)gpu(?::[A-Za-z][\w.]*)?(?::(\d+))?(?=,|$)")


@dataclass(frozen=True)
class Totals:
    """Sums over runs of what they may use at most; None where the resources leave it open.

    `minutes` and `megabytes` are those of the run that asks for most; `gb_hours` is memory times time.
    """

    runs: int
    minutes: int | None
    megabytes: int | None
    core_hours: float | None
    gb_hours: float | None
    gpu_hours: float | None

    def words(self) -> str | None:
        """A phrase for people; None if the resources say nothing of it."""
        parts = []
        if self.core_hours is not None:
            parts.append(f"{self.core_hours:,.1f} core hours (a run has {self.minutes:,} min at most)")
        if self.megabytes is not None:
            hours = "" if self.gb_hours is None else f"{self.gb_hours:,.1f} GB hours of memory, "
            parts.append(f"{hours}{self.megabytes:,} MB for the largest run")
        if self.gpu_hours:
            parts.append(f"{self.gpu_hours:,.1f} GPU hours")
        return ", ".join(parts) or None


def totals_of(
    resources: Mapping[str, Resource], runs: Iterable[Mapping[str, object]], threads: int, usage: Usage
) -> Totals:
    """The totals over runs, given by what the resources' expressions see of each (`run_values`).

    Raises:
        ValueError: a resource can't be computed for one of the runs.
    """
    asked: list[dict[str, Any]] = [
        {name: for_job(r, [r(values, usage)]) for name, r in resources.items()} for values in runs
    ]
    timed, sized = "runtime" in resources, "mem_mb" in resources
    return Totals(
        runs=len(asked),
        minutes=max((run["runtime"] for run in asked), default=0) if timed else None,
        megabytes=max((run["mem_mb"] for run in asked), default=0) if sized else None,
        core_hours=sum(run["runtime"] for run in asked) * threads / 60 if timed else None,
        gb_hours=sum(run["runtime"] * run["mem_mb"] for run in asked) / 60 / 1000 if timed and sized else None,
        gpu_hours=sum(run["runtime"] * _gpus(run) for run in asked) / 60 if timed else None,
    )


def _gpus(asked: Mapping[str, int | str]) -> int:
    found = next((asked[name] for name in GPUS if name in asked), None)
    if found is not None:
        return int(found)
    return sum(int(count or 1) for count in _GRES.findall(str(asked.get("gres", ""))))
