"""A finished run judged anew: its metric may have been another one when it ended."""

from __future__ import annotations

from snaketune.runner import status
from snaketune.runner.history import parse_rows
from snaketune.runner.metrics import check, named

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from snaketune.runner.spec import RunSpec

__all__ = ["judged"]


def judged(
    said: str,
    reason: str | None,
    metrics: Mapping[str, Any],
    found: Any,
    history: Callable[[], bytes | None],
    spec: RunSpec,
) -> tuple[str, str | None, Mapping[str, Any]]:
    """Status, reason and metrics of a run by what the study wants now, from what its record says (`said`, …).

    `found` is what `metrics` were made of, None if they are that; `history` gives what it reported while it trained,
    which is asked for only if metrics are taken from there.
    """
    if said not in (status.COMPLETE, status.INVALID):
        return said, reason, metrics
    reported = history() if spec.takes else None
    if reported is not None or not spec.takes:
        metrics, _ = named(
            metrics if found is None else found, parse_rows(reported or b""), spec.takes, spec.metrics_wanted
        )
    # A metrics file that could not be read stays what it is; else the metrics decide.
    if metrics or said == status.COMPLETE:
        why = check(metrics, spec.metrics_wanted)
        # The runner knew more of the output, and may have said more.
        reason = reason if why and (reason or "").startswith(why) else why
        said = status.INVALID if why else status.COMPLETE
    return said, reason, metrics
