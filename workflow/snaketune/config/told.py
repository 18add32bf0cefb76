"""Takes results that were told by hand (`results.told`) into searches, where they are results from elsewhere.

They are rows of the configuration as study.json has it: each with its trial's id, params, status, metrics and reason,
the search that it counts for, in which `batch` of trials (None: in none), and in which rounds of which searches it was
`found` when it was told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from snaketune.config.search import TOLD, Imported, Search
from snaketune.space.expressions import UncomputableError

__all__ = ["with_told"]

Row = Mapping[str, Any]


def with_told(search: Search, rows: Iterable[Row]) -> Search:
    """The search with what was told of parameter sets in its space; its own trials are those that count for it."""
    known: dict[str, Imported] = {}
    own: dict[int | None, list[str]] = {}
    found: dict[int, list[str]] = {}
    for row in rows:
        trial = row["trial"]
        if _outside(search, row["params"]):
            continue
        known[trial] = Imported(row["params"], row["status"], row["metrics"], "told", TOLD, row["reason"])
        if row["search"] == search.name and not search.in_rungs:
            own.setdefault(row["batch"], []).append(trial)
        for number in row["found"].get(search.name, ()):
            found.setdefault(number, []).append(trial)
    if not known:
        return search
    first = [trial for trial in own.get(0, ()) if trial not in search.counted]
    return replace(
        search,
        imported={**search.imported, **known},
        counted=(*search.counted, *first),
        by_hand=tuple(chain.from_iterable(own.values())),
        told={batch: tuple(trials) for batch, trials in own.items() if batch},
        found={number: tuple(trials) for number, trials in found.items()},
    )


def _outside(search: Search, params: Mapping[str, Any]) -> bool:
    """Whether the parameters are none of the search's space, which may have become another one."""
    try:
        return search.space.why_outside(params) is not None
    except UncomputableError:
        return True
