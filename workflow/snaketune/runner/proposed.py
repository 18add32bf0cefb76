"""The parameters of trials, as the table of the round that proposed them has them."""

from __future__ import annotations

import csv
import json
import os

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

__all__ = ["params_of"]

_LARGEST = 2**31 - 1  # of a cell: a parameter may be a very long text


def params_of(marker: str) -> dict[str, dict[str, Any]]:
    """The parameters of a round's trials, by trial, from the path of the marker of one of the round's blocks.

    None where there is no such table, or where it is not what was written: each trial's id tells.
    """
    table = os.path.join(os.path.dirname(os.path.dirname(marker)), "trials.csv")
    csv.field_size_limit(_LARGEST)
    try:
        with open(table, encoding="utf-8", newline="") as file:
            return {row["trial"]: json.loads(row["params"]) for row in csv.DictReader(file)}
    except (OSError, KeyError, TypeError, ValueError):
        return {}
