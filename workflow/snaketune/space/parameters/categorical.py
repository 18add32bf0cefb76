"""Choices from a list."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from snaketune.space.beliefs import SURE, Weights
from snaketune.space.parameters.base import CallForm, Forms, Parameter
from snaketune.space.parameters.fields import checked, number
from snaketune.space.parameters.numbers import cell, units_around
from snaketune.values import is_number, key, shortened_text, text, yaml_number

__all__ = ["FORMS", "Categorical", "categorical"]


# How many times as likely as any other a favourite without neighbours is, by a word of confidence.
_FAVOURED = {"low": 3.0, "medium": 10.0, "high": 30.0}


@dataclass(frozen=True)
class Categorical(Parameter):
    """One of a list of values of any kind, in the given order; repeated values count once.

    Models see the ranks of choices that are all numbers, else a column for each choice. For Optuna, choices stand for
    themselves where it can tell them apart, else (lists, mappings, 1 beside true, pairs of parameters) for their index.

    Raises:
        ValueError: there is no choice.
    """

    choices: tuple[Any, ...] = field(compare=False)
    # How likely the user thinks each choice is, in their order.
    weights: tuple[float, ...] | None = None
    # What is compared: for Python 1, 1.0 and True are equal, and a list has no hash.
    _keys: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.choices:
            raise ValueError("the list of choices is empty; give at least one value")
        distinct: dict[str, Any] = {}
        for choice in self.choices:
            distinct.setdefault(key(choice), choice)
        object.__setattr__(self, "choices", tuple(distinct.values()))
        object.__setattr__(self, "_keys", tuple(distinct))

    @cached_property
    def _index(self) -> dict[str, int]:
        return {key: i for i, key in enumerate(self._keys)}

    @property
    def finite(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return len(self.choices)

    @cached_property
    def ordered(self) -> bool:
        """Whether all choices are numbers, so that the model may see their order and distance."""
        return len(self.choices) > 1 and all(map(is_number, self.choices))

    def values(self) -> tuple[Any, ...]:
        return self.choices

    def from_unit(self, u: float) -> Any:
        return self.choices[cell(u, len(self.choices))]

    def to_unit(self, value: object) -> float:
        return (self._index[key(value)] + 0.5) / len(self.choices)

    def contains(self, value: object) -> bool:
        return key(value) in self._index

    def to_config(self) -> dict[str, Any]:
        config = {"type": "categorical", "choices": list(self.choices)}
        return config if self.weights is None else {**config, "prior": {"weights": list(self.weights)}}

    @cached_property
    def belief(self) -> Weights | None:
        return None if self.weights is None else Weights(self.weights)

    def favouring(self, value: object, confidence: str) -> tuple[float, ...]:
        """Weights that favour a choice and, where all choices are numbers, those next to it.

        Raises:
            ValueError: it is not one of the choices.
        """
        if not self.contains(value):
            raise ValueError(f"prior: at must be one of the choices; found {shortened_text(value)}")
        favourite = self._index[key(value)]
        if not self.ordered:
            return tuple(_FAVOURED[confidence] if i == favourite else 1.0 for i in range(self.count))
        sd = SURE[confidence] * self.count
        return tuple(math.exp(-0.5 * ((self._rank[i] - self._rank[favourite]) / sd) ** 2) for i in range(self.count))

    def around(self, values: Sequence[Any], margin: float) -> Parameter:
        """The choices that `values` have; all in between, where the choices are numbers."""
        if self.ordered:
            low, high = units_around(self, values, margin)
            return self._of(lambda unit: low <= unit <= high)
        units = {self.to_unit(value) for value in values}
        return self._of(lambda unit: unit in units)

    def _of(self, kept: Callable[[float], bool]) -> "Categorical":
        """Those choices whose place in the unit interval is `kept`, and what is believed of them."""
        places = [i for i, choice in enumerate(self.choices) if kept(self.to_unit(choice))]
        weights = None if self.weights is None else tuple(self.weights[i] for i in places)
        return Categorical(tuple(self.choices[i] for i in places), weights if weights and any(weights) else None)

    @property
    def levels(self) -> tuple[Any, ...]:
        return self.choices

    # --- surrogate models -----------------------------------------------------------------------------------------

    @property
    def unordered(self) -> bool:
        return not self.ordered

    @cached_property
    def _places(self) -> tuple[float, ...]:
        return tuple((i + 0.5) / self.count for i in range(self.count))

    @cached_property
    def _by_rank(self) -> list[int]:
        """The index of the choice at each place: that of its rank for choices that are numbers, else its own."""
        indices = range(self.count)
        return sorted(indices, key=lambda i: float(self.choices[i])) if self.ordered else list(indices)

    @cached_property
    def _rank(self) -> dict[int, int]:
        return {index: rank for rank, index in enumerate(self._by_rank)}

    def places(self) -> tuple[float, ...]:
        return self._places

    def to_place(self, value: object) -> float:
        return self._places[self._rank[self._index[key(value)]]]

    def place_to_unit(self, place: float) -> float:
        return self._places[self._by_rank[bisect_left(self._places, place)]]

    # --- Optuna and scikit-optimize -------------------------------------------------------------------------------

    @cached_property
    def _by_index(self) -> bool:
        plain = all(isinstance(choice, (str, int, float, bool, type(None))) for choice in self.choices)
        return not plain or len(set(self.choices)) < len(self.choices)

    def optuna_distribution(self) -> Any:
        from optuna.distributions import CategoricalDistribution

        return CategoricalDistribution(range(self.count) if self._by_index else self.choices)

    def to_optuna(self, value: Any) -> Any:
        return self._index[key(value)] if self._by_index else value

    def from_optuna(self, native: Any) -> Any:
        if self._by_index:
            return self.choices[int(native)]
        return next(choice for choice in self.choices if choice == native)

    def skopt_dimension(self) -> Any:
        if self.ordered:
            return super().skopt_dimension()
        from skopt.space import Categorical as Choices

        return Choices([str(i) for i in range(self.count)])

    def to_skopt(self, place: float) -> Any:
        return super().to_skopt(place) if self.ordered else str(cell(place, self.count))

    def from_skopt(self, native: Any) -> float:
        return super().from_skopt(native) if self.ordered else (int(native) + 0.5) / self.count


def categorical(choices: Iterable[Any]) -> Categorical:
    """The choice from a list that was written by hand.

    Raises:
        ValueError: it is empty, or JSON can't hold one of its values.
    """
    return Categorical(tuple(checked(yaml_number(choice)) for choice in choices))


def _from_mapping(raw: Mapping[str, Any]) -> Categorical:
    parameter = categorical(raw["choices"])
    return replace(parameter, weights=_weights(parameter, raw["prior"])) if "prior" in raw else parameter


def _weights(parameter: Categorical, prior: Mapping[str, Any]) -> tuple[float, ...]:
    """The weights that a prior gives the choices, or that follow from the favourite that it names."""
    if ("weights" in prior) == ("at" in prior) or ("weights" in prior and "confidence" in prior):
        raise ValueError("prior: give either 'at' (and 'confidence') or 'weights'")
    if "at" in prior:
        return parameter.favouring(yaml_number(prior["at"]), prior.get("confidence", "medium"))
    weights = [number({"weights": weight}, "weights") for weight in prior["weights"]]
    if len(weights) != parameter.count:
        raise ValueError(f"prior: needs a weight for each of the {parameter.count} choices; found {len(weights)}")
    if min(weights) < 0 or not max(weights) > 0:
        raise ValueError(f"prior: weights must be 0 or more, one of them above 0; found {shortened_text(weights)}")
    return tuple(weights)


def _from_call(raw: Mapping[str, Any]) -> Categorical:
    choices = raw["choices"]
    if not isinstance(choices, (list, tuple)):
        raise ValueError(f"a list of choices is needed; found {text(choices)}")
    return categorical(choices)


FORMS = Forms(
    types={"categorical": _from_mapping},
    calls={
        "Categorical": CallForm(("choices",), _from_call, gathers=True),  # scikit-optimize's name
        "choice": CallForm(("choices",), _from_call, gathers=True),  # Ray's
    },
)
