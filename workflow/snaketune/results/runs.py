"""A finished run, its status judged by the metrics that the study has now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from snaketune.config.study import Study
from snaketune.results.records import RunRecord
from snaketune.results.store import Store
from snaketune.runner.json_numbers import as_number
from snaketune.runner.judged import judged
from snaketune.runner.run_id import RunId
from snaketune.runner.status import COMPLETE

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


def read_run(store: Store, study: Study, trial: str, run: RunId | str) -> RunResult:
    """The run's record, judged anew: whether the metric is there may have changed since it ended.

    Raises:
        FileNotFoundError: the run has not finished.
        DamagedFile: its result is not what the runner wrote.
    """
    record = store.record(trial, run)
    status, reason, metrics = judged(
        *(record.status, record.reason, record.metrics, record.found),
        lambda: store.history(trial, run),
        study.run_spec,
    )
    return RunResult(status, reason, {name: as_number(value) for name, value in metrics.items()}, record)


def cpu_seconds(runs: Iterable[RunResult]) -> float:
    """The CPU time that all the runs used."""
    return sum(run.record.cpu_seconds for run in runs)
