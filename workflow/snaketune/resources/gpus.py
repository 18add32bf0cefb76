"""The GPUs of this machine that a study's runs share: what Snakemake is to know of them, and what people are told."""

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snaketune.resources.demands import GPUS, Resource
from snaketune.runner.devices import TOOLS, demand_of, found_by_tools, visible
from snaketune.runner.spec import RunSpec

__all__ = ["PERCENT", "Gpus", "gpu_resource", "gpus_here"]

# What jobs ask of this machine besides what they ask of clusters: Snakemake's resources are whole numbers.
PERCENT = "gpu_percent"


@dataclass(frozen=True)
class Gpus:
    """GPUs by their ids, and what named them: a variable, a tool, the configuration."""

    ids: tuple[str, ...]
    source: str

    @property
    def looked_up(self) -> bool:
        """Whether nothing but tools could tell; then they need not be asked again for each run."""
        return self.source in TOOLS or not self.ids

    @property
    def percent(self) -> int:
        """How much of them there is for all jobs at a time."""
        return 100 * len(self.ids)

    def asked(self, runs: Sequence[float], at_once: int) -> int:
        """The percent that a job takes that does runs which ask for so many GPUs, `at_once` at a time.

        Rounded down: that three runs with a third each fit on a GPU matters more than that none ever waits for a
        moment, as the runs themselves see to it that no GPU has too many.

        Raises:
            ValueError: one of the runs asks for more than there are.
        """
        most = max(runs, default=0)
        if math.ceil(most - 1e-9) > len(self.ids):
            raise ValueError(f"{most:g} GPUs are asked for, more than there are here: {self}")
        return math.floor(100 * sum(sorted(map(_whole, runs))[-at_once:]) + 1e-6)

    def at_a_time(self, run: float) -> int:
        """How many runs fit at a time that ask for so many GPUs each, more than 0."""
        count, share = demand_of(run)
        return len(self.ids) // count * math.floor(1 / share + 1e-6)

    def words(self, runs: Sequence[float]) -> str:
        """A sentence about runs that ask for so many GPUs each."""
        if not self.ids:
            return f"No GPU was found here ({self.source}): runs that ask for one go on without"
        if max(runs, default=0) > len(self.ids):
            return f"GPUs here: {self}, fewer than the {max(runs):g} that a run asks for"
        fits = sorted({self.at_a_time(run) for run in runs if run > 0})
        if not fits:
            return f"GPUs here: {self}; no run asks for one"
        least = f"{fits[0]} or, of those that ask for less, " if len(fits) > 1 else ""
        without = f"; {sum(run <= 0 for run in runs)} runs use none" if min(runs) <= 0 else ""
        return f"GPUs here: {self}; at most {least}{fits[-1]} run{'s' * (fits[-1] != 1)} at a time{without}"

    def __str__(self) -> str:
        return f"{', '.join(self.ids)} ({self.source})"


def gpu_resource(resources: Mapping[str, Resource]) -> Resource | None:
    """The resource by which runs ask for GPUs, None if the study names none."""
    return next((resources[name] for name in GPUS if name in resources), None)


def gpus_here(resources: Mapping[str, Resource], run_spec: RunSpec) -> Gpus | None:
    """The GPUs of this machine that runs share, possibly none at all; None, without looking, if none ask for any."""
    if gpu_resource(resources) is None:
        return None
    found = visible({**os.environ, **run_spec.env}, run_spec.devices) or found_by_tools()
    return Gpus(tuple(found.ids), found.source) if found else Gpus((), f"by {', '.join(TOOLS)}")


def _whole(run: float) -> float:
    count, share = demand_of(run)
    return count * share
