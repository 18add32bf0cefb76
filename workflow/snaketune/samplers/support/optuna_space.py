"""A search space in Optuna's terms, and parameter sets to and from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from snaketune.errors import did_you_mean
from snaketune.space import Axis, Float, Integer, Normal, Space
from snaketune.values import canonical, shortened

__all__ = ["OptunaSpace"]

# A normal parameter is searched by its place between these quantiles.
_QUANTILES = (1e-4, 1 - 1e-4)


@dataclass(frozen=True)
class OptunaSpace:
    """One Optuna parameter, named as the axis, for each axis of more than one value.

    Whole and real numbers are what they are; normal parameters are quantiles; choices stand for themselves
    where Optuna can tell them apart, else (lists, mappings, 1 beside true, pairs of parameters) for their
    index.
    """

    space: Space

    def native(self, params: Mapping[str, object]) -> tuple[dict, dict]:
        """A parameter set as Optuna's values and distributions, by name."""
        active = [form for form in self._forms if form.axis.name in params]
        return (
            {form.axis.name: form.native(form.axis.value_in(params)) for form in active},
            {form.axis.name: form.distribution for form in active},
        )

    def from_native(self, values: Mapping[str, object]) -> dict:
        """The parameter set that Optuna's values stand for; values of inactive parameters are ignored."""
        return self.space.assemble(lambda axis: self._value(axis, values.get(axis.name)))

    def suggested(self, trial) -> dict:
        """The parameter set that an Optuna trial suggests, asked for active parameters only."""

        def value_of(axis: Axis) -> object:
            form = self._by_name.get(axis.name)
            return self._value(axis, None if form is None else form.suggested(trial))

        return self.space.assemble(value_of)

    def allows(self, params: Mapping[str, object]) -> bool:
        """Whether the space's constraints hold."""
        return self.space.allows(params)

    def grid(self, wanted: Mapping[str, Sequence] | None) -> dict[str, list]:
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
            grid[axis.name] = [form.native(value) for value in values]
        return grid

    def _value(self, axis: Axis, native: object) -> object:
        form = self._by_name.get(axis.name)
        return axis.parameter.from_unit(0.5) if form is None else form.value(native)

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
    def distribution(self):
        from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

        match self.axis.parameter:
            case Float(low=low, high=high, log=log, step=step):
                return FloatDistribution(low, high, log=log, step=step)
            case Integer(low=low, high=high, log=log, step=step):
                return IntDistribution(low, high, log=log, step=step)
            case Normal():
                return FloatDistribution(*_QUANTILES)
            case parameter:
                choices = parameter.values()
                return CategoricalDistribution(range(len(choices)) if self._indexed else choices)

    def suggested(self, trial) -> object:
        """What an Optuna trial suggests here."""
        name, distribution = self.axis.name, self.distribution
        match self.axis.parameter:
            case Float() | Normal():
                options = {"log": distribution.log, "step": distribution.step}
                return trial.suggest_float(name, distribution.low, distribution.high, **options)
            case Integer():
                options = {"log": distribution.log, "step": distribution.step}
                return trial.suggest_int(name, distribution.low, distribution.high, **options)
        return trial.suggest_categorical(name, distribution.choices)

    def native(self, value: object) -> object:
        """Optuna's value for one of ours."""
        match self.axis.parameter:
            case Float() | Integer():
                return value
            case Normal() as parameter:
                return min(max(parameter.to_unit(value), _QUANTILES[0]), _QUANTILES[1])
        return self._place(value) if self._indexed else value

    def value(self, native) -> object:
        """Our value for one of Optuna's, in plain Python."""
        match self.axis.parameter:
            case Float(step=None) as parameter:
                return min(max(shortened(float(native)), float(parameter.low)), float(parameter.high))
            case Float() as parameter:
                return parameter.from_unit(parameter.to_unit(float(native)))
            case Integer():
                return int(native)
            case Normal() as parameter:
                return parameter.from_unit(float(native))
        return self.axis.parameter.values()[int(native)] if self._indexed else self._same(native)

    @cached_property
    def _indexed(self) -> bool:
        choices = self.axis.parameter.values()
        plain = all(isinstance(choice, (str, int, float, bool, type(None))) for choice in choices)
        return self.axis.paired or not plain or len(set(choices)) < len(choices)

    def _place(self, value: object) -> int:
        names = [canonical(choice) for choice in self.axis.parameter.values()]
        return names.index(canonical(value))

    def _same(self, native: object) -> object:
        return next(choice for choice in self.axis.parameter.values() if choice == native)
