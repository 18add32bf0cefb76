"""When a conditional parameter is active."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snaketune.space.expressions import Expression, Missing
from snaketune.values import same

__all__ = ["Condition", "ExpressionHolds", "OneOf"]


@dataclass(frozen=True)
class OneOf:
    """Each named parameter is active and has one of the values listed for it; 2 and 2.0 are the same here."""

    allowed: Mapping[str, tuple[Any, ...]]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.allowed)

    def holds(self, params: Mapping[str, object]) -> bool:
        return all(
            name in params and any(same(params[name], value) for value in values)
            for name, values in self.allowed.items()
        )


@dataclass(frozen=True)
class ExpressionHolds:
    """The expression is true; it is not where a parameter that it names is inactive."""

    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    def holds(self, params: Mapping[str, object]) -> bool:
        try:
            return bool(self.expression(params))
        except Missing:
            return False


Condition = OneOf | ExpressionHolds
