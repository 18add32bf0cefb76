"""Resources as values: numbers, texts, expressions over a run's parameters, or learned from the runs before it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snaketune.resources.usage import Usage
from snaketune.runner.run_id import RunId
from snaketune.space.expressions import Expression, Missing
from snaketune.values import shortened_text

__all__ = ["GPUS", "NUMBERS", "WORDS", "Resource", "for_job", "run_values"]

# What expressions know besides the parameters; a parameter of the same name goes before.
WORDS = ("attempt", "budget", "threads")
# The names of the resource that counts GPUs; the first that is given counts.
GPUS = ("gpu", "gpus", "nvidia_gpu")
# Resources that are numbers for every scheduler; the text of any other may just be a text.
NUMBERS = frozenset({
    "cpus_per_gpu", "cpus_per_task", "disk_mb", "gpu", "gpus", "mem_mb", "mem_mb_per_cpu", "nodes", "nvidia_gpu",
    "runtime", "tasks", "tasks_per_gpu",
})  # fmt: skip
# Resources that do not add up over the runs that are done at a time.
_NOT_ADDED = frozenset({"cpus_per_gpu", "cpus_per_task", "mem_mb_per_cpu", "nodes", "tasks", "tasks_per_gpu"})

# A learned resource is what the largest run so far used, times this and the number of the attempt, and some more:
# minutes for the start of the job, MB for the processes around the program.
MARGIN = 1.5
EXTRA = {"runtime": 5, "mem_mb": 200}


@dataclass(frozen=True)
class Resource:
    """One resource: `fixed`, an `expression`, or else learned, with a `fallback` where nothing is known yet.

    A learned one is at most `largest`; the job gets EXTRA on top of it.
    """

    name: str
    fixed: float | str | None = None
    expression: Expression | None = None
    fallback: float | None = None
    largest: float | None = None

    @property
    def learned(self) -> bool:
        return self.fallback is not None

    def __call__(self, values: Mapping[str, Any], usage: Usage) -> float | str:
        """What a run asks for, in MB (`mem_mb`), minutes (`runtime`) or a count; `values` are those of `run_values`.

        Raises:
            ValueError: the expression has no usable value for this run.
        """
        if self.fixed is not None:
            return self.fixed
        if self.expression is not None:
            return self._computed(self.expression, values)
        used = usage.largest(self.name, values["budget"])
        asked: float = ((self.fallback or 0) if used is None else used * MARGIN) * values["attempt"]
        return min(asked, self.largest) if self.largest else asked

    def _computed(self, expression: Expression, values: Mapping[str, Any]) -> float | str:
        try:
            value = expression(values)
        except Missing as error:
            raise ValueError(f"{expression.text!r} needs '{error}', which not every trial has") from None
        if isinstance(value, str) and self.name not in NUMBERS:
            return value
        if not isinstance(value, (bool, int, float)) or not 0 <= value < 2**53:
            raise ValueError(f"{expression.text!r} gives {shortened_text(value)}, not a number from 0 up")
        return float(value)


def run_values(params: Mapping[str, object], run: RunId, *, attempt: int, threads: int) -> dict[str, object]:
    """What the expressions see of a run; `budget` is null for one without."""
    return {"attempt": attempt, "budget": run.budget, "threads": threads, **params}


def for_job(resource: Resource, asked: Sequence[float | str], at_once: int = 1) -> int | str:
    """What a job asks for that does several runs, `at_once` at a time, given what each of them asks for.

    Minutes: enough for any order of the runs. Of other numbers as much as those runs need that may coincide and ask
    for most; of texts that of the first run. Numbers are rounded up.
    """
    texts = [value for value in asked if isinstance(value, str)]
    if texts:
        return texts[0]
    numbers = [value for value in asked if not isinstance(value, str)]
    if resource.name == "runtime":
        last = max(numbers) if at_once > 1 else 0  # one of the longest may be the last to start
        total = sum(numbers) / at_once + last if len(numbers) > at_once else max(numbers)
    elif resource.name in _NOT_ADDED:
        total = max(numbers)
    else:
        total = sum(sorted(numbers)[-at_once:])
    return math.ceil(total) + (EXTRA[resource.name] if resource.learned else 0)
