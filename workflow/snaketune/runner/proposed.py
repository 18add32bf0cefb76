"""The parameters of trials, as the table of the round that proposed them has them."""

from __future__ import annotations

import csv
import json
import os

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

__all__ = ["params_of", "proposed_params"]

_LARGEST = 2**31 - 1  # of a cell: a parameter may be a very long text


def params_of(marker: str) -> dict[str, dict[str, Any]]:
    """The parameters of a round's trials, by trial, from the path of the marker of one of the round's blocks.

    None where there is no such table, or where it is not what was written: each trial's id tells.
    """
    return _params_in(os.path.join(os.path.dirname(os.path.dirname(marker)), "trials.csv"))


def proposed_params(study: str, trial: str) -> dict[str, Any] | None:
    """The parameters of a trial as any round of the study in a folder has proposed it; None if none has."""
    for folder, folders, names in os.walk(study):
        if folder == study:
            folders[:] = [name for name in folders if name != "trials"]
        if "trials.csv" in names and trial in (found := _params_in(os.path.join(folder, "trials.csv"))):
            return found[trial]
    return None


def _params_in(table: str) -> dict[str, dict[str, Any]]:
    csv.field_size_limit(_LARGEST)
    try:
        with open(table, encoding="utf-8", newline="") as file:
            return {row["trial"]: json.loads(row["params"]) for row in csv.DictReader(file)}
    except (OSError, KeyError, TypeError, ValueError):
        return {}
