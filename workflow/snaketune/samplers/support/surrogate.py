"""What the Gaussian processes know of a search: its objective, where it fails, whether constraints are met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.special import ndtr, ndtri

from snaketune.samplers.base import Observation
from snaketune.samplers.explained import INTERVAL
from snaketune.samplers.support.acquisition import Acquisition, log_below, log_success
from snaketune.samplers.support.arrays import Floats, Integers
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.fidelity import Ascent, Results, furthest, is_measured
from snaketune.samplers.support.gaussian_process import GaussianProcess
from snaketune.samplers.support.hyperparameters import fit
from snaketune.samplers.support.promise import Judgement, Least, Promise, Term, with_place
from snaketune.samplers.support.warp import Warp

__all__ = ["MOST_ROWS", "Surrogate", "is_feasible", "representatives"]

# Fitting costs n^3 for each of some hundred steps, conditioning n^3 once: the most rows for each.
MOST_FITTED = 128
MOST_ROWS = 400
# Taken for granted in successes and failures. Without it their edge, being sharp, is fitted by short length
# scales, and every trial that fails tells of nothing but itself.
_LABEL_NOISE = 0.05


@dataclass(frozen=True)
class Surrogate:
    """Posteriors over one space.

    With `several` budgets these are the last column of the objective and of the constraints. `objective` predicts the
    metric warped by `warp`, None if nothing is known of it; `incumbent` is the best (feasible) posterior mean at an
    observed point in the same units, None if none is feasible; `success` predicts 1 for trials that complete and 0 for
    those that do not, None if none failed; `constraints` predict violations. `hurdles` are values that a trial must not
    exceed at lower budgets, with the places of these, to be trained to the one that the model looks at. `rows` are the
    results that the objective rests on, by their place in the history's.
    """

    encoding: Encoding
    several: bool
    objective: GaussianProcess
    warp: Warp
    rows: Integers
    incumbent: float | None
    success: GaussianProcess | None = None
    constraints: tuple[GaussianProcess, ...] = ()
    hurdles: Sequence[tuple[float, float]] = ()

    @classmethod
    def of(
        cls,
        encoding: Encoding,
        history: Sequence[Observation],
        results: Results,
        values: Floats,
        variances: Floats,
        ascent: Ascent | None = None,
    ) -> "Surrogate | None":
        """The surrogate of a history.

        `values` and `variances`, one per result of the history, are its metric. None where the metric says nothing:
        fewer than two results, or all the same. New trials make their way to the highest budget by an `ascent`.
        """
        warp = Warp.of(values) if len(values) >= 2 else None
        if warp is None:
            return None
        points = encoding.points([o.params for o in results.observations])
        columns, groups = _with_budgets(encoding.features(points), encoding.groups, results)
        targets = warp.forward(values)
        known = variances * warp.slope(values) ** 2
        feasible = np.array([is_feasible(o) for o in results.observations])
        rows = representatives(np.where(feasible, targets, targets + np.ptp(targets)), MOST_ROWS)
        objective = _fitted(columns[rows], groups, targets[rows], known[rows])
        means = objective.mean(columns[feasible & (results.places == 0)])
        return cls(
            encoding,
            results.several,
            objective,
            warp,
            rows,
            float(means.min()) if len(means) else None,
            _success(encoding, history),
            tuple(_constraints(columns[rows], groups, [results.observations[i] for i in rows])),
            ascent.hurdles(results, targets) if ascent else (),
        )

    def believing(self, points: Floats) -> "Surrogate":
        """The surrogate once its own means at `points` (k, width), which are being run, have been observed."""
        if not len(points):
            return self
        columns = self._columns(points)
        believed = self.objective.mean(columns)
        incumbent = self.incumbent
        if incumbent is not None:
            likely = Promise(self.encoding, self._weights).scores(points) > np.log(0.5)
            incumbent = min([incumbent, *believed[likely]])
        return replace(
            self,
            objective=self.objective.believing(columns),
            incumbent=None if incumbent is None else float(incumbent),
            success=self.success and self.success.believing(self.encoding.features(points)),
            constraints=tuple(constraint.believing(columns) for constraint in self.constraints),
        )

    def means(self, points: Floats) -> Floats:
        """The objective's posterior means (k,) at points (k, width), in the model's units."""
        return self.objective.mean(self._columns(points))

    def band(self, points: Floats, deviations: float) -> Floats:
        """What the metric is expected to be at points (k, width), in its units: middle, lower and upper ends (3, k).

        Without the noise of a single result; the ends are so many standard deviations away in the model's units.
        """
        return self._in_units(*self.objective.predict(self._columns(points)), deviations)

    def left_out(self) -> tuple[Integers, Floats, Floats]:
        """What a model that does not know it would say of each of the n results that this one rests on.

        Their places in the history's results (n,); the middle and the ends (3, n) of the interval that is predicted, in
        the metric's units; the chance (n,) that a result is no greater than it was.
        """
        count = len(self.rows)
        mean, sd = (found[:count] for found in self.objective.left_out())
        below = ndtr((self.objective.targets[:count] - mean) / sd)
        return self.rows, self._in_units(mean, sd, float(ndtri((1 + INTERVAL) / 2))), below

    def promise(self, acquisition: Acquisition, belief: float = 0.0) -> Promise:
        """The logarithm of the acquisition times the chance to succeed and be feasible, up to a constant.

        While nothing feasible is known, that chance alone. What the user believes weighs to the power of `belief`.
        """
        weights = self._weights
        if self.incumbent is None:
            return Promise(self.encoding, weights, belief)
        utility = Judgement(self.objective, partial(acquisition.log_utility, incumbent=self.incumbent), self._place)
        return Promise(self.encoding, [utility, *weights], belief)

    def predicted(self, acquisition: Acquisition, point: Floats) -> tuple[float, float, float]:
        """Mean, standard deviation and acquisition at a point (width,), in the metric's units.

        The mean is strictly the median; the standard deviation is half the way between the values one sd above and
        below in the model's units.
        """
        (mean,), (sd,) = self.objective.predict(self._columns(point[None]))
        weight = float(np.exp(Promise(self.encoding, self._weights).scores(point[None])[0]))
        middle, low, high = self._in_units(mean, sd, 1.0).tolist()
        if self.incumbent is None:
            return middle, (high - low) / 2, weight
        value = acquisition.reported(mean, sd, self.incumbent, self.warp.backward)
        return middle, (high - low) / 2, value if acquisition.kind == "lcb" else value * weight

    def _in_units(self, mean: Floats, sd: Floats, deviations: float) -> Floats:
        """The middle and the ends of a prediction of the warped metric, in the metric's units."""
        return self.warp.backward(np.array([mean, mean - deviations * sd, mean + deviations * sd]))

    def _columns(self, points: Floats) -> Floats:
        """The objective's columns at points (k, width), for the budget that the model looks at."""
        return with_place(self.encoding.features(points), self._place)

    @property
    def _place(self) -> float | None:
        """The place of the budget that the model looks at; None if there is one budget only."""
        return 0.0 if self.several else None

    @property
    def _weights(self) -> list[Term]:
        """The logarithms of the chances to succeed, to be feasible, and to get over the hurdles.

        Of the hurdles the highest counts alone, as they go together.
        """
        terms: list[Term] = []
        if self.success is not None:
            terms.append(Judgement(self.success, partial(log_success, noise=self.success.parameters.noise)))
        terms += [Judgement(constraint, partial(log_below, 0.0), self._place) for constraint in self.constraints]
        if self.hurdles:
            below = partial(log_below, noise=self.objective.parameters.noise)
            terms.append(
                Least([Judgement(self.objective, partial(below, value), place) for place, value in self.hurdles])
            )
        return terms


def is_feasible(observation: Observation) -> bool:
    """Whether all outcome constraints were met (a violation that is not a number is none that is)."""
    return all(violation <= 0 for violation in observation.violations)


def representatives(targets: Floats, most: int) -> Integers:
    """Indices, sorted, of at most `most` rows.

    Half of them are the best, the rest is spread evenly over the others in their order of value.
    """
    if len(targets) <= most:
        return np.arange(len(targets))
    order = np.argsort(targets, kind="stable")
    best = most // 2
    spread = np.linspace(best, len(targets) - 1, most - best).round().astype(int)
    return np.sort(order[np.concatenate([np.arange(best), spread])])


def _with_budgets(columns: Floats, groups: Integers, results: Results) -> tuple[Floats, Integers]:
    """The columns (n, m) of results and their groups, with the budget as a further one where there are several."""
    if not results.several:
        return columns, groups
    return np.hstack([columns, results.places[:, None]]), np.append(groups, groups.max() + 1)


def _fitted(columns: Floats, groups: Integers, targets: Floats, known: Floats) -> GaussianProcess:
    rows = representatives(targets, MOST_FITTED)
    parameters = fit(columns[rows], groups, targets[rows], known[rows])
    return GaussianProcess.condition(columns, groups, targets, parameters, known)


def _success(encoding: Encoding, history: Sequence[Observation]) -> GaussianProcess | None:
    """A regression on 0 for success and -1 for failure: far from the data a trial is expected to succeed.

    A trial counts as it ended at its highest budget. To be pruned is no failure, and without a value tells nothing.
    """
    ended = furthest([o for o in history if o.status not in ("running", "pruned") or is_measured(o)])
    targets = np.array([0.0 if is_measured(o) else -1.0 for o in ended])
    if not targets.any():
        return None
    rows = representatives(targets, MOST_ROWS)
    columns = encoding.features(encoding.points([ended[i].params for i in rows]))
    return _fitted(columns, encoding.groups, targets[rows], np.full(len(rows), _LABEL_NOISE))


def _constraints(columns: Floats, groups: Integers, complete: Sequence[Observation]) -> Iterator[GaussianProcess]:
    """A process per constraint metric, its violations compressed (sign and zero kept) to tame outliers."""
    count = max(len(o.violations) for o in complete)
    told = [i for i, o in enumerate(complete) if len(o.violations) == count]
    columns = columns[told]
    violations = np.array([complete[i].violations for i in told], float).reshape(len(told), count)
    for column in np.nan_to_num(violations, nan=np.inf).T:
        finite = np.abs(column[np.isfinite(column)])
        typical = np.median(finite[finite > 0]) if (finite > 0).any() else 1.0
        bounded = np.clip(column / typical, -1e6, 1e6)
        targets = np.sign(bounded) * np.log1p(np.abs(bounded))
        yield _fitted(columns, groups, targets, np.zeros(len(targets)))
