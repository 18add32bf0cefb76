"""What every sampler must do, as checks for the author of one; they need no test runner.

    from snaketune.samplers.testing import Contract

    CONTRACT = Contract(lambda space, *, seed, n_trials: HillSampler(space, seed=seed), learns=True)
    CONTRACT.check()

With pytest, a test for each check:

    @pytest.mark.parametrize("name", CONTRACT.names)
    def test_the_contract_of_samplers(name):
        CONTRACT.check(name)

A sampler is a pure function: of its space, seed and options, and of the history, whose order does not matter. One that
does not learn (`learns` of its strategy's entry) may go by the length of the history, which then holds its own
proposals. The checks raise AssertionError.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from snaketune.samplers.base import Sampler
from snaketune.samplers.strategy import Strategy
from snaketune.samplers.support.contract_cases import FINITE, SMALL, SPACES, complete, history, promoted, value
from snaketune.samplers.support.contract_checks import CHECKS
from snaketune.samplers.support.contract_subject import Build, Subject
from snaketune.space import Space

__all__ = ["FINITE", "SMALL", "SPACES", "Build", "Contract", "Subject", "complete", "history", "promoted", "value"]


@dataclass(frozen=True)
class Contract(Subject):
    """A sampler and what is to be checked of it.

    `exempt` are the checks that do not hold for it, by name, each with the reason; all else is as for `Subject`.
    """

    exempt: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.exempt) - set(CHECKS))
        if unknown:
            raise ValueError(f"there is no check '{unknown[0]}'; the checks are {', '.join(CHECKS)}")

    @classmethod
    def of(cls, strategy: Strategy, options: Mapping[str, Any], **more: Any) -> "Contract":
        """That of a strategy of the registry with some options; `more` as for the class."""

        def build(space: Space, *, seed: int, n_trials: int) -> Sampler:
            return strategy.build(space, seed=seed, n_trials=n_trials, options=options)

        return cls(build, learns=strategy.learns, **more)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the checks that the sampler has to pass."""
        return tuple(name for name in self.applicable if name not in self.exempt)

    @property
    def applicable(self) -> tuple[str, ...]:
        """The names of the checks for samplers of this kind, whether it is exempt or not."""
        kinds = ("all", "learning" if self.learns else "static")
        return tuple(name for name, (kind, _) in CHECKS.items() if kind in kinds)

    def check(self, name: str | None = None) -> None:
        """Does one check, or all of them.

        Raises:
            AssertionError: the sampler breaks the contract.
        """
        for chosen in self.names if name is None else (name,):
            CHECKS[chosen][1](self)
