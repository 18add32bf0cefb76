"""The contract of samplers notices who breaks it."""

import numpy as np
import pytest
from snaketune.samplers.base import Proposal
from snaketune.samplers.random import RandomSampler
from snaketune.samplers.testing import Contract


class Broken:
    """Random draws, spoiled in some way by `spoil(proposals, history, n)`."""

    def __init__(self, space, seed, spoil):
        self._random = RandomSampler(space, seed=seed)
        self._spoil = spoil

    def ask(self, history, n):
        return self._spoil(self._random.ask(history, n), history, n)


def by_chance(proposals, history, n):
    return [Proposal(p.params, p.origin, mean=float(np.random.random())) for p in proposals]


def changed(proposals, history, n):
    history.clear()
    return proposals


def everywhere(change):
    return lambda proposals, history, n: [Proposal(change(p.params), p.origin) for p in proposals]


BROKEN = {
    "proposals are new allowed and plain": {
        "twice the same": lambda proposals, history, n: proposals[:1] * n,
        "outside": everywhere(lambda params: params | {"more": 1}),
        "a type of NumPy": everywhere(lambda params: {k: np.float64(v) if k == "lr" else v for k, v in params.items()}),
        "a whole float": everywhere(lambda params: {k: float(v) if k == "depth" else v for k, v in params.items()}),
        "too few": lambda proposals, history, n: proposals[1:],
    },
    "the same history gives the same proposals": {"another generator": by_chance},
    "the history is left as it is": {"a history that is taken apart": changed},
    "a longer batch begins with the shorter one": {"backwards": lambda proposals, history, n: proposals[::-1]},
    "rounds go on where the last one ended": {"backwards": lambda proposals, history, n: proposals[::-1]},
    "a finite space is exhausted and then empty": {
        "the last one over and over": lambda proposals, history, n: proposals or [Proposal(history[-1].params, "again")]
    },
    "trials of any status are not proposed again": {
        "failed ones again": lambda proposals, history, n: (
            [Proposal(history[1].params, "again")] if history else proposals
        )
    },
}


@pytest.mark.parametrize(("name", "how"), [(name, how) for name, ways in BROKEN.items() for how in ways])
def test_a_broken_sampler_is_noticed(name, how):
    contract = Contract(lambda space, *, seed, n_trials: Broken(space, seed, BROKEN[name][how]))
    with pytest.raises(AssertionError):
        contract.check(name)


def test_what_a_sampler_that_learns_has_to_do_besides():
    contract = Contract(lambda space, *, seed, n_trials: RandomSampler(space, seed=seed), learns=True)
    for name in ("the results matter", "trials of any status are not proposed again"):
        with pytest.raises(AssertionError):
            contract.check(name)


def test_all_checks_at_once_and_those_that_a_sampler_is_exempt_from():
    Contract(lambda space, *, seed, n_trials: RandomSampler(space, seed=seed)).check()
    fixed = Contract(
        lambda space, *, seed, n_trials: RandomSampler(space, seed=0), exempt={"the seed matters": "fixed"}
    )
    fixed.check()
    with pytest.raises(AssertionError, match="another seed"):
        fixed.check("the seed matters")
    with pytest.raises(ValueError, match="no check 'the sed matters'"):
        Contract(fixed.build, exempt={"the sed matters": "a typo"})
