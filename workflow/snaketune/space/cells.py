"""The cells of tables that hold a parameter's values: written so that what is read back is the same value.

A text is written as it is and all else as JSON, unless that would be read as another value: a text that is empty, is in
quotes, or is spelled like another value that the parameter has in the study (`true`, `1`, `null`) is JSON too, in
quotes. An empty cell means that the parameter is inactive.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from snaketune.space.columns import column_type, common_type
from snaketune.space.scales import ABSENT
from snaketune.values import number_from_text, text

if TYPE_CHECKING:
    from snaketune.space.parameters import Parameter
    from snaketune.space.space import Space

__all__ = ["Cells", "cells_by_parameter"]

_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Cells:
    """How one parameter's values are written in cells; `listed` are those that the configuration lists one by one.

    `ranged`: it has others too, numbers for instance. `type` is that of a column that holds them (`column_type`).
    """

    listed: tuple[Any, ...]
    ranged: bool = False
    type: str = "object"

    @classmethod
    def of(cls, parameters: Iterable["Parameter"], given: Iterable[object] = ()) -> "Cells":
        """The cells of a parameter in all its forms, one per search, and of values that are `given` beside them."""
        forms = list(parameters)
        listed = [value for form in forms for value in form.listed]
        ranged = any(not form.listed for form in forms)
        types = [form.column_type for form in forms] or [column_type(listed)]
        return cls((*listed, *given), ranged, common_type(types))

    @cached_property
    def _read(self) -> dict[str, Any]:
        """The listed values by what is written; of two with the same plain text, the one that is not a text."""
        texts = [value for value in self.listed if isinstance(value, str)]
        others = [value for value in self.listed if not isinstance(value, str)]
        plain = {value: value for value in texts if not (self.ranged and number_from_text(value) is not None)}
        return plain | {text(value): value for value in others}

    def value(self, cell: str) -> Any:
        """The value that a cell spells; ABSENT for an empty one."""
        if cell == "":
            return ABSENT
        if isinstance(quoted := _json(cell, '"'), str):
            return quoted
        if cell in self._read:
            return self._read[cell]
        number = number_from_text(cell)
        if number is not None:
            return number
        found = _WORDS.get(cell, _json(cell, "[{"))
        return cell if found is ABSENT else found

    def cell(self, value: object) -> str:
        """The cell of a value, which `value` reads back; an empty one for ABSENT."""
        if value is ABSENT:
            return ""
        if isinstance(value, str):
            read = self.value(value)
            return value if isinstance(read, str) and read == value else json.dumps(value, ensure_ascii=False)
        return text(value)


def _json(cell: str, openings: str) -> Any:
    """The JSON value that a cell is, if it begins with one of `openings`; else ABSENT."""
    if cell[0] not in openings:
        return ABSENT
    try:
        return json.loads(cell)
    except ValueError:
        return ABSENT


def cells_by_parameter(spaces: Iterable["Space"], points: Iterable[Mapping[str, object]] = ()) -> dict[str, Cells]:
    """The cells of all parameters by name, over the spaces of all searches and the parameter sets that are given."""
    forms: dict[str, list[Parameter]] = {}
    for space in spaces:
        for name, parameter in space.parameters.items():
            forms.setdefault(name, []).append(parameter)
    given: dict[str, list[object]] = {}
    for point in points:
        for name, value in point.items():
            given.setdefault(name, []).append(value)
    return {name: Cells.of(forms.get(name, ()), given.get(name, ())) for name in [*forms, *given]}
