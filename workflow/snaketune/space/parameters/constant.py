"""Values that every trial has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from snaketune.space.parameters.base import Forms, Parameter
from snaketune.space.parameters.fields import checked
from snaketune.values import key, yaml_number

__all__ = ["FORMS", "Constant", "constant"]


@dataclass(frozen=True)
class Constant(Parameter):
    """A value that every trial has."""

    value: Any = field(compare=False)
    _key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", key(self.value))

    @property
    def finite(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return 1

    @property
    def fixed(self) -> bool:
        return True

    def values(self) -> tuple[Any, ...]:
        return (self.value,)

    def from_unit(self, u: float) -> Any:
        return self.value

    def to_unit(self, value: object) -> float:
        return 0.5

    def contains(self, value: object) -> bool:
        return key(value) == self._key

    def to_config(self) -> dict[str, Any]:
        return {"type": "constant", "value": self.value}

    @property
    def listed(self) -> tuple[Any, ...]:
        return (self.value,)


def constant(value: Any) -> Constant:
    """The constant that was written by hand.

    Raises:
        ValueError: JSON can't hold it.
    """
    return Constant(checked(yaml_number(value)))


def _from_mapping(raw: Mapping[str, Any]) -> Constant:
    return constant(raw["value"])


FORMS = Forms(types={"constant": _from_mapping})
