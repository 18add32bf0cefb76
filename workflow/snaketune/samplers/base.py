"""What every sampler is: a pure function from the history of a search to its next parameter sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Observation", "Proposal", "Sampler"]


@dataclass(frozen=True)
class Observation:
    """A trial of the search as a sampler sees it.

    `status` is complete, failed, timeout, oom, invalid, pruned, or running (proposed, its result not to be seen).
    `values` holds one number per objective, all to be minimised, and is None unless the trial is complete;
    `variances` their squared standard errors where replicates tell; `violations` one number per outcome
    constraint, at or below 0 where it is met.
    """

    params: dict[str, Any]
    status: str
    values: tuple[float, ...] | None = None
    variances: tuple[float, ...] | None = None
    violations: tuple[float, ...] = ()

    @property
    def measured(self) -> tuple[float, ...]:
        """The values; none unless the trial is complete."""
        return self.values or ()


@dataclass(frozen=True)
class Proposal:
    """A parameter set to try and where it came from; what the model expected of it, in the objective's own units."""

    params: dict[str, Any]
    origin: str
    mean: float | None = None
    sd: float | None = None
    acquisition: float | None = None


class Sampler(Protocol):
    """Proposes parameter sets. Nothing is kept between calls: the same history gives the same proposals."""

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` proposals after `history`; fewer, or none, when the space has no more to give."""
