"""What another tool has kept of its trials, whichever it was: rows with columns under that tool's names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from snaketune.runner.status import COMPLETE, FAILED, STATUSES
from snaketune.values import shortened_text

__all__ = ["Source", "SourceRow", "status_in"]

# What other programs call statuses, in lower case.
_WORDS = {"": COMPLETE, "finished": COMPLETE, "fail": FAILED, "crashed": FAILED}


@dataclass(frozen=True)
class SourceRow:
    """A trial: where it stands, its status in our words, or why it can't be used, and its columns."""

    place: str
    status: str | None
    useless: str | None
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """All trials of another tool; `name` says what it is.

    A parameter, or a metric, is in the first of the columns that `params`, or `metrics`, make of its name. Values are
    `typed`, or texts as tables have them. `objectives` are what was optimised, with their `directions`, where that is
    known; where they have no names of their own they stand in their order for those of a study.
    """

    name: str
    rows: Sequence[SourceRow]
    params: tuple[str, ...]
    metrics: tuple[str, ...]
    typed: bool = False
    objectives: Sequence[str] = ()
    directions: Sequence[str] = ()
    nameless: bool = False
    header: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "header", list(dict.fromkeys(name for row in self.rows for name in row.columns)))

    def named(self, templates: Sequence[str]) -> dict[str, str]:
        """The columns of a kind, by the names that they give."""
        found: dict[str, str] = {}
        for prefix in (template.removesuffix("{}") for template in templates if template != "{}"):
            for column in self.header:
                if column.startswith(prefix):
                    found.setdefault(column.removeprefix(prefix), column)
        return found


def status_in(word: str) -> tuple[str | None, str | None]:
    """The status that a word of another tool means, or why such a trial is of no use."""
    status = _WORDS.get(word.lower(), word.lower())
    return (status, None) if status in STATUSES else (None, f"its status is {shortened_text(word)}")
