"""Scikit-optimize's surrogate of one call: fitted, told of pending trials, and asked for the best candidate."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from snaketune.samplers.support.acquisition import Acquisition
from snaketune.samplers.support.arrays import Floats
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.evaluated import Evaluated
from snaketune.samplers.support.warp import Warp

__all__ = ["BATCHES", "SURROGATES", "SkoptModel", "library"]

_CANDIDATES = 3000


class SkoptModel:
    """Scikit-optimize's surrogate of points (n, width) and their standardised `targets` (n,).

    `frozen` is a regressor whose hyperparameters are to be kept; without it they are fitted.
    """

    def __init__(
        self,
        encoding: Encoding,
        points: Floats,
        targets: Floats,
        warp: Warp,
        surrogate: str,
        seed: int,
        frozen: Any = None,
    ):
        self._encoding = encoding
        self._points = points
        self._targets = targets
        self._warp = warp
        self._surrogate = surrogate
        self._seed = seed
        self._regressor = self._fitted() if frozen is None else frozen

    @property
    def known(self) -> int:
        """How many results it was fitted to."""
        return len(self._targets)

    def believing(self, points: Floats, batch: str) -> "SkoptModel":
        """The model that was also told something of pending `points` (k, width)."""
        if not len(points):
            return self
        lie = BATCHES[batch]
        lies = self._means(points) if lie is None else np.full(len(points), lie(self._targets))
        return SkoptModel(
            self._encoding,
            np.vstack([self._points, points]),
            np.concatenate([self._targets, lies]),
            self._warp,
            self._surrogate,
            self._seed,
            self._regressor,
        )

    def best(
        self, acquisition: Acquisition, evaluated: Evaluated, seed: int
    ) -> tuple[dict[str, Any], float, float] | None:
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

    def _candidates(self, evaluated: Evaluated, rng: np.random.Generator) -> Floats:
        left = evaluated.left()
        if left is not None:
            return left
        points = self._encoding.realise(rng.random((_CANDIDATES // 10, self._encoding.width)))
        return np.asarray(points[[self._encoding.params(point) not in evaluated for point in points]])

    def _fitted(self) -> Any:
        """The regressor with the hyperparameters that fit the points, to be kept from here on."""
        from sklearn.base import clone
        from skopt.learning import GaussianProcessRegressor

        regressor = SURROGATES[self._surrogate](_width(self._encoding), self._seed)
        if not isinstance(regressor, GaussianProcessRegressor):
            return regressor
        optimizer = _optimizer(self._encoding, regressor, self._seed, "EI", {})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            regressor.fit(optimizer.space.transform(_rows(self._encoding, self._points)), self._targets)
        return clone(regressor).set_params(kernel=regressor.kernel_, optimizer=None)

    def _means(self, points: Floats) -> Floats:
        """The regressor's means at points (k, width)."""
        from sklearn.base import clone

        space = _optimizer(self._encoding, self._regressor, self._seed, "EI", {}).space
        regressor = clone(self._regressor)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            regressor.fit(space.transform(_rows(self._encoding, self._points)), self._targets)
            return np.asarray(regressor.predict(space.transform(_rows(self._encoding, points)), return_std=True)[0])


def library() -> Any:
    """The module `skopt`.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    try:
        import skopt
    except ModuleNotFoundError:
        raise ModuleNotFoundError("engine skopt needs scikit-optimize: pip install 'scikit-optimize>=0.10'") from None
    return skopt


def _optimizer(encoding: Encoding, regressor: Any, seed: int, acquisition: str, options: Mapping[str, float]) -> Any:
    return library().Optimizer(
        _dimensions(encoding),
        base_estimator=regressor,
        n_initial_points=0,
        acq_func=acquisition,
        acq_func_kwargs=dict(options),
        acq_optimizer_kwargs={"n_points": _CANDIDATES},
        model_queue_size=1,
        random_state=seed,
    )


def _dimensions(encoding: Encoding) -> list[Any]:
    return [parameter.skopt_dimension() for parameter in encoding.parameters]


def _width(encoding: Encoding) -> int:
    """The number of columns that scikit-optimize makes: a category of two choices is one column."""
    return sum(dimension.transformed_size for dimension in _dimensions(encoding))


def _rows(encoding: Encoding, points: Floats) -> list[list[Any]]:
    """Points as scikit-optimize takes them; it has no inactive axes, so they are put in the middle."""
    known = np.nan_to_num(points, nan=0.5)
    return [[p.to_skopt(place) for p, place in zip(encoding.parameters, row, strict=True)] for row in known]


def _units(encoding: Encoding, rows: Sequence[Sequence[Any]]) -> Floats:
    """The inverse of `_rows`."""
    return np.array([[p.from_skopt(x) for p, x in zip(encoding.parameters, row, strict=True)] for row in rows])


def _gaussian_process(width: int, seed: int) -> Any:
    """The Gaussian process with the kernel that proved best in our measurements."""
    from skopt.learning import GaussianProcessRegressor
    from skopt.learning.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    matern = Matern([1.0] * width, [(0.08, 10.0)] * width, nu=2.5)
    kernel = ConstantKernel(1.0, (0.05, 50.0)) * matern + WhiteKernel(1e-3, (1e-6, 0.5))
    return GaussianProcessRegressor(kernel, alpha=1e-8, noise="gaussian", n_restarts_optimizer=0, random_state=seed)


def _forest(name: str, width: int, seed: int) -> Any:
    """A forest with its defaults."""
    from skopt.utils import cook_estimator

    return cook_estimator(name, random_state=seed)


# How the regressor is made, from the number of its columns and a seed.
SURROGATES: Mapping[str, Callable[[int, int], Any]] = {
    "gp": _gaussian_process,
    "rf": partial(_forest, "RF"),
    "et": partial(_forest, "ET"),
}
# What is told of pending trials, from the targets so far; None: the regressor's means.
BATCHES: Mapping[str, Callable[[Floats], Any] | None] = {
    "cl_min": np.min,
    "cl_mean": np.mean,
    "cl_max": np.max,
    "kb": None,
}
