"""Observations as trials of Optuna."""

import contextlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from snaketune.samplers.base import Observation
from snaketune.samplers.support.optuna_space import OptunaSpace

__all__ = ["constraints", "quiet", "running", "state", "told_constraints"]


def told_constraints(trial: Any) -> Sequence[float]:
    """What a sampler of Optuna is told of a trial's constraints."""
    violations: Sequence[float] = trial.user_attrs.get("violations", (0.0,))
    return violations


def constraints(observation: Observation) -> list[float]:
    """Violations as Optuna takes them: what is not a number was not met."""
    return [float(np.nan_to_num(v, nan=1e300, posinf=1e300, neginf=-1e300)) for v in observation.violations]


def running(space: OptunaSpace, params: Mapping[str, object]) -> Any:
    """A trial under way."""
    import optuna

    native, distributions = space.native(params)
    return optuna.trial.create_trial(state=state("running"), params=native, distributions=distributions)


def state(name: str) -> Any:
    """Optuna's state of that name."""
    import optuna

    return getattr(optuna.trial.TrialState, name.upper())


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without Optuna's warnings of experimental features and of what is dealt with here; settings are restored."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(before)
