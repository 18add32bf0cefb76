"""The record that each run leaves: result.json."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.runner.json_numbers import as_number
from snaketune.runner.metrics import check, extract_metrics

__all__ = ["Run", "cpu_seconds", "read_run"]


@dataclass(frozen=True)
class Run:
    """One finished run, its status judged by the metric that the study has now.

    `metrics` maps a name to a number, text, boolean or None; `record` is result.json as it stands.
    """

    trial: str
    run: str
    status: str
    reason: str | None
    metrics: Mapping[str, object]
    record: Mapping[str, object]

    @property
    def complete(self) -> bool:
        return self.status == "complete"


def read_run(layout: Layout, study: Study, trial: str, run: str) -> Run:
    """The run's record, judged anew: whether the metric is there may have changed since it ended.

    Raises:
        FileNotFoundError: the run has not finished.
    """
    record = json.loads(layout.result(trial, run).read_text(encoding="utf-8"))
    metrics = record["metrics"]
    status, reason = record["status"], record["reason"]
    if status in ("complete", "invalid"):
        metrics = _with_taken(metrics, layout.run(trial, run), study)
        # A metrics file that could not be read stays what it is; else the metrics decide.
        if metrics or status == "complete":
            why = check(metrics, [metric.name for metric in study.metrics])
            status, reason = ("invalid", why) if why else ("complete", None)
    finite = {name: as_number(value) for name, value in metrics.items()}
    return Run(trial, run, status, reason, finite, record)


def _with_taken(metrics: Mapping, folder: Path, study: Study) -> dict:
    """`metrics` with those that the study defines over the training's history taken from it, as the runner does."""
    takes = study.objective["takes"]
    history = folder / "history.jsonl"
    if not takes or not history.exists():
        return dict(metrics)
    others = {name: value for name, value in metrics.items() if name not in takes}
    return others | extract_metrics(b"{}", "", history.read_bytes(), takes=takes).metrics


def cpu_seconds(runs: Iterable[Run]) -> float:
    """The CPU time that all the runs used."""
    return sum(run.record["cpu_seconds"] for run in runs)
