"""The checks of the contract of samplers, by name; each raises AssertionError where a sampler breaks it."""

import copy
import json
import math
import random
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.support.contract_cases import SMALL, complete, history, odd_histories, promoted, value
from snaketune.samplers.support.contract_subject import Subject
from snaketune.samplers.support.distinct import Distinct

__all__ = ["CHECKS"]

_PLAIN = (int, float, str, bool, type(None), list, dict)
_ENDS = ("failed", "timeout", "oom", "invalid", "pruned", "running")
# The parameters of the contract's spaces that are whole numbers.
_WHOLE = ("depth", "width", "layers", "second", "n", "m")

# For which kind of samplers each is: all, those that learn, or static ones, which do not.
CHECKS: dict[str, tuple[str, Callable[[Subject], None]]] = {}


def _check(kind: str) -> Callable[[Callable[[Subject], None]], Callable[[Subject], None]]:
    """Registers a check for samplers of that kind, under its own name in words."""

    def register(check: Callable[[Subject], None]) -> Callable[[Subject], None]:
        CHECKS[check.__name__.removeprefix("_").replace("_", " ")] = (kind, check)
        return check

    return register


@_check("all")
def _proposals_are_new_allowed_and_plain(subject: Subject) -> None:
    for name, space in subject.spaces.items():
        seen = subject.seen(space)
        proposals = subject.sampler(space).ask(seen, 3)
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
def _the_same_history_gives_the_same_proposals(subject: Subject) -> None:
    for name, space in subject.spaces.items():
        sampler, seen = subject.sampler(space), subject.seen(space)
        _seed_of_others(1)
        first = _text(sampler.ask(seen, 3))
        sampler.ask(seen[:7], 1)
        _seed_of_others(2)
        _expect(_text(sampler.ask(seen, 3)) == first, f"{name}: the sampler keeps something between calls")
        _expect(_text(subject.sampler(space).ask(seen, 3)) == first, f"{name}: another sampler proposes otherwise")


@_check("all")
def _the_order_of_the_history_does_not_matter(subject: Subject) -> None:
    for name, space in subject.spaces.items():
        sampler, seen = subject.sampler(space), subject.seen(space)
        mixed = random.Random(0).sample(seen, len(seen))
        for other in (seen[::-1], mixed):
            _expect(_text(sampler.ask(other, 3)) == _text(sampler.ask(seen, 3)), f"{name}: the order matters")


@_check("all")
def _the_history_is_left_as_it_is(subject: Subject) -> None:
    seen = subject.seen(subject.space)
    before = copy.deepcopy(seen)
    subject.sampler(subject.space).ask(seen, 2)
    _expect(seen == before, "the history was changed")


@_check("all")
def _a_longer_batch_begins_with_the_shorter_one(subject: Subject) -> None:
    sampler = subject.sampler(subject.space)
    for seen in ([], subject.seen(subject.space, 10)):
        shorter, longer = sampler.ask(seen, 3), sampler.ask(seen, 8)
        _expect(len(longer) == 8, f"{len(longer)} proposals instead of 8")
        _expect(_text(longer[:3]) == _text(shorter), "3 of 8 proposals are others than 3 of 3")
        _expect(sampler.ask(seen, 0) == [], "there are proposals where none were asked for")


@_check("static")
def _rounds_go_on_where_the_last_one_ended(subject: Subject) -> None:
    for name, space in subject.spaces.items():
        sampler = subject.sampler(space)
        whole = sampler.ask([], 9)
        seen = [complete(p.params) for p in whole[:4]]
        _expect(_text(sampler.ask(seen, 5)) == _text(whole[4:]), f"{name}: 4 and 5 trials are others than 9")


@_check("all")
def _the_seed_matters(subject: Subject) -> None:
    one, other = (subject.sampler(subject.space, seed).ask([], 2) for seed in (1, 2))
    _expect(_params(one) != _params(other), "another seed gives the same proposals")


@_check("learning")
def _the_results_matter(subject: Subject) -> None:
    seen = subject.seen(subject.space, 10)
    other = [complete(o.params, -o.measured[0]) for o in seen]
    sampler = subject.sampler(subject.space)
    _expect(_params(sampler.ask(seen, 2)) != _params(sampler.ask(other, 2)), "other results give the same proposals")


@_check("all")
def _a_finite_space_is_exhausted_and_then_empty(subject: Subject) -> None:
    sampler = subject.sampler(SMALL)
    seen = history(sampler, 30, q=5)
    found = len(Distinct(o.params for o in seen))
    _expect(len(seen) == found == SMALL.size, f"{len(seen)} proposals, {found} different ones, of {SMALL.size} points")
    _expect(sampler.ask(seen, 3) == [], "there are proposals where all points have been tried")


@_check("all")
def _trials_of_any_status_are_not_proposed_again(subject: Subject) -> None:
    sampler = subject.sampler(SMALL)
    points = list(SMALL.grid()) if subject.learns else [p.params for p in sampler.ask([], 12)]
    *taken, last = points
    seen = [Observation(params, _ENDS[i % 6]) if i % 2 else complete(params) for i, params in enumerate(taken)]
    found = _params(sampler.ask(seen, 4))
    _expect(found == [last], f"what is left is {last}; proposed was {found}")


@_check("learning")
def _results_of_several_budgets_are_taken(subject: Subject) -> None:
    for name, space in subject.spaces.items():
        sets = [o.params for o in subject.seen(space)]
        seen = promoted(sets)
        proposals = subject.sampler(space).ask(seen, 3)
        _expect(len(proposals) == 3, f"{name}: {len(proposals)} proposals instead of 3")
        evaluated = Distinct(sets)
        _expect(all(evaluated.add(p.params) for p in proposals), f"{name}: a parameter set is proposed twice")
        _expect(_text(subject.sampler(space).ask(seen, 3)) == _text(proposals), f"{name}: it proposes otherwise again")


@_check("learning")
def _the_order_of_budgets_does_not_matter(subject: Subject) -> None:
    sampler, seen = subject.sampler(subject.space), promoted([o.params for o in subject.seen(subject.space)])
    for other in (seen[::-1], random.Random(0).sample(seen, len(seen))):
        _expect(_text(sampler.ask(other, 3)) == _text(sampler.ask(seen, 3)), "the order matters")


@_check("learning")
def _a_full_budget_that_is_raised_changes_nothing(subject: Subject) -> None:
    sampler, sets = subject.sampler(subject.space), [o.params for o in subject.seen(subject.space)]
    before, after = (promoted(sets, ladder) for ladder in ((3 / 27, 9 / 27, 27 / 27), (3 / 81, 9 / 81, 27 / 81)))
    after = [replace(b, values=a.values) for a, b in zip(before, after, strict=True)]
    _expect(_text(sampler.ask(after, 3)) == _text(sampler.ask(before, 3)), "it proposes otherwise")


@_check("learning")
def _odd_histories_do_not_stop_a_search(subject: Subject) -> None:
    for name, seen in odd_histories([o.params for o in subject.seen(subject.space)]).items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            proposals = subject.sampler(subject.space).ask(seen, 2)
        _expect(len(proposals) == 2, f"{name}: {len(proposals)} proposals instead of 2")
        evaluated = Distinct(o.params for o in seen)
        _expect(not any(p.params in evaluated for p in proposals), f"{name}: a parameter set is proposed twice")


@_check("learning")
def _several_objectives_are_taken_or_refused(subject: Subject) -> None:
    sampler = subject.sampler(subject.space)
    seen = [complete(o.params, o.measured[0], -math.sqrt(value(o.params))) for o in subject.seen(subject.space)]
    if subject.several:
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
