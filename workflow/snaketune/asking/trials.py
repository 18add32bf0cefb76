"""Trials as whoever asks for them sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snaketune.config.study import Study
from snaketune.results.told import Asked
from snaketune.results.trials import Trial as Row
from snaketune.values import is_number

__all__ = ["Result", "Trial"]


@dataclass(frozen=True)
class Trial:
    """A parameter set to try: its id, the parameters, and its number in the `search` that has proposed it.

    `origin` says from what (initial, model, random, …).
    """

    id: str
    params: Mapping[str, Any]
    number: int
    search: str
    origin: str

    @classmethod
    def of(cls, asked: Asked) -> "Trial":
        return cls(asked.trial, dict(asked.params), asked.number, asked.search, asked.origin)


@dataclass(frozen=True)
class Result(Trial):
    """A trial with what came of it: `value` is the (first) objective, None unless it is complete."""

    status: str
    value: float | None
    metrics: Mapping[str, Any]
    reason: str | None

    @classmethod
    def of_row(cls, row: Row, search: str, study: Study) -> "Result":
        """That of a row of the study's table."""
        params, metrics = dict(row.params), dict(row.metrics)
        found = row.value(study)
        value = float(found) if is_number(found) else None
        return cls(row.trial, params, row.number, search, row.origin, row.status, value, metrics, row.reason)
