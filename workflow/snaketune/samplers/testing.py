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

import copy
import json
import math
import random
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from snaketune.samplers.base import Observation, Proposal, Sampler
from snaketune.samplers.strategy import Strategy
from snaketune.samplers.support.contract_cases import (
    FINITE,
    SMALL,
    SPACES,
    complete,
    history,
    odd_histories,
    promoted,
    value,
)
from snaketune.samplers.support.distinct import Distinct
from snaketune.space import Space

__all__ = ["FINITE", "SMALL", "SPACES", "Build", "Contract", "complete", "history", "promoted", "value"]

_PLAIN = (int, float, str, bool, type(None), list, dict)
_ENDS = ("failed", "timeout", "oom", "invalid", "pruned", "running")
_SEEN = 12
# The parameters of these spaces that are whole numbers.
_WHOLE = ("depth", "width", "layers", "second", "n", "m")


class Build(Protocol):
    """Makes a sampler over a space; `n_trials` is for those that plan all trials as a whole."""

    def __call__(self, space: Space, *, seed: int, n_trials: int) -> Sampler:
        """The sampler."""


@dataclass(frozen=True)
class Contract:
    """A sampler and what is to be checked of it.

    `learns` is what its strategy's entry says, `several` whether it takes several objectives (if not, it has to say
    so); `spaces` those that it is tried on; `exempt` the checks that do not hold for it, by name, each with the reason.
    """

    build: Build
    learns: bool = False
    several: bool = True
    spaces: Mapping[str, Space] = field(default_factory=lambda: SPACES)
    exempt: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.exempt) - set(_CHECKS))
        if unknown:
            raise ValueError(f"there is no check '{unknown[0]}'; the checks are {', '.join(_CHECKS)}")

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
        return tuple(name for name, (kind, _) in _CHECKS.items() if kind in kinds)

    def check(self, name: str | None = None) -> None:
        """Does one check, or all of them.

        Raises:
            AssertionError: the sampler breaks the contract.
        """
        for chosen in self.names if name is None else (name,):
            _CHECKS[chosen][1](self)

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


_CHECKS: dict[str, tuple[str, Callable[[Contract], None]]] = {}


def _check(kind: str) -> Callable[[Callable[[Contract], None]], Callable[[Contract], None]]:
    """Registers a check for all samplers, for learning ones, or for static ones, which do not learn."""

    def register(check: Callable[[Contract], None]) -> Callable[[Contract], None]:
        _CHECKS[check.__name__.removeprefix("_").replace("_", " ")] = (kind, check)
        return check

    return register


@_check("all")
def _proposals_are_new_allowed_and_plain(contract: Contract) -> None:
    for name, space in contract.spaces.items():
        seen = contract.seen(space)
        proposals = contract.sampler(space).ask(seen, 3)
        _expect(len(proposals) == 3, f"{name}: {len(proposals)} proposals instead of 3")
        for proposal in proposals:
            why = space.why_outside(proposal.params)
            _expect(why is None, f"{name}: {proposal.params} is not in the space: {why}")
            odd = [value for value in _leaves(proposal.params) if type(value) not in _PLAIN]
            _expect(not odd, f"{name}: {odd and type(odd[0])} in {proposal.params} is no plain type of Python")
            whole = all(type(proposal.params.get(name, 1)) is int for name in _WHOLE)
            _expect(whole, f"{name}: a whole number in {proposal.params} is not an int")
            _expect(proposal.origin != "", f"{name}: a proposal says where it comes from (origin)")
            told = (proposal.mean, proposal.sd, proposal.acquisition)
            _expect(all(type(v) in (float, type(None)) for v in told), f"{name}: {told} are not floats of Python")
        evaluated = Distinct(o.params for o in seen)
        _expect(all(evaluated.add(p.params) for p in proposals), f"{name}: a parameter set is proposed twice")


@_check("all")
def _the_same_history_gives_the_same_proposals(contract: Contract) -> None:
    for name, space in contract.spaces.items():
        sampler, seen = contract.sampler(space), contract.seen(space)
        _seed_of_others(1)
        first = _text(sampler.ask(seen, 3))
        sampler.ask(seen[:7], 1)
        _seed_of_others(2)
        _expect(_text(sampler.ask(seen, 3)) == first, f"{name}: the sampler keeps something between calls")
        _expect(_text(contract.sampler(space).ask(seen, 3)) == first, f"{name}: another sampler proposes otherwise")


@_check("all")
def _the_order_of_the_history_does_not_matter(contract: Contract) -> None:
    for name, space in contract.spaces.items():
        sampler, seen = contract.sampler(space), contract.seen(space)
        mixed = random.Random(0).sample(seen, len(seen))
        for other in (seen[::-1], mixed):
            _expect(_text(sampler.ask(other, 3)) == _text(sampler.ask(seen, 3)), f"{name}: the order matters")


@_check("all")
def _the_history_is_left_as_it_is(contract: Contract) -> None:
    seen = contract.seen(contract.space)
    before = copy.deepcopy(seen)
    contract.sampler(contract.space).ask(seen, 2)
    _expect(seen == before, "the history was changed")


@_check("all")
def _a_longer_batch_begins_with_the_shorter_one(contract: Contract) -> None:
    sampler = contract.sampler(contract.space)
    for seen in ([], contract.seen(contract.space, 10)):
        shorter, longer = sampler.ask(seen, 3), sampler.ask(seen, 8)
        _expect(len(longer) == 8, f"{len(longer)} proposals instead of 8")
        _expect(_text(longer[:3]) == _text(shorter), "3 of 8 proposals are others than 3 of 3")
        _expect(sampler.ask(seen, 0) == [], "there are proposals where none were asked for")


@_check("static")
def _rounds_go_on_where_the_last_one_ended(contract: Contract) -> None:
    for name, space in contract.spaces.items():
        sampler = contract.sampler(space)
        whole = sampler.ask([], 9)
        seen = [complete(p.params) for p in whole[:4]]
        _expect(_text(sampler.ask(seen, 5)) == _text(whole[4:]), f"{name}: 4 and 5 trials are others than 9")


@_check("all")
def _the_seed_matters(contract: Contract) -> None:
    one, other = (contract.sampler(contract.space, seed).ask([], 2) for seed in (1, 2))
    _expect(_params(one) != _params(other), "another seed gives the same proposals")


@_check("learning")
def _the_results_matter(contract: Contract) -> None:
    seen = contract.seen(contract.space, 10)
    other = [complete(o.params, -o.measured[0]) for o in seen]
    sampler = contract.sampler(contract.space)
    _expect(_params(sampler.ask(seen, 2)) != _params(sampler.ask(other, 2)), "other results give the same proposals")


@_check("all")
def _a_finite_space_is_exhausted_and_then_empty(contract: Contract) -> None:
    sampler = contract.sampler(SMALL)
    seen = history(sampler, 30, q=5)
    found = len(Distinct(o.params for o in seen))
    _expect(len(seen) == found == SMALL.size, f"{len(seen)} proposals, {found} different ones, of {SMALL.size} points")
    _expect(sampler.ask(seen, 3) == [], "there are proposals where all points have been tried")


@_check("all")
def _trials_of_any_status_are_not_proposed_again(contract: Contract) -> None:
    sampler = contract.sampler(SMALL)
    points = list(SMALL.grid()) if contract.learns else [p.params for p in sampler.ask([], 12)]
    *taken, last = points
    seen = [Observation(params, _ENDS[i % 6]) if i % 2 else complete(params) for i, params in enumerate(taken)]
    found = _params(sampler.ask(seen, 4))
    _expect(found == [last], f"what is left is {last}; proposed was {found}")


@_check("learning")
def _results_of_several_budgets_are_taken(contract: Contract) -> None:
    for name, space in contract.spaces.items():
        sets = [o.params for o in contract.seen(space)]
        seen = promoted(sets)
        proposals = contract.sampler(space).ask(seen, 3)
        _expect(len(proposals) == 3, f"{name}: {len(proposals)} proposals instead of 3")
        evaluated = Distinct(sets)
        _expect(all(evaluated.add(p.params) for p in proposals), f"{name}: a parameter set is proposed twice")
        _expect(_text(contract.sampler(space).ask(seen, 3)) == _text(proposals), f"{name}: it proposes otherwise again")


@_check("learning")
def _the_order_of_budgets_does_not_matter(contract: Contract) -> None:
    sampler, seen = contract.sampler(contract.space), promoted([o.params for o in contract.seen(contract.space)])
    for other in (seen[::-1], random.Random(0).sample(seen, len(seen))):
        _expect(_text(sampler.ask(other, 3)) == _text(sampler.ask(seen, 3)), "the order matters")


@_check("learning")
def _a_full_budget_that_is_raised_changes_nothing(contract: Contract) -> None:
    sampler, sets = contract.sampler(contract.space), [o.params for o in contract.seen(contract.space)]
    before, after = (promoted(sets, ladder) for ladder in ((3 / 27, 9 / 27, 27 / 27), (3 / 81, 9 / 81, 27 / 81)))
    after = [replace(b, values=a.values) for a, b in zip(before, after, strict=True)]
    _expect(_text(sampler.ask(after, 3)) == _text(sampler.ask(before, 3)), "it proposes otherwise")


@_check("learning")
def _odd_histories_do_not_stop_a_search(contract: Contract) -> None:
    for name, seen in odd_histories([o.params for o in contract.seen(contract.space)]).items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            proposals = contract.sampler(contract.space).ask(seen, 2)
        _expect(len(proposals) == 2, f"{name}: {len(proposals)} proposals instead of 2")
        evaluated = Distinct(o.params for o in seen)
        _expect(not any(p.params in evaluated for p in proposals), f"{name}: a parameter set is proposed twice")


@_check("learning")
def _several_objectives_are_taken_or_refused(contract: Contract) -> None:
    sampler = contract.sampler(contract.space)
    seen = [complete(o.params, o.measured[0], -math.sqrt(value(o.params))) for o in contract.seen(contract.space)]
    if contract.several:
        proposals = sampler.ask(seen, 4)
        _expect(len(Distinct(_params(proposals))) == 4, "there are not 4 different proposals")
        _expect(_text(sampler.ask(seen, 2)) == _text(proposals[:2]), "2 of 4 proposals are others than 2 of 2")
        return
    try:
        sampler.ask(seen, 2)
    except ValueError as error:
        _expect("one objective" in str(error), f"the error does not say that it takes one objective: {error}")
    else:
        raise AssertionError("two objectives are not refused")


def _seed_of_others(seed: int) -> None:
    """Sets the generators that are not the sampler's, on which nothing may depend."""
    random.seed(seed)
    np.random.seed(seed)


def _expect(holds: bool, message: str) -> None:
    if not holds:
        raise AssertionError(message)


def _text(proposals: Sequence[Proposal]) -> str:
    return json.dumps([vars(proposal) for proposal in proposals])


def _params(proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    return [proposal.params for proposal in proposals]


def _leaves(params: Mapping[str, Any]) -> list[Any]:
    """All values, those within lists and mappings too."""
    found: list[Any] = []
    left: list[Any] = list(params.values())
    while left:
        item = left.pop()
        found.append(item)
        left += item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return found
