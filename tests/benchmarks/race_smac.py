"""SMAC in a race: its facade for hyperparameters, a random forest, with its defaults but for the initial design.

It knows conditions, and asks for the trials of a round one after the other. A failed evaluation is a crashed trial,
whose cost is the worst that has been seen (`crash_cost` is infinite by default, which no model can be fitted to).
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collection.spaces import Space
from ConfigSpace import (
    AndConjunction,
    CategoricalHyperparameter,
    Configuration,
    ConfigurationSpace,
    InCondition,
    OrdinalHyperparameter,
    UniformFloatHyperparameter,
    UniformIntegerHyperparameter,
)
from race_dimensions import Dimension, dimensions
from race_engines import Seen, seed_after
from smac import HyperparameterOptimizationFacade, Scenario
from smac.runhistory import StatusType, TrialInfo, TrialValue


def proposed(space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    """The next parameter sets."""
    known = dimensions(space)
    there = _configuration_space(space, known, seed_after(seed, history))
    worst = max((seen.value for seen in history if seen.value is not None), default=0.0)
    with tempfile.TemporaryDirectory(prefix="race-smac-") as folder:
        smac = _facade(there, Path(folder), seed_after(seed, history))
        for params, value in history:
            natives = {d.name: d.native(params[d.name]) for d in known if d.name in params}
            status = StatusType.CRASHED if value is None else StatusType.SUCCESS
            told = TrialValue(cost=worst if value is None else value, status=status)
            smac.tell(TrialInfo(Configuration(there, natives), seed=0), told, save=False)
        asked = [dict(smac.ask().config) for _ in range(n)]
    return [{d.name: d.value(natives[d.name]) for d in known if d.name in natives} for natives in asked]


def _facade(there: ConfigurationSpace, folder: Path, seed: int) -> HyperparameterOptimizationFacade:
    scenario = Scenario(there, deterministic=True, n_trials=10**6, seed=seed, output_directory=folder)
    return HyperparameterOptimizationFacade(
        scenario,
        _evaluated_elsewhere,
        initial_design=HyperparameterOptimizationFacade.get_initial_design(scenario, n_configs=0),
        intensifier=HyperparameterOptimizationFacade.get_intensifier(scenario, max_config_calls=1),
        logging_level=False,
        overwrite=True,
    )


def _evaluated_elsewhere(config: Configuration, seed: int = 0) -> float:
    raise NotImplementedError


def _configuration_space(space: Space, known: Sequence[Dimension], seed: int) -> ConfigurationSpace:
    there = ConfigurationSpace(seed=seed)
    there.add([_hyperparameter(dimension) for dimension in known])
    by_name = {dimension.name: dimension for dimension in known}
    for parameter in space:
        conditions = [
            InCondition(there[parameter["name"]], there[parent], [by_name[parent].native(value) for value in values])
            for parent, values in parameter.get("when", {}).items()
        ]
        if conditions:
            there.add(AndConjunction(*conditions) if len(conditions) > 1 else conditions[0])
    return there


def _hyperparameter(dimension: Dimension) -> Any:
    name, places = dimension.name, list(range(len(dimension.choices)))
    if dimension.choices:
        return (CategoricalHyperparameter if dimension.unordered else OrdinalHyperparameter)(name, places)
    kind = UniformIntegerHyperparameter if dimension.whole else UniformFloatHyperparameter
    return kind(name, dimension.low, dimension.high, log=dimension.log)
