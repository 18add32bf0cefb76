"""What is beside the trials: importances, timeline, final training, provenance; a part of the page of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from snaketune.results.records import RunRecord
from snaketune.results.runs import RunResult

__all__ = ["annex_payload", "final_part", "importances_part", "timeline"]

_FINAL_NUMBERS = ("search_value", "search_se", "final_value", "final_se")


def annex_payload(
    runs: Sequence[RunResult],
    importances: Sequence[Mapping[str, str]] | None = None,
    final: Sequence[Mapping[str, str]] | None = None,
    provenance: Mapping[str, Any] | None = None,
    promotions: Mapping[str, Any] | None = None,
    spending: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The parts that there are, as a JSON value.

    `runs` are in the order of the page's trials; `importances` and `final` are the rows of
    importances.csv and final/results.csv, None where a study has no such thing; `promotions` and
    `spending` are those that the modules of these names make.
    """
    parts = {
        "promotions": promotions,
        "spending": spending,
        "importances": importances_part(importances) if importances else None,
        "final": final_part(final) if final is not None else None,
        "timeline": timeline(runs),
        "provenance": provenance,
    }
    return {name: part for name, part in parts.items() if part is not None}


def importances_part(rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The rows of importances.csv with their numbers."""
    texts = ("parameter", "note")
    return [{name: cell if name in texts else _number(cell) for name, cell in row.items()} for row in rows]


def final_part(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The finalists in the final order, and who has won."""
    found = [
        {"searched_as": row["searched_as"], "status": row["status"], "reason": row.get("reason", "")}
        | {name: _number(row[name]) for name in _FINAL_NUMBERS}
        for row in rows
    ]
    won = bool(found) and found[0]["final_value"] is not None
    says = "The first one has won; see final/summary.md." if won else "No final training is complete."
    return {"rows": found, "says": says}


def timeline(runs: Sequence[RunResult]) -> dict[str, Any] | None:
    """When each run began and how long it took, in seconds since the first began, and on which of `hosts`.

    None for a run without a start, and if no run has one.
    """
    spans = [_span(run.record) for run in runs]
    known = [(span, run.record) for span, run in zip(spans, runs, strict=True) if span]
    if not known:
        return None
    (first, _), earliest = min(known, key=lambda pair: pair[0])
    hosts = {host: i for i, host in enumerate(dict.fromkeys(record.host for _, record in known))}
    devices = [" ".join(run.record.devices or ()) for run in runs]
    return {
        "begin": earliest.started,
        "start": [round(span[0] - first, 2) if span else None for span in spans],
        "seconds": [round(span[1], 2) if span else 0 for span in spans],
        "host": [hosts.get(run.record.host, 0) for run in runs],
        "hosts": list(hosts),
    } | ({"devices": devices} if any(devices) else {})


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _span(record: RunRecord) -> tuple[float, float] | None:
    """When a run began, in seconds since the epoch, and how many it took; None if it never began."""
    try:
        begun, ended = (datetime.fromisoformat(stamp).timestamp() for stamp in (record.started, record.finished))
    except ValueError:
        return None
    return begun, max(0.0, ended - begun)
