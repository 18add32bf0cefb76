"""What many jobs ask for together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snaketune.resources.demands import GPUS, Resource, for_job
from snaketune.resources.profile import Given
from snaketune.resources.usage import Usage

__all__ = ["Totals", "totals_of"]

_GRES = re.compile(r"(?:^|,)gpu(?::[A-Za-z][\w.]*)?(?::(\d+))?(?=,|$)")


@dataclass(frozen=True)
class Totals:
    """Sums over jobs of what they may use at most; None where the resources leave it open.

    `minutes` and `megabytes` are those of the job that asks for most; `gb_hours` is memory times time.
    """

    jobs: int
    minutes: int | None
    megabytes: int | None
    core_hours: float | None
    gb_hours: float | None
    gpu_hours: float | None

    def words(self) -> str | None:
        """A phrase for people; None if the resources say nothing of it."""
        parts = []
        if self.core_hours is not None:
            parts.append(f"{self.core_hours:,.1f} core hours (a job has {self.minutes:,} min at most)")
        if self.megabytes is not None:
            hours = "" if self.gb_hours is None else f"{self.gb_hours:,.1f} GB hours of memory, "
            parts.append(f"{hours}{self.megabytes:,} MB for the largest job")
        if self.gpu_hours:
            parts.append(f"{self.gpu_hours:,.1f} GPU hours")
        return ", ".join(parts) or None


def totals_of(
    resources: Mapping[str, Resource],
    jobs: Iterable[Sequence[Mapping[str, object]]],
    threads: int,
    at_once: int,
    usage: Usage,
    given: Given,
) -> Totals:
    """The totals over jobs, each given by what the resources' expressions see of its runs (`run_values`).

    `threads` are the cores of a job, `at_once` is how many of its runs go on at a time; `given` is what a profile adds.

    Raises:
        ValueError: a resource can't be computed for one of the runs.
    """
    asked: list[dict[str, Any]] = [
        {name: for_job(r, [r(values, usage) for values in runs], at_once) for name, r in resources.items()}
        | dict(given.resources)
        for runs in jobs
    ]
    named = {*resources, *given.resources}
    timed, sized = "runtime" in named, "mem_mb" in named
    return Totals(
        jobs=len(asked),
        minutes=max((job["runtime"] for job in asked), default=0) if timed else None,
        megabytes=max((job["mem_mb"] for job in asked), default=0) if sized else None,
        core_hours=sum(job["runtime"] for job in asked) * threads / 60 if timed else None,
        gb_hours=sum(job["runtime"] * job["mem_mb"] for job in asked) / 60 / 1000 if timed and sized else None,
        gpu_hours=sum(job["runtime"] * _gpus(job) for job in asked) / 60 if timed else None,
    )


def _gpus(asked: Mapping[str, int | str]) -> int:
    found = next((asked[name] for name in GPUS if name in asked), None)
    if found is not None:
        return int(found)
    return sum(int(count or 1) for count in _GRES.findall(str(asked.get("gres", ""))))
