"""What every sampler is: a pure function from the history of a search to its next parameter sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Observation", "Part", "Proposal", "Rung", "Sampler"]


@dataclass(frozen=True)
class Rung:
    """How far a trial is trained in a round: to `budget`, of at most `max_budget` in its search.

    `from_budget` is that of the run that it goes on from, None if it begins anew; `bracket` and `rung`, both from 0,
    say where that is in a search that has several of them.
    """

    bracket: int
    rung: int
    budget: float
    from_budget: float | None
    max_budget: float

    @property
    def share(self) -> float:
        """The budget as a part of the search's full one, in (0, 1]."""
        return self.budget / self.max_budget


@dataclass(frozen=True)
class Part:
    """Which of its folds (or replicates) a trial does in a round: those from `start` on before `stop`, of `total`.

    A trial that is given up after `stop` of them does none: `start` is `stop` too, and `hopeless` says why.
    """

    start: int
    stop: int
    total: int
    hopeless: str | None = None

    @property
    def so_far(self) -> "Part":
        """All that the trial has done when it has done this one."""
        return Part(0, self.stop, self.total)


@dataclass(frozen=True)
class Observation:
    """A trial of the search as a sampler sees it.

    `status` is complete, failed, timeout, oom, invalid, pruned, or running (proposed, its result not to be seen).
    `values` holds one number per objective, all to be minimised, and is None unless the trial is complete, or was
    pruned and had them by then; `variances` their squared standard errors where replicates tell; `violations` one
    number per outcome constraint, at or below 0 where it is met. `budget` is how far it was trained, as a share in
    (0, 1] of the search's full budget: there may be several observations of the same parameters.
    """

    params: dict[str, Any]
    status: str
    values: tuple[float, ...] | None = None
    variances: tuple[float, ...] | None = None
    violations: tuple[float, ...] = ()
    budget: float = 1.0

    @property
    def measured(self) -> tuple[float, ...]:
        """The values; none where there are none."""
        return self.values or ()


@dataclass(frozen=True)
class Proposal:
    """A parameter set to try and where it came from; what the model expected of it, in the objective's own units.

    One that is to be trained on in another `rung`, or is to do another `part` of its runs, keeps its `number` in the
    search.
    """

    params: dict[str, Any]
    origin: str
    mean: float | None = None
    sd: float | None = None
    acquisition: float | None = None
    rung: Rung | None = None
    number: int | None = None
    part: Part | None = None

    @property
    def budget(self) -> float | None:
        """How far it is to be trained, None where there are no budgets."""
        return self.rung.budget if self.rung else None


class Sampler(Protocol):
    """Proposes parameter sets. Nothing is kept between calls: the same history gives the same proposals."""

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` proposals after `history`; fewer, or none, when the space has no more to give."""
