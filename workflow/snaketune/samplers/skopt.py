"""Scikit-optimize as an engine, rebuilt from the history at every call.

What its own ask-and-tell loop gets wrong when it is rebuilt is done here: the initial design, standardising
the metric (its `xi` is absolute), batches, duplicates, failed trials, and constraints. Dimensions are built
anew for each use (it changes those that it is given): numbers as places in [0, 1], other choices as
categories named by their index.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.support.acquisition import Acquisition
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.evaluated import Evaluated
from snaketune.samplers.support.fidelity import furthest, is_measured
from snaketune.samplers.support.initial_design import InitialDesign, model_options
from snaketune.samplers.support.order import generator, order
from snaketune.samplers.support.skopt_model import BATCHES, SURROGATES, SkoptModel, library
from snaketune.samplers.support.surrogate import representatives
from snaketune.samplers.support.threads import one_thread
from snaketune.samplers.support.warp import Warp
from snaketune.space import Space

__all__ = ["SkoptSampler", "build"]

_ACQUISITIONS = ("ei", "lcb", "pi", "gp_hedge")
_REFUSED = {
    "gbrt": "scikit-optimize 0.10 fails on it with current scikit-learn",
    "dummy": "scikit-optimize 0.10 fails on it with current scikit-learn; use `strategy: random`",
}
# A fit costs the cube of the number of trials, and scikit-optimize is slow at it.
_MOST_ROWS = 300


class SkoptSampler:
    """Given points, an initial design, then the proposals of scikit-optimize's surrogate and acquisition.

    Args:
        space: what to search; inactive conditional parameters are seen in the middle of their range.
        seed: all randomness comes from it and from the history.
        surrogate: `gp` (Gaussian process), `rf` (random forest) or `et` (extra trees).
        acquisition: `ei`, `lcb`, `pi`, or `gp_hedge`: the best candidates of these three, of which one is
        drawn with
            probabilities by what the surrogate expects of them. (The gains that hedging collects over rounds
            do not exist here, as nothing is kept between calls.)
        xi, kappa: of the acquisitions, for a metric of standard deviation 1.
        batch: what is told of pending trials: the best, mean or worst value (`cl_…`) or the surrogate's mean
        (`kb`).
            The surrogate's hyperparameters are fitted once a batch.
        initial, n_initial_points, points: as for `GPSampler`.

    Scikit-optimize knows no budgets: of the same parameters the result at their highest one is fitted, of a pruned
    trial its last value. Failed trials are left out of the fit and never proposed again. One objective only; outcome
    constraints and standard errors are not made use of.

    Raises:
        ValueError: what scikit-optimize can't do, or an option out of its range.
        ModuleNotFoundError: scikit-optimize is not installed.
    """

    def __init__(
        self,
        space: Space,
        *,
        seed: int,
        surrogate: str = "gp",
        acquisition: str = "ei",
        xi: float | None = None,
        kappa: float = 1.96,
        batch: str = "kb",
        initial: str = "sobol",
        n_initial_points: int = 10,
        points: Iterable[Mapping[str, object]] = (),
    ):
        if surrogate in _REFUSED:
            raise ValueError(f"surrogate {surrogate!r} can't be used: {_REFUSED[surrogate]}; use gp, rf or et")
        _one_of("surrogate", surrogate, tuple(SURROGATES))
        _one_of("acquisition", acquisition, _ACQUISITIONS)
        _one_of("batch", batch, tuple(BATCHES))
        self._encoding = Encoding(space)
        self._seed = seed
        self._surrogate = surrogate
        self._hedge = acquisition == "gp_hedge"
        names = ("ei", "lcb", "pi") if self._hedge else (acquisition,)
        # What hedges takes improvements of any size, as each acquisition is one among three.
        target = 0.0 if self._hedge and xi is None else xi
        self._acquisitions_after = [partial(Acquisition.after, name, target, kappa) for name in names]
        self._acquisitions_after[0](0)  # an option out of its range is found now
        self._batch = batch
        self._initial_design = InitialDesign(self._encoding, initial, n_initial_points, seed, tuple(map(dict, points)))
        library()

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` proposals; fewer, or none, when a finite space has no more to give.

        Raises:
            ValueError: the history has more than one objective.
        """
        history = sorted(history, key=order)
        if any(o.values is not None and len(o.values) != 1 for o in history):
            raise ValueError("scikit-optimize takes one objective; use engine gp or optuna for more")
        evaluated = Evaluated(self._encoding, [o.params for o in history])
        history = furthest(history)
        proposals = list(islice(self._initial_design.proposals(evaluated), n))
        with one_thread():
            return [*proposals, *self._modelled(history, proposals, evaluated, n)]

    def _modelled(
        self, history: Sequence[Observation], first: Sequence[Proposal], evaluated: Evaluated, n: int
    ) -> list[Proposal]:
        """What follows the `first` proposals of a batch of `n`."""
        proposals = list(first)
        model = self._model(history) if len(proposals) < n else None
        pending = [*(o.params for o in history if o.status == "running"), *(p.params for p in proposals)]
        while len(proposals) < n:
            rng = generator(self._seed, history, len(proposals))
            proposal = self._proposed(model, pending, evaluated, rng)
            if proposal is None:
                break
            evaluated.add(proposal.params)
            pending.append(proposal.params)
            proposals.append(proposal)
        return proposals[len(first) :]

    def _model(self, history: Sequence[Observation]) -> SkoptModel | None:
        complete = [o for o in history if is_measured(o)]
        values = np.array([o.measured[0] for o in complete])
        warp = Warp.of(values) if len(complete) >= 2 and self._encoding.width else None
        if warp is None:
            return None
        targets = warp.forward(values)
        rows = representatives(targets, _MOST_ROWS)
        points = self._encoding.points([complete[i].params for i in rows])
        rng = generator(self._seed, history, 0)
        return SkoptModel(self._encoding, points, targets[rows], warp, self._surrogate, _seed_from(rng))

    def _proposed(
        self,
        model: SkoptModel | None,
        pending: Sequence[Mapping[str, object]],
        evaluated: Evaluated,
        rng: np.random.Generator,
    ) -> Proposal | None:
        if model is not None:
            told = model.believing(self._encoding.points(pending), self._batch)
            candidates = [
                (acquisition, *found)
                for acquisition in (after(model.known) for after in self._acquisitions_after)
                if (found := told.best(acquisition, evaluated, _seed_from(rng))) is not None
            ]
            if candidates:
                means = np.array([mean for _, _, mean, _ in candidates])
                odds = np.exp(means.min() - means)
                acquisition, params, mean, sd = candidates[rng.choice(len(candidates), p=odds / odds.sum())]
                return Proposal(params, "model", *model.in_units(acquisition, mean, sd))
        drawn = evaluated.random(rng)
        return None if drawn is None else Proposal(drawn, "fallback")


def build(space: Space, *, seed: int, options: Mapping[str, Any]) -> SkoptSampler:
    """The sampler of engine `skopt`."""
    own = {key: options[key] for key in ("surrogate", "batch") if key in options}
    return SkoptSampler(space, seed=seed, **model_options(options), **own)


def _seed_from(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31 - 1))


def _one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; found {value!r}")
