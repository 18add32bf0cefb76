"""Optuna's samplers in a race, each told in the way that Optuna's manual has for it.

Failed evaluations are trials that failed, which both samplers leave out. The trials of a round are asked for one after
the other, so those before are running when the next is asked for.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import optuna
from collection.spaces import Space, is_active
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import GPSampler, TPESampler
from optuna.trial import FrozenTrial, Trial, TrialState, create_trial
from race_dimensions import Dimension, completed, dimensions, params_of
from race_engines import Seen, seed_after


def gp(space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    """Proposals of GPSampler.

    It draws parameters that some trials do not have at random, so that it is given all of them, inactive ones in the
    middle.
    """
    study = optuna.create_study(sampler=GPSampler(seed=seed_after(seed, history), n_startup_trials=1))
    study.add_trials(_told(space, completed(space, seen.params), seen.value) for seen in history)
    distributions = {dimension.name: _distribution(dimension) for dimension in dimensions(space)}
    return [params_of(space, study.ask(distributions).params) for _ in range(n)]


def tpe(space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    """Proposals of the multivariate TPESampler with a constant liar; grouped where parameters are conditional."""
    conditional = any("when" in parameter for parameter in space)
    sampler = TPESampler(
        multivariate=True, constant_liar=True, group=conditional, n_startup_trials=1, seed=seed_after(seed, history)
    )
    study = optuna.create_study(sampler=sampler)
    study.add_trials(_told(space, seen.params, seen.value) for seen in history)
    return [_suggested(space, study.ask()) for _ in range(n)]


def _suggested(space: Space, trial: Trial) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for parameter, dimension in zip(space, dimensions(space), strict=True):
        if is_active(parameter, params):
            params[dimension.name] = dimension.value(_native(dimension, trial))
    return params


def _native(dimension: Dimension, trial: Trial) -> float:
    match _distribution(dimension):
        case CategoricalDistribution(choices=choices):
            return trial.suggest_categorical(dimension.name, choices)
        case IntDistribution(low=low, high=high, log=log):
            return trial.suggest_int(dimension.name, low, high, log=log)
    return trial.suggest_float(dimension.name, dimension.low, dimension.high, log=dimension.log)


def _told(space: Space, params: Mapping[str, Any], value: float | None) -> FrozenTrial:
    known = [dimension for dimension in dimensions(space) if dimension.name in params]
    make = partial(
        create_trial,
        params={dimension.name: dimension.native(params[dimension.name]) for dimension in known},
        distributions={dimension.name: _distribution(dimension) for dimension in known},
    )
    return make(state=TrialState.FAIL) if value is None else make(value=value)


def _distribution(dimension: Dimension) -> BaseDistribution:
    if dimension.unordered:
        return CategoricalDistribution(range(len(dimension.choices)))
    if dimension.whole:
        return IntDistribution(int(dimension.low), int(dimension.high), log=dimension.log)
    return FloatDistribution(dimension.low, dimension.high, log=dimension.log)
