"""A search space in Optuna's terms, and parameter sets to and from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from snaketune.errors import did_you_mean
from snaketune.space import Axis, Space

__all__ = ["OptunaSpace"]


@dataclass(frozen=True)
class OptunaSpace:
    """One Optuna parameter, named as the axis, for each axis of more than one value."""

    space: Space

    def native(self, params: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """A parameter set as Optuna's values and distributions, by name."""
        active = [form for form in self._forms if form.axis.name in params]
        return (
            {form.axis.name: form.axis.parameter.to_optuna(form.axis.value_in(params)) for form in active},
            {form.axis.name: form.distribution for form in active},
        )

    def from_native(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameter set that Optuna's values stand for; values of inactive parameters are ignored."""
        return self.space.assemble(lambda axis: self._value(axis, values.get(axis.name)))

    def suggested(self, trial: Any) -> dict[str, Any]:
        """The parameter set that an Optuna trial suggests, asked for active parameters only."""

        def value_of(axis: Axis) -> Any:
            form = self._by_name.get(axis.name)
            return self._value(axis, None if form is None else form.suggested(trial))

        return self.space.assemble(value_of)

    def allows(self, params: Mapping[str, object]) -> bool:
        """Whether the space's constraints hold."""
        return self.space.allows(params)

    def grid(self, wanted: Mapping[str, Sequence[Any]] | None) -> dict[str, list[Any]]:
        """The grid for Optuna's GridSampler: `wanted` values by parameter, or all those of a finite space.

        Raises:
            ValueError: a parameter without a list, an unknown one, or a value outside the space.
        """
        wanted = dict(wanted or {})
        names = {form.axis.name for form in self._forms}
        for name in wanted:
            if name not in names:
                raise ValueError(f"GridSampler: search_space has '{name}', not a parameter.{did_you_mean(name, names)}")
        grid = {}
        for form in self._forms:
            axis = form.axis
            if axis.name not in wanted and not axis.parameter.finite:
                raise ValueError(f"GridSampler: '{axis.name}' has infinitely many values; list some in search_space")
            values = wanted.get(axis.name, axis.parameter.values() if axis.parameter.finite else ())
            outside = [value for value in values if not axis.parameter.contains(value)]
            if outside:
                raise ValueError(f"GridSampler: search_space: {axis.name} can't be {outside[0]!r}")
            grid[axis.name] = [axis.parameter.to_optuna(value) for value in values]
        return grid

    def _value(self, axis: Axis, native: Any) -> Any:
        fixed = axis.name not in self._by_name
        return axis.parameter.from_unit(0.5) if fixed else axis.parameter.from_optuna(native)

    @cached_property
    def _forms(self) -> tuple["_Form", ...]:
        axes = self.space.axes
        return tuple(_Form(axis) for axis in axes if not axis.parameter.finite or axis.parameter.count > 1)

    @cached_property
    def _by_name(self) -> dict[str, "_Form"]:
        return {form.axis.name: form for form in self._forms}


@dataclass(frozen=True)
class _Form:
    """How Optuna sees one axis."""

    axis: Axis

    @cached_property
    def distribution(self) -> Any:
        return self.axis.parameter.optuna_distribution()

    def suggested(self, trial: Any) -> Any:
        """What an Optuna trial suggests here."""
        from optuna.distributions import FloatDistribution, IntDistribution

        match self.distribution:
            case FloatDistribution(low=low, high=high, log=log, step=step):
                return trial.suggest_float(self.axis.name, low, high, log=log, step=step)
            case IntDistribution(low=low, high=high, log=log, step=step):
                return trial.suggest_int(self.axis.name, low, high, log=log, step=step)
            case choice:
                return trial.suggest_categorical(self.axis.name, choice.choices)
