"""In what two trials differ: parameters, what became of them, metrics."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snaketune.looking.listing import Column
from snaketune.looking.shown import ShownTrial
from snaketune.results.markdown import number
from snaketune.space.scales import ABSENT
from snaketune.values import is_number, same

__all__ = ["Difference", "columns_of_differences", "differences"]


@dataclass(frozen=True)
class Difference:
    """What two trials have of the same name, ABSENT where one has no such; `gap` is the second less the first."""

    kind: str
    name: str
    first: Any
    second: Any

    @property
    def gap(self) -> float | None:
        """By how much the second is larger, of two numbers."""
        return self.second - self.first if is_number(self.first) and is_number(self.second) else None


def differences(first: ShownTrial, second: ShownTrial) -> list[Difference]:
    """All in which the trials, which may be of two studies, differ: status and budget, parameters, metrics."""
    return [
        *_differing("trial", _about(first), _about(second)),
        *_differing("parameter", first.params, second.params),
        *_differing("metric", first.metrics, second.metrics),
    ]


def _about(shown: ShownTrial) -> dict[str, object]:
    return {"study": shown.study, "status": shown.status, "budget": shown.budget, "runs": len(shown.runs)}


def _differing(kind: str, first: Mapping[str, object], second: Mapping[str, object]) -> Iterator[Difference]:
    for name in {**first, **second}:
        one, other = first.get(name, ABSENT), second.get(name, ABSENT)
        if one is ABSENT or other is ABSENT or not _alike(one, other):
            yield Difference(kind, name, one, other)


def _alike(one: object, other: object) -> bool:
    """Whether two values are the same; NaN is what NaN is."""
    if is_number(one) and is_number(other):
        return one == other or (one != one and other != other)
    return not (is_number(one) or is_number(other)) and same(one, other)


def columns_of_differences(first: ShownTrial, second: ShownTrial, found: Sequence[Difference]) -> list[Column]:
    """The table of the differences; where a trial has no such parameter or metric, its cell is empty."""
    one, other = first.trial, second.trial
    if first.study != second.study:
        one, other = f"{first.study}/{one}", f"{second.study}/{other}"
    return [
        Column("", [each.kind for each in found], left=True, spare=1),
        Column("", [each.name for each in found], left=True),
        Column(one, [_shown(each.first) for each in found]),
        Column(other, [_shown(each.second) for each in found]),
        Column("difference", ["" if each.gap is None else number(each.gap) for each in found], spare=1),
    ]


def _shown(value: object) -> object:
    if value is ABSENT:
        return ""
    return "null" if value is None else value
