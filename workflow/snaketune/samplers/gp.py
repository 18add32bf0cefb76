"""Bayesian optimisation with a small Gaussian process: the default engine of a Bayesian search."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import Any

import numpy as np

from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.explained import Explained
from snaketune.samplers.support.acquisition import Acquisition
from snaketune.samplers.support.arrays import Floats
from snaketune.samplers.support.candidates import LIGHT, MODERATE, THOROUGH, Effort, maximise
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.evaluated import Evaluated
from snaketune.samplers.support.explanation import explanation
from snaketune.samplers.support.fidelity import Ascent, Results, furthest, is_complete
from snaketune.samplers.support.initial_design import InitialDesign, model_options
from snaketune.samplers.support.order import generators, order
from snaketune.samplers.support.scalarise import augmented_chebyshev, random_weights
from snaketune.samplers.support.surrogate import MOST_ROWS, Surrogate, is_feasible
from snaketune.samplers.support.threads import one_thread
from snaketune.space import Space

__all__ = ["GPSampler", "build"]

_BEST = 6
# Results times parameters up to which a candidate is judged in no time.
_QUICK = 4000
# Which of the trials that begin at a low budget are drawn at random: every other one. They cost little there.
_SPREAD = 2
# How much a user's belief weighs: its density to the power of (this / number of results)^2. After Hvarfner et al. 2022,
# PiBO: augmenting acquisition functions with user beliefs for Bayesian optimization, eq. 6, where it is not squared:
# a wrong belief is outweighed sooner (tests/benchmarks/priors.md).
_BELIEF = 10.0


class GPSampler:
    """Given points first, then an initial design, then the model's proposals.

    Args:
        space: what to search.
        seed: all randomness comes from it and from the history.
        acquisition: `ei`, `lcb` or `pi`; see `Acquisition` for `xi` and `kappa`, and for what holds without `xi`.
        initial: the design: `sobol`, `lhs`, `halton` or `random`.
        n_initial_points: trials (observed with whatever status, or given) before the model proposes.
        points: parameter sets to run first.
        ascent: how the trials are trained in rungs; without it, each is trained once.

    A batch is chosen one by one, each believing the model's mean for those before it and for running trials,
    so that a longer batch begins with a shorter one. The order of the history does not matter. As long as the lowest
    budget alone is known (but for two results), points are drawn at random: the best of the lowest budget are not to be
    found, and what is learned beside them of higher ones would be of no use elsewhere.
    Of trials that begin at a lower budget than the model looks at, what is expected counts as far as they are likely to
    get there: else what is known there to be bad would be tried for ever, as its value at the higher one stays unknown.
    Every other one is drawn at random, so that a rung is not filled with what is alike and starts fast. With two or
    more objectives every proposal has random weights for them (ParEGO); its mean, sd and acquisition are
    those of a weighted maximum without units and are not reported.

    Raises:
        ValueError: an option out of its range; a point that is not in the space.
    """

    def __init__(
        self,
        space: Space,
        *,
        seed: int,
        acquisition: str = "ei",
        xi: float | None = None,
        kappa: float = 2.0,
        initial: str = "sobol",
        n_initial_points: int = 10,
        points: Iterable[Mapping[str, object]] = (),
        ascent: Ascent | None = None,
    ):
        self._encoding = Encoding(space)
        self._seed = seed
        self._ascent = ascent
        self._acquisition_after = partial(Acquisition.after, acquisition, xi, kappa)
        self._acquisition_after(0)  # an option out of its range is found now
        self._initial_design = InitialDesign(self._encoding, initial, n_initial_points, seed, tuple(map(dict, points)))

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` proposals; fewer, or none, when a finite space has no more to give."""
        with one_thread():
            return self._proposals(sorted(history, key=order), n)

    def _proposals(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        evaluated = Evaluated(self._encoding, [o.params for o in history])
        proposals = list(islice(self._initial_design.proposals(evaluated), n))
        model = _Model(self._encoding, history, self._ascent)
        random = generators(self._seed, history)
        while len(proposals) < n:
            batch = [p.params for p in proposals]
            proposal = self._proposed(model, batch, evaluated, random(len(proposals)))
            if proposal is None:
                break
            evaluated.add(proposal.params)
            proposals.append(proposal)
        return proposals

    def model_best(self, history: Sequence[Observation]) -> int | None:
        """The index of the complete, feasible observation that the model believes best; None if none is.

        Of those at the highest budget: values of different budgets are never compared as equals.

        Where results are noisy this is better than the best observed value. Only for one objective.
        """
        places = sorted(range(len(history)), key=lambda i: order(history[i]))
        highest = max((o.budget for o in history if is_complete(o)), default=1.0)
        usable = [i for i in places if is_complete(o := history[i]) and is_feasible(o) and o.budget == highest]
        if not usable or len(history[usable[0]].measured) > 1:
            return None
        model = _Model(self._encoding, [o for i in places if (o := history[i]).status != "running"], None, enough=1)
        with one_thread():
            surrogate = model.surrogate([], np.random.default_rng(0))
            if surrogate is None:
                return min(usable, key=lambda i: history[i].measured[0])
            points = self._encoding.points([history[i].params for i in usable])
            return usable[int(np.argmin(surrogate.means(points)))]

    def explain(self, history: Sequence[Observation]) -> Explained:
        """What the model believes after a history, and what it would say of each result without knowing it."""
        with one_thread():
            model = _Model(self._encoding, sorted((o for o in history if o.status != "running"), key=order), None)
            if model.objectives > 1:
                return Explained("with several objectives each proposal has a model of its own, of weights of its own")
            surrogate = model.surrogate([], np.random.default_rng(0))
            return Explained(model.knows_nothing) if surrogate is None else model.explanation(surrogate)

    def _proposed(
        self, model: "_Model", batch: Sequence[Mapping[str, object]], evaluated: Evaluated, rng: np.random.Generator
    ) -> Proposal | None:
        spreads = model.begun or (model.climbs and len(evaluated) % _SPREAD == 0)
        surrogate = None if spreads else model.surrogate(batch, rng)
        point = None if surrogate is None else self._best_candidate(surrogate, model, evaluated, rng)
        if surrogate is not None and point is not None and (params := self._encoding.params(point)) not in evaluated:
            if model.objectives > 1:
                return Proposal(params, "model")
            return Proposal(params, "model", *surrogate.predicted(self._acquisition_after(model.known), point))
        drawn = evaluated.random(rng)
        return None if drawn is None else Proposal(drawn, "initial" if spreads else "fallback")

    def _best_candidate(
        self, surrogate: Surrogate, model: "_Model", evaluated: Evaluated, rng: np.random.Generator
    ) -> Floats | None:
        promise = surrogate.promise(self._acquisition_after(model.known), (_BELIEF / model.known) ** 2)
        left = evaluated.left()
        if left is not None:
            return left[int(np.argmax(promise.scores(left)))] if len(left) else None
        return maximise(promise, self._encoding, model.best(surrogate), evaluated.identities, rng, model.effort)


def build(space: Space, *, seed: int, options: Mapping[str, Any]) -> GPSampler:
    """The sampler of engine `gp`."""
    return GPSampler(space, seed=seed, **model_options(options))


class _Model:
    """The surrogates of one call of `ask`."""

    def __init__(self, encoding: Encoding, history: Sequence[Observation], ascent: Ascent | None, enough: int = 3):
        self._encoding = encoding
        self._ascent = ascent
        self._history = history
        self._results = Results.of(history, enough)
        self._trials = furthest(self._results.observations)
        self.begun = self._results.begun
        self.climbs = ascent is not None and bool(ascent.places(self._results))
        self.known = len(self._trials)
        self.objectives = len(self._trials[0].measured) if self._trials else 1
        self._single: Surrogate | None = None
        self._best: Floats | None = None

    def surrogate(self, batch: Sequence[Mapping[str, object]], rng: np.random.Generator) -> Surrogate | None:
        """The surrogate that believes its means for running trials and a `batch`; None if it knows nothing.

        With two or more objectives, that of their scalarisation with weights from `rng`.
        """
        results = self._results
        if len(results.observations) < 2 or not self._encoding.width:
            return None
        if self.objectives > 1:
            weights = random_weights(self.objectives, rng)
            values, variances = augmented_chebyshev(results.values, results.variances, weights)
            fitted = Surrogate.of(self._encoding, self._history, results, values, variances, self._ascent)
        else:
            if self._single is None:
                values, variances = results.values[:, 0], results.variances[:, 0]
                self._single = Surrogate.of(self._encoding, self._history, results, values, variances, self._ascent)
            fitted = self._single
        running = [o.params for o in self._history if o.status == "running"]
        return fitted and fitted.believing(self._encoding.points([*running, *batch]))

    @property
    def effort(self) -> Effort:
        """How much the search for the best candidate is worth; in rungs each is judged at all budgets."""
        if self.climbs:
            return LIGHT
        return THOROUGH if min(self.known, MOST_ROWS) * self._encoding.width <= _QUICK else MODERATE

    @property
    def knows_nothing(self) -> str:
        """Why there is no surrogate, where there is none."""
        if not self._encoding.width:
            return "there is no parameter that varies"
        if len(self._results.observations) < 2:
            return "fewer than two trials have a result"
        return "to the model all trials have the same result"

    def explanation(self, surrogate: Surrogate) -> Explained:
        """What the surrogate believes."""
        return explanation(self._encoding, surrogate, self._results)

    def best(self, surrogate: Surrogate) -> Floats:
        """Some observed points (b, width) with the best posterior means, to look around."""
        if self._best is None or self.objectives > 1:
            self._best = self._ranked(surrogate)[:_BEST]
        return self._best  # what is believed changes no mean

    def _ranked(self, surrogate: Surrogate) -> Floats:
        """The observed points (n, width), the best first."""
        means = surrogate.means(self._points)
        means = means + np.where([is_feasible(o) for o in self._trials], 0.0, np.ptp(means))
        return self._points[np.argsort(means, kind="stable")]

    @cached_property
    def _points(self) -> Floats:
        """The trials' points (n, width)."""
        return self._encoding.points([o.params for o in self._trials])
