"""Scikit-optimize as an engine, rebuilt from the history at every call.

What its own ask-and-tell loop gets wrong when it is rebuilt is done here: the initial design, standardising
the metric (its `xi` is absolute), batches, duplicates, failed trials, and constraints. Dimensions are built
anew for each use (it changes those that it is given): numbers as places in [0, 1], other choices as
categories named by their index.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.support.acquisition import Acquisition
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.evaluated import Evaluated
from snaketune.samplers.support.initial_design import InitialDesign, model_options
from snaketune.samplers.support.order import generator, order
from snaketune.samplers.support.surrogate import is_complete, representatives
from snaketune.samplers.support.threads import one_thread
from snaketune.samplers.support.warp import Warp
from snaketune.space import Space

__all__ = ["SkoptSampler", "build"]

_SURROGATES = ("gp", "rf", "et")
_ACQUISITIONS = ("ei", "lcb", "pi", "gp_hedge")
_BATCHES = ("cl_min", "cl_mean", "cl_max", "kb")
_REFUSED = {
    "gbrt": "scikit-optimize 0.10 fails on it with current scikit-learn",
    "dummy": "scikit-optimize 0.10 fails on it with current scikit-learn; use `strategy: random`",
}
_CANDIDATES = 3000
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

    Failed trials are left out of the fit and never proposed again. One objective only; outcome constraints
    and standard errors are not made use of.

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
        xi: float = 0.0,
        kappa: float = 1.96,
        batch: str = "kb",
        initial: str = "sobol",
        n_initial_points: int = 10,
        points: Iterable[Mapping[str, object]] = (),
    ):
        if surrogate in _REFUSED:
            raise ValueError(f"surrogate {surrogate!r} can't be used: {_REFUSED[surrogate]}; use gp, rf or et")
        _one_of("surrogate", surrogate, _SURROGATES)
        _one_of("acquisition", acquisition, _ACQUISITIONS)
        _one_of("batch", batch, _BATCHES)
        self._encoding = Encoding(space)
        self._seed = seed
        self._surrogate = surrogate
        self._hedge = acquisition == "gp_hedge"
        self._acquisition = Acquisition("ei" if self._hedge else acquisition, xi, kappa)
        self._batch = batch
        self._initial_design = InitialDesign(self._encoding, initial, n_initial_points, seed, tuple(map(dict, points)))
        _library()

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` proposals; fewer, or none, when a finite space has no more to give.

        Raises:
            ValueError: the history has more than one objective.
        """
        history = sorted(history, key=order)
        if any(o.values is not None and len(o.values) != 1 for o in history):
            raise ValueError("scikit-optimize takes one objective; use engine gp or optuna for more")
        evaluated = Evaluated(self._encoding, [o.params for o in history])
        proposals = list(islice(self._initial_design.proposals(evaluated), n))
        with one_thread():
            return [*proposals, *self._modelled(history, proposals, evaluated, n)]

    def _modelled(
        self, history: Sequence[Observation], first: Sequence[Proposal], evaluated: Evaluated, n: int
    ) -> list[Proposal]:
        """What follows the `first` proposals of a batch of `n`."""
        proposals = list(first)
        engine = self._engine(history) if len(proposals) < n else None
        pending = [*(o.params for o in history if o.status == "running"), *(p.params for p in proposals)]
        while len(proposals) < n:
            rng = generator(self._seed, history, len(proposals))
            proposal = self._proposed(engine, pending, evaluated, rng)
            if proposal is None:
                break
            evaluated.add(proposal.params)
            pending.append(proposal.params)
            proposals.append(proposal)
        return proposals[len(first) :]

    def _engine(self, history: Sequence[Observation]) -> "_Engine | None":
        complete = [o for o in history if is_complete(o)]
        values = np.array([o.values[0] for o in complete])
        warp = Warp.of(values) if len(complete) >= 2 and self._encoding.width else None
        if warp is None:
            return None
        targets = warp.forward(values)
        rows = representatives(targets, _MOST_ROWS)
        points = self._encoding.points([complete[i].params for i in rows])
        rng = generator(self._seed, history, 0)
        return _Engine(self._encoding, points, targets[rows], warp, self._surrogate, _seed_from(rng))

    def _proposed(
        self,
        engine: "_Engine | None",
        pending: Sequence[Mapping[str, object]],
        evaluated: Evaluated,
        rng: np.random.Generator,
    ) -> Proposal | None:
        if engine is not None:
            told = engine.believing(self._encoding.points(pending), self._batch)
            names = ("ei", "lcb", "pi") if self._hedge else (self._acquisition.kind,)
            candidates = [
                (acquisition, *found)
                for acquisition in (Acquisition(name, self._acquisition.xi, self._acquisition.kappa) for name in names)
                if (found := told.best(acquisition, evaluated, _seed_from(rng))) is not None
            ]
            if candidates:
                means = np.array([mean for _, _, mean, _ in candidates])
                odds = np.exp(means.min() - means)
                acquisition, params, mean, sd = candidates[rng.choice(len(candidates), p=odds / odds.sum())]
                return Proposal(params, "model", *engine.in_units(acquisition, mean, sd))
        params = evaluated.random(rng)
        return None if params is None else Proposal(params, "fallback")


def build(space: Space, *, seed: int, options: Mapping[str, Any]) -> SkoptSampler:
    """The sampler of engine `skopt`."""
    own = {key: options[key] for key in ("surrogate", "batch") if key in options}
    return SkoptSampler(space, seed=seed, **model_options(options), **own)


class _Engine:
    """Scikit-optimize's surrogate of points (n, width) and their standardised `targets` (n,).

    `frozen` is a regressor whose hyperparameters are to be kept; without it they are fitted.
    """

    def __init__(self, encoding, points, targets, warp, surrogate, seed, frozen=None):
        self._encoding = encoding
        self._points = points
        self._targets = targets
        self._warp = warp
        self._surrogate = surrogate
        self._seed = seed
        self._regressor = self._fitted() if frozen is None else frozen

    def believing(self, points: np.ndarray, batch: str) -> "_Engine":
        """The engine that was also told something of pending `points` (k, width)."""
        if not len(points):
            return self
        if batch == "kb":
            lies = self._predicted(points)[0]
        else:
            lies = np.full(len(points), {"cl_min": np.min, "cl_mean": np.mean, "cl_max": np.max}[batch](self._targets))
        return _Engine(
            self._encoding,
            np.vstack([self._points, points]),
            np.concatenate([self._targets, lies]),
            self._warp,
            self._surrogate,
            self._seed,
            self._regressor,
        )

    def best(self, acquisition: Acquisition, evaluated: Evaluated, seed: int) -> tuple[dict, float, float] | None:
        """The best new parameter set found, with the surrogate's mean and sd there; None if none is new."""
        from skopt.acquisition import _gaussian_acquisition

        options = {"xi": acquisition.xi, "kappa": acquisition.kappa}
        optimizer = _optimizer(self._encoding, self._regressor, seed, acquisition.kind.upper(), options)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # convergence of fits that are bounded on purpose
            optimizer.tell(_rows(self._encoding, self._points), self._targets.tolist())
            found = _units(self._encoding, [optimizer.ask()])
            points = self._encoding.realise(found)
            if not len(points) or self._encoding.params(points[0]) in evaluated:
                points = self._candidates(evaluated, np.random.default_rng(seed))
                if not len(points):
                    return None
                values = _gaussian_acquisition(
                    X=optimizer.space.transform(_rows(self._encoding, points)),
                    model=optimizer.models[-1],
                    y_opt=float(self._targets.min()),
                    acq_func=acquisition.kind.upper(),
                    acq_func_kwargs=options,
                )
                points = points[[int(np.argmin(values))]]
            transformed = optimizer.space.transform(_rows(self._encoding, points[:1]))
            (mean,), (sd,) = optimizer.models[-1].predict(transformed, return_std=True)
        return self._encoding.params(points[0]), float(mean), float(sd)

    def in_units(self, acquisition: Acquisition, mean: float, sd: float) -> tuple[float, float, float]:
        """Mean, sd and acquisition in the metric's units."""
        sd = max(sd, 1e-9)
        middle, low, high = self._warp.backward(np.array([mean, mean - sd, mean + sd])).tolist()
        value = acquisition.reported(mean, sd, float(self._targets.min()), self._warp.backward)
        return middle, (high - low) / 2, value

    def _candidates(self, evaluated: Evaluated, rng: np.random.Generator) -> np.ndarray:
        left = evaluated.left()
        if left is not None:
            return left
        points = self._encoding.realise(rng.random((_CANDIDATES // 10, self._encoding.width)))
        return points[[self._encoding.params(point) not in evaluated for point in points]]

    def _fitted(self):
        """The regressor with the hyperparameters that fit the points, to be kept from here on."""
        from sklearn.base import clone
        from skopt.learning import GaussianProcessRegressor

        regressor = _regressor(self._surrogate, _width(self._encoding), self._seed)
        if not isinstance(regressor, GaussianProcessRegressor):
            return regressor
        optimizer = _optimizer(self._encoding, regressor, self._seed, "EI", {})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            regressor.fit(optimizer.space.transform(_rows(self._encoding, self._points)), self._targets)
        return clone(regressor).set_params(kernel=regressor.kernel_, optimizer=None)

    def _predicted(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        from sklearn.base import clone

        space = _optimizer(self._encoding, self._regressor, self._seed, "EI", {}).space
        regressor = clone(self._regressor)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            regressor.fit(space.transform(_rows(self._encoding, self._points)), self._targets)
            return regressor.predict(space.transform(_rows(self._encoding, points)), return_std=True)


def _library():
    try:
        import skopt
    except ModuleNotFoundError:
        raise ModuleNotFoundError("engine skopt needs scikit-optimize: pip install 'scikit-optimize>=0.10'") from None
    return skopt


def _optimizer(encoding: Encoding, regressor, seed: int, acquisition: str, options: dict):
    return _library().Optimizer(
        _dimensions(encoding),
        base_estimator=regressor,
        n_initial_points=0,
        acq_func=acquisition,
        acq_func_kwargs=options,
        acq_optimizer_kwargs={"n_points": _CANDIDATES},
        model_queue_size=1,
        random_state=seed,
    )


def _dimensions(encoding: Encoding) -> list[Any]:
    return [parameter.skopt_dimension() for parameter in encoding.parameters]


def _width(encoding: Encoding) -> int:
    """The number of columns that scikit-optimize makes: a category of two choices is one column."""
    return sum(dimension.transformed_size for dimension in _dimensions(encoding))


def _rows(encoding: Encoding, points: np.ndarray) -> list[list[Any]]:
    """Points as scikit-optimize takes them; it has no inactive axes, so they are put in the middle."""
    known = np.nan_to_num(points, nan=0.5)
    return [[p.to_skopt(place) for p, place in zip(encoding.parameters, row, strict=True)] for row in known]


def _units(encoding: Encoding, rows: Sequence[Sequence[Any]]) -> np.ndarray:
    """The inverse of `_rows`."""
    return np.array([[p.from_skopt(x) for p, x in zip(encoding.parameters, row, strict=True)] for row in rows])


def _regressor(surrogate: str, width: int, seed: int):
    """The Gaussian process with the kernel that proved best in our measurements; forests with their
    defaults."""
    if surrogate != "gp":
        from skopt.utils import cook_estimator

        return cook_estimator(surrogate.upper(), random_state=seed)
    from skopt.learning import GaussianProcessRegressor
    from skopt.learning.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    matern = Matern([1.0] * width, [(0.08, 10.0)] * width, nu=2.5)
    kernel = ConstantKernel(1.0, (0.05, 50.0)) * matern + WhiteKernel(1e-3, (1e-6, 0.5))
    return GaussianProcessRegressor(kernel, alpha=1e-8, noise="gaussian", n_restarts_optimizer=0, random_state=seed)


def _seed_from(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31 - 1))


def _one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; found {value!r}")
