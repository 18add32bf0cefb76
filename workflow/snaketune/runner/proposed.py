"""What the table of a round says of the trials that it proposed: their parameters, and how far they are trained."""

from __future__ import annotations

import collections
import contextlib
import csv
import json
import os

from snaketune.runner.run_id import RunId

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

__all__ = ["Proposed", "Rung", "proposed_at", "proposed_in", "proposed_params", "proposed_rung"]

_LARGEST = 2**31 - 1  # of a cell: a parameter may be a very long text

# Where a run with a budget goes on from, and the largest one that there is in its search.
Rung = collections.namedtuple("Rung", "from_budget max_budget")


class Proposed:
    """The parameters of trials, by trial; `rungs` of those with budgets.

    Both are empty where there is no such table; of one that is not what was written there is what can be read.
    """

    def __init__(self, params: Mapping[str, dict[str, Any]], rungs: Mapping[tuple[str, str], Rung]):
        self.params, self._rungs = params, rungs

    def rung(self, trial: str, run: str) -> Rung | None:
        """Of a run of a trial; None if it is not known, or the run has no budget."""
        return self._rungs.get((trial, run.rpartition("b")[2]))


def proposed_at(marker: str) -> Proposed:
    """What a round has proposed, from the path of the marker of one of its blocks."""
    return proposed_in(os.path.join(os.path.dirname(os.path.dirname(marker)), "trials.csv"))


def proposed_in(table: str) -> Proposed:
    """What a table holds."""
    csv.field_size_limit(_LARGEST)
    params: dict[str, dict[str, Any]] = {}
    rungs: dict[tuple[str, str], Rung] = {}
    with contextlib.suppress(OSError, KeyError, TypeError, ValueError, csv.Error):
        with open(table, encoding="utf-8", newline="") as file:
            rows = [*csv.DictReader(file)]
        params = {row["trial"]: json.loads(row["params"]) for row in rows}
        if rows and "budget" in rows[0]:
            for row in rows:
                of, goes_on, most = (_number(row[name]) for name in ("budget", "from_budget", "max_budget"))
                if of is not None:
                    rungs.setdefault((row["trial"], _spelled(of)), Rung(goes_on, most))
    return Proposed(params, rungs)


def proposed_params(study: str, trial: str) -> dict[str, Any] | None:
    """The parameters of a trial as any round of the study in a folder has proposed it; None if none has."""
    return next((found.params[trial] for found in _all(study) if trial in found.params), None)


def proposed_rung(study: str, trial: str, run: str) -> Rung | None:
    """The rung of a run as any round of the study in a folder has it; None if none has."""
    return next((rung for found in _all(study) if (rung := found.rung(trial, run))), None)


def _all(study: str) -> Iterator[Proposed]:
    for folder, folders, names in os.walk(study):
        if folder == study:
            folders[:] = [name for name in folders if name != "trials"]
        folders.sort()
        if "trials.csv" in names:
            yield proposed_in(os.path.join(folder, "trials.csv"))


def _number(cell: str) -> float | None:
    return float(cell) if "." in cell or "e" in cell else int(cell) if cell else None


def _spelled(budget: float) -> str:
    """A budget as the ids of runs spell it, by which alone they are told apart."""
    return str(RunId(0, None, budget)).rpartition("b")[2]
