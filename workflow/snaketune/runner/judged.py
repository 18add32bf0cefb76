"""A finished run judged anew: its metric may have been another one when it ended."""

from __future__ import annotations

from snaketune.runner import status
from snaketune.runner.files import read_bytes
from snaketune.runner.metrics import check, extract_metrics

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from snaketune.runner.spec import RunSpec

__all__ = ["judged"]


def judged(
    found: str, reason: str | None, metrics: Mapping[str, Any], history: str, spec: RunSpec
) -> tuple[str, str | None, Mapping[str, Any]]:
    """Status, reason and metrics of a run by what the study wants now, from what its record says (`found`, …).

    `history` is the path of what it reported while it trained, from which metrics may be taken.
    """
    if found not in (status.COMPLETE, status.INVALID):
        return found, reason, metrics
    reported = read_bytes(history) if spec.takes else None
    if reported is not None:
        others = {name: value for name, value in metrics.items() if name not in spec.takes}
        metrics = {**others, **extract_metrics(b"{}", "", reported, takes=spec.takes).metrics}
    # A metrics file that could not be read stays what it is; else the metrics decide.
    if metrics or found == status.COMPLETE:
        reason = check(metrics, spec.metrics_wanted)
        found = status.INVALID if reason else status.COMPLETE
    return found, reason, metrics
