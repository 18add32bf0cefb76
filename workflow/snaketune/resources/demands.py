"""Resources as values: numbers, texts, expressions over a run's parameters, or learned from the runs before it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snaketune.resources.usage import Usage
from snaketune.space.expressions import Expression, Missing
from snaketune.values import shortened_text

__all__ = ["NUMBERS", "WORDS", "Resource", "for_block", "run_values"]

# What expressions know besides the parameters; a parameter of the same name goes before.
WORDS = ("attempt", "budget", "threads")
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

_BUDGET = re.compile(r"b([\d.]+)\Z")


@dataclass(frozen=True)
class Resource:
    """One resource: `fixed`, an `expression`, or else learned, with a `fallback` where nothing is known yet.

    Numbers are whole, rounded up: MB (`mem_mb`), minutes (`runtime`) or a count. A learned one is at most `largest`.
    """

    name: str
    fixed: int | str | None = None
    expression: Expression | None = None
    fallback: int | None = None
    largest: int | None = None

    def __call__(self, values: Mapping[str, object], usage: Usage) -> int | str:
        """What a run asks for; `values` are its parameters and the words (see `run_values`).

        Raises:
            ValueError: the expression has no usable value for this run.
        """
        if self.fixed is not None:
            return self.fixed
        return self._computed(values) if self.expression else self._learned(values, usage)

    def _computed(self, values: Mapping[str, object]) -> int | str:
        try:
            value = self.expression(values)
        except Missing as error:
            raise ValueError(f"{self.expression.text!r} needs '{error}', which not every trial has") from None
        if isinstance(value, str) and self.name not in NUMBERS:
            return value
        if not isinstance(value, (bool, int, float)) or not 0 <= value < 2**53:
            raise ValueError(f"{self.expression.text!r} gives {shortened_text(value)}, not a number from 0 up")
        return math.ceil(value)

    def _learned(self, values: Mapping[str, object], usage: Usage) -> int:
        attempt, used = values["attempt"], usage.largest(self.name, values["budget"])
        asked = self.fallback if used is None else math.ceil(used * MARGIN) + EXTRA[self.name]
        return min(asked * attempt, self.largest or asked * attempt)


def run_values(params: Mapping[str, object], run: str, *, attempt: int, threads: int) -> dict[str, object]:
    """What the expressions see of a run; `budget` is null for one without."""
    budget = _BUDGET.search(run)
    return {"attempt": attempt, "budget": float(budget[1]) if budget else None, "threads": threads, **params}


def for_block(name: str, asked: Sequence[int | str], at_once: int) -> int | str:
    """What a job asks of a resource for several runs, `at_once` at a time, given what each of them asks for.

    Minutes: enough for any order of the runs. Else, of numbers, as much as the largest ones that may coincide need;
    of texts, that of the first run.
    """
    if any(isinstance(value, str) for value in asked):
        return asked[0]
    if name == "runtime":
        return math.ceil(sum(asked) / at_once) + (max(asked) if at_once > 1 else 0)
    return max(asked) if name in _NOT_ADDED else sum(sorted(asked)[-at_once:])
