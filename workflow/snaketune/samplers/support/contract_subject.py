"""A sampler as the checks of its contract see it: how it is made, of which kind it is, what it is tried on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from snaketune.samplers.base import Observation, Sampler
from snaketune.samplers.support.contract_cases import SPACES, complete
from snaketune.space import Space

__all__ = ["Build", "Subject"]

_SEEN = 12


class Build(Protocol):
    """Makes a sampler over a space; `n_trials` is for those that plan all trials as a whole."""

    def __call__(self, space: Space, *, seed: int, n_trials: int) -> Sampler:
        """The sampler."""


@dataclass(frozen=True)
class Subject:
    """A sampler that is checked.

    `learns` is what its strategy's entry says, `several` whether it takes several objectives (if not, it has to say
    so); `spaces` are those that it is tried on.
    """

    build: Build
    learns: bool = False
    several: bool = True
    spaces: Mapping[str, Space] = field(default_factory=lambda: SPACES)

    @property
    def space(self) -> Space:
        """The space for checks that need only one."""
        return next(iter(self.spaces.values()))

    def sampler(self, space: Space, seed: int = 1) -> Sampler:
        """A new sampler."""
        return self.build(space, seed=seed, n_trials=40)

    def seen(self, space: Space, n: int = _SEEN) -> list[Observation]:
        """A history for the sampler: any points if it learns, else its own."""
        from snaketune.samplers.quasirandom import halton

        sampler = halton(space, seed=0, n_trials=n, options={}) if self.learns else self.sampler(space)
        return [complete(proposal.params) for proposal in sampler.ask([], n)]
