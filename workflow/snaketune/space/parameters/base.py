"""What a kind of parameter is asked by the rest of the program, and how its module declares the forms it is written in.

A kind has to say which values it has, how they lie in the unit interval and how it is written; what plots, tables,
surrogate models and other libraries ask has a default here, made from that. A value is what JSON can hold.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from snaketune.space.beliefs import Belief
from snaketune.space.cells import Cells
from snaketune.space.columns import column_type
from snaketune.space.scales import Numeric
from snaketune.values import same

__all__ = ["Build", "CallForm", "Forms", "Parameter"]

# Beyond this many values a whole number is as good as continuous for a surrogate model.
_MOST_PLACES = 2048


class Parameter(ABC):
    """A kind of parameter: a value (equality, repr) that owns all its behaviour.

    `u` is in [0, 1]; equal steps of `u` are equally likely values. A place is where a surrogate model sees a value.
    """

    # --- its values -----------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def finite(self) -> bool:
        """Whether the parameter has finitely many values, so that a grid can list them."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many values there are; only for finite parameters. They may be too many to list."""

    @abstractmethod
    def values(self) -> tuple[Any, ...]:
        """All values in their natural order; only for finite parameters."""

    @abstractmethod
    def from_unit(self, u: float) -> Any:
        """The value at `u`."""

    @abstractmethod
    def to_unit(self, value: Any) -> float:
        """The place of `value` in [0, 1]: the middle of its cell for parameters with finitely many values."""

    @abstractmethod
    def contains(self, value: object) -> bool:
        """Whether `value` can be a value of this parameter."""

    @abstractmethod
    def to_config(self) -> dict[str, Any]:
        """The parameter as the mapping that describes it in a configuration."""

    @property
    def fixed(self) -> bool:
        """Whether it is a constant, which takes no dimension of a quasi-random sequence."""
        return False

    @property
    def belief(self) -> Belief | None:
        """What the user believes of it (`prior`), as a density over `u`; None if nothing."""
        return None

    def around(self, values: Sequence[Any], margin: float) -> "Parameter":
        """The part that holds `values`, with `margin` (in units of `u`) on each side; by default all of it."""
        return self

    # --- tables and plots -----------------------------------------------------------------------------------------

    @property
    def levels(self) -> tuple[Any, ...]:
        """The separate values to choose from, in the order of the configuration; none for a range or a constant."""
        return ()

    @property
    def listed(self) -> tuple[Any, ...]:
        """The values that the configuration lists one by one: the levels, or the value of a constant."""
        return self.levels

    def scale(self) -> Numeric | None:
        """The scale of a range's axis; None where values are listed."""
        return None

    @property
    def column_type(self) -> str:
        """The pandas type of a column of its values: boolean, Int64, Float64, string, or object."""
        return column_type(self.listed or (self.from_unit(0.5),))

    def own(self, value: Any) -> Any:
        """The value that is the same as one whose number has another type (16.0 for 16); that one if there is none."""
        return next((listed for listed in self.listed if same(listed, value)), value)

    def from_cell(self, cell: str) -> Any:
        """The value that a table's cell spells, with the type that the parameter gives it."""
        return self._cells.value(cell)

    @cached_property
    def _cells(self) -> Cells:
        return Cells.of([self])

    # --- surrogate models -----------------------------------------------------------------------------------------

    @property
    def unordered(self) -> bool:
        """Whether its places are choices without an order, so that a model gets a column for each."""
        return False

    def places(self) -> tuple[float, ...] | None:
        """The places of its values in ascending order; None if continuous, or as good as."""
        if not self.finite or self.count > _MOST_PLACES:
            return None
        return tuple(self.to_unit(value) for value in self.values())

    def to_place(self, value: Any) -> float:
        """The place of a value."""
        return self.to_unit(value)

    def place_to_unit(self, place: float) -> float:
        """The `u` of a place."""
        return place

    # --- Optuna and scikit-optimize -------------------------------------------------------------------------------

    def optuna_distribution(self) -> Any:
        """Optuna's distribution: by default of `u`."""
        from optuna.distributions import FloatDistribution

        return FloatDistribution(0.0, 1.0)

    def to_optuna(self, value: Any) -> Any:
        """Optuna's value for one of ours."""
        return self.to_unit(value)

    def from_optuna(self, native: Any) -> Any:
        """Our value for one of Optuna's, in plain Python."""
        return self.from_unit(float(native))

    def skopt_dimension(self) -> Any:
        """The dimension of scikit-optimize for places."""
        from skopt.space import Real

        return Real(0.0, 1.0)

    def to_skopt(self, place: float) -> Any:
        """The value of scikit-optimize for a place."""
        return float(place)

    def from_skopt(self, native: Any) -> float:
        """The place of a value of scikit-optimize."""
        return float(native)


Build = Callable[[Mapping[str, Any]], Parameter]


class CallForm(NamedTuple):
    """A one-line form: the names of its positional values, those with a `?` may be left out, and what it builds.

    `gathers`: several values stand for one list of them, as in `choice(adam, sgd)`.
    """

    fields: tuple[str, ...]
    build: Build
    gathers: bool = False


@dataclass(frozen=True)
class Forms:
    """What builds a parameter from a mapping's fields, by its `type`, and from a one-line call, by its name.

    Raises, when it builds:
        ValueError: a field is not what is needed.
    """

    types: Mapping[str, Build] = field(default_factory=dict)
    calls: Mapping[str, CallForm] = field(default_factory=dict)
