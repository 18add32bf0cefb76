"""Scikit-optimize in a race, tuned: with its defaults it is far worse.

The kernel's bounds, expected improvement without its absolute threshold, and targets that are standardised and warped
make it work at all. The kernel is fitted once a round and kept; of failed evaluations and of those before in the round
the optimizer is told what the model expects, so that they are known and tell nothing.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from collection.spaces import Params, Space, draw, from_unit, to_unit
from race_dimensions import completed, dimensions
from race_engines import Seen, seed_after
from sklearn.base import clone
from sklearn.preprocessing import PowerTransformer
from skopt import Optimizer
from skopt.acquisition import gaussian_ei
from skopt.learning import GaussianProcessRegressor
from skopt.learning.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from skopt.space import Categorical, Real
from skopt.space import Space as SkoptSpace

_CANDIDATES = 3000
_SPARE = 300  # candidates where the optimizer repeats itself


def proposed(space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    """The next parameter sets; random ones as long as there are not two results."""
    rng = np.random.default_rng(seed_after(seed, history))
    values = [seen.value for seen in history if seen.value is not None]
    if len(values) < 2:
        return [draw(space, rng) for _ in range(n)]
    encoded = _Encoded(space)
    rows = [encoded.row(seen.params) for seen in history if seen.value is not None]
    targets = _targets(values)
    regressor = _fitted(encoded, rows, targets)
    known = [seen.params for seen in history]
    expected = [encoded.row(seen.params) for seen in history if seen.value is None]
    found: list[dict[str, Any]] = []
    for _ in range(n):
        means = regressor.predict(encoded.matrix(expected)).tolist() if expected else []
        optimizer = encoded.optimizer(_frozen(regressor), int(rng.integers(2**31)))
        optimizer.tell([*rows, *expected], [*targets, *means])
        params = encoded.params(optimizer.ask())
        if params in known:
            params = _spare(encoded, optimizer, known, rng) or params
        known.append(params)
        expected.append(encoded.row(params))
        found.append(params)
    return found


class _Encoded:
    """A space for the optimizer: places in the unit interval; choices without an order by their index."""

    def __init__(self, space: Space):
        self._space, self._dimensions = space, dimensions(space)

    def row(self, params: Params) -> list[Any]:
        """A point as the optimizer takes it."""
        whole = completed(self._space, params)
        places = np.clip(to_unit(self._space, whole), 0.0, 1.0).tolist()
        pairs = zip(self._dimensions, places, strict=True)
        return [str(d.native(whole[d.name])) if d.unordered else place for d, place in pairs]

    def params(self, row: Sequence[Any]) -> dict[str, Any]:
        """The inverse of `row`."""
        pairs = zip(self._dimensions, row, strict=True)
        return from_unit(self._space, [(int(c) + 0.5) / len(d.choices) if d.unordered else float(c) for d, c in pairs])

    def matrix(self, rows: Sequence[Sequence[Any]]) -> np.ndarray:
        """Rows as the regressor takes them: (n, columns)."""
        return np.asarray(SkoptSpace(self._ranges()).transform(rows), float)

    def optimizer(self, regressor: GaussianProcessRegressor, seed: int) -> Optimizer:
        """One that has been told nothing yet."""
        return Optimizer(
            self._ranges(), base_estimator=regressor, n_initial_points=0, acq_func="EI", acq_func_kwargs={"xi": 0.0},
            acq_optimizer_kwargs={"n_points": _CANDIDATES}, model_queue_size=1, random_state=seed,
        )  # fmt: skip

    def draws(self, rng: np.random.Generator) -> list[dict[str, Any]]:
        """Random points to choose from."""
        return [draw(self._space, rng) for _ in range(_SPARE)]

    def _ranges(self) -> list[Any]:
        # Made for each use, as the optimizer changes those that it is given.
        return [
            Categorical([str(i) for i in range(len(d.choices))]) if d.unordered else Real(0.0, 1.0)
            for d in self._dimensions
        ]


def _targets(values: Sequence[float]) -> list[float]:
    column = np.array(values)[:, None]
    scaled = (column - column.mean()) / (column.std() or 1.0)
    targets: list[float] = PowerTransformer().fit_transform(scaled)[:, 0].tolist()
    return targets


def _fitted(encoded: _Encoded, rows: Sequence[Sequence[Any]], targets: Sequence[float]) -> GaussianProcessRegressor:
    matrix = encoded.matrix(rows)
    width = matrix.shape[1]
    matern = Matern([1.0] * width, [(0.08, 10.0)] * width, nu=2.5)
    kernel = ConstantKernel(1.0, (0.05, 50.0)) * matern + WhiteKernel(1e-3, (1e-6, 0.5))
    regressor = GaussianProcessRegressor(kernel, alpha=1e-8, noise="gaussian", n_restarts_optimizer=0, random_state=0)
    return regressor.fit(matrix, targets)


def _frozen(regressor: GaussianProcessRegressor) -> GaussianProcessRegressor:
    return clone(regressor).set_params(kernel=regressor.kernel_, optimizer=None)


def _spare(
    encoded: _Encoded, optimizer: Optimizer, known: Sequence[Params], rng: np.random.Generator
) -> dict[str, Any] | None:
    """The best of some random points that are not known, None if there is none."""
    new = [params for params in encoded.draws(rng) if params not in known]
    if not new:
        return None
    matrix = encoded.matrix([encoded.row(params) for params in new])
    return new[int(np.argmax(gaussian_ei(matrix, optimizer.models[-1], min(optimizer.yi), xi=0.0)))]
