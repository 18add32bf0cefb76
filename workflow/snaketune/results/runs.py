"""A finished run, its status judged by the metrics that the study has now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.records import RunRecord, read_record
from snaketune.runner.json_numbers import as_number
from snaketune.runner.metrics import check, extract_metrics
from snaketune.runner.run_id import RunId
from snaketune.runner.status import COMPLETE, INVALID

__all__ = ["RunResult", "cpu_seconds", "read_run"]


@dataclass(frozen=True)
class RunResult:
    """One finished run; `metrics` maps a name to a number, text, boolean or None. `record` is what its runner said."""

    status: str
    reason: str | None
    metrics: Mapping[str, object]
    record: RunRecord

    @property
    def trial(self) -> str:
        return self.record.trial

    @property
    def run(self) -> RunId:
        return self.record.run

    @property
    def complete(self) -> bool:
        return self.status == COMPLETE


def read_run(layout: Layout, study: Study, trial: str, run: RunId) -> RunResult:
    """The run's record, judged anew: whether the metric is there may have changed since it ended.

    Raises:
        FileNotFoundError: the run has not finished.
    """
    record = read_record(layout.result(trial, run))
    metrics, status, reason = record.metrics, record.status, record.reason
    if status in (COMPLETE, INVALID):
        metrics = _with_taken(metrics, layout.history(trial, run), study)
        # A metrics file that could not be read stays what it is; else the metrics decide.
        if metrics or status == COMPLETE:
            why = check(metrics, [metric.name for metric in study.metrics])
            status, reason = (INVALID, why) if why else (COMPLETE, None)
    return RunResult(status, reason, {name: as_number(value) for name, value in metrics.items()}, record)


def _with_taken(metrics: Mapping[str, object], history: Path, study: Study) -> Mapping[str, object]:
    """`metrics` with those that the study defines over the run's history taken from it, as the runner does."""
    takes = study.run_spec.takes
    if not takes or not history.exists():
        return metrics
    others = {name: value for name, value in metrics.items() if name not in takes}
    taken: dict[str, object] = extract_metrics(b"{}", "", history.read_bytes(), takes=takes).metrics
    return others | taken


def cpu_seconds(runs: Iterable[RunResult]) -> float:
    """The CPU time that all the runs used."""
    return sum(run.record.cpu_seconds for run in runs)
