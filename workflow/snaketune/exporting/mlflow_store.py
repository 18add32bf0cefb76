"""A store of MLflow into which runs are written, and brought up to date."""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from snaketune.errors import StudyError
from snaketune.exporting.document import digest_of
from snaketune.exporting.mlflow_runs import HISTORY, Point, Wanted

__all__ = ["Store", "complaining"]

T = TypeVar("T")

_STUDY, _TRIAL, _RUN = "snaketune.study", "snaketune.trial", "snaketune.run"
_DIGEST, _TIMES = "snaketune.digest", "snaketune.exports"
_LOGGED, _POINTS = "snaketune.history", "snaketune.points"
_PARENT = "mlflow.parentRunId"
_PAGE, _METRICS, _OTHERS = 1000, 1000, 90  # of runs; of metrics, and of parameters and tags, in one request


@dataclass(frozen=True)
class Store:
    """An experiment of the store, with the runs that earlier exports of the study have written, by trial and run."""

    client: Any
    experiment: str
    study: str
    known: dict[tuple[str, str], Any]

    @classmethod
    def opened(cls, uri: str, study: str, experiment: str, artifacts: str | None) -> "Store":
        """The store at `uri`; `artifacts` is where those of a new experiment are to be."""
        from mlflow import MlflowClient

        client = MlflowClient(tracking_uri=uri)
        there = client.get_experiment_by_name(experiment)
        if there is not None and there.lifecycle_stage != "active":
            raise StudyError(f"MLflow's experiment {experiment} is deleted; restore it, or give another name")
        number = there.experiment_id if there else client.create_experiment(experiment, artifact_location=artifacts)
        known: dict[tuple[str, str], Any] = {}
        page = None
        while True:
            found = client.search_runs([number], f"tags.`{_STUDY}` = '{study}'", max_results=_PAGE, page_token=page)
            known |= {(run.data.tags.get(_TRIAL, ""), run.data.tags.get(_RUN, "")): run for run in found}
            page = found.token
            if not page:
                return cls(client, number, study, known)

    def bring(self, runs: Iterable[Wanted]) -> bool:
        """Makes the runs be what is wanted, and deletes those that no longer are; whether anything was to be done."""
        ids: dict[str, str] = {}  # of the trials' runs
        changed, left = False, dict(self.known)
        for wanted in runs:
            parent = ids.get(wanted.trial, "")
            known = left.pop((wanted.trial, wanted.run), None)
            if known and known.data.tags.get(_DIGEST) == wanted.digest and known.data.tags.get(_PARENT, "") == parent:
                number = known.info.run_id
            else:
                number, changed = self._written(wanted, known, parent), True
            ids.setdefault(wanted.trial, number)
        for run in left.values():
            self.client.delete_run(run.info.run_id)
        return changed or bool(left)

    def _written(self, wanted: Wanted, known: Any, parent: str) -> str:
        """The id of the run, which is brought up to date, or written anew where values of it would have to change."""
        if known and not _goes_on(wanted, known):
            self.client.delete_run(known.info.run_id)
            known = None
        if known is None:
            tags = {_STUDY: self.study, _TRIAL: wanted.trial, **({_RUN: wanted.run} if wanted.run else {})}
            known = self.client.create_run(self.experiment, wanted.started, tags, wanted.name)
        number: str = known.info.run_id
        times = int(known.data.tags.get(_TIMES, "0")) + 1
        done = int(known.data.tags.get(_POINTS, "0"))
        at = wanted.finished or wanted.started or 0
        results = [Point(name, value, times, at) for name, value in wanted.metrics.items()]
        tags = {
            **wanted.tags,
            _DIGEST: wanted.digest,
            _TIMES: str(times),
            _POINTS: str(len(wanted.history)),
            _LOGGED: _digest(wanted.history),
            **({_PARENT: parent} if parent else {}),
        }
        params = {name: value for name, value in wanted.params.items() if name not in known.data.params}
        for path in wanted.artifacts:
            self.client.log_artifact(number, str(path))
        self._log(number, [*wanted.history[done:], *results], params, tags)
        if wanted.status in ("RUNNING", "SCHEDULED"):
            self.client.update_run(number, wanted.status, wanted.name)
        else:
            self.client.update_run(number, name=wanted.name)
            self.client.set_terminated(number, wanted.status, wanted.finished)
        return number

    def _log(self, number: str, points: Sequence[Point], params: dict[str, str], tags: dict[str, str]) -> None:
        """Logs values, in as many requests as these need; the tags, which say that all is there, in the last."""
        from mlflow.entities import Metric, Param, RunTag

        for some in _portions(points, _METRICS):
            metrics = [Metric(point.name, point.value, point.time, point.step) for point in some]
            self.client.log_batch(number, metrics=metrics)
        for items in _portions(list(params.items()), _OTHERS):
            self.client.log_batch(number, params=[Param(*item) for item in items])
        for items in _portions(list(tags.items()), _OTHERS):
            self.client.log_batch(number, tags=[RunTag(*item) for item in items])


def _portions(listed: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (listed[i : i + size] for i in range(0, len(listed), size))


def _goes_on(wanted: Wanted, known: Any) -> bool:
    """Whether all that a run has logged is still so: MLflow has values added, not taken back."""
    done = int(known.data.tags.get(_POINTS, "0"))
    same = done <= len(wanted.history) and _digest(wanted.history[:done]) == known.data.tags.get(_LOGGED)
    results = {name for name in known.data.metrics if not name.startswith(HISTORY)}
    return same and results <= wanted.metrics.keys() and set(known.data.params) <= wanted.params.keys()


def _digest(points: Sequence[Point]) -> str:
    return digest_of([[point.name, repr(point.value), point.step, point.time] for point in points])


@contextmanager
def complaining(uri: str) -> Iterator[None]:
    """Raises what MLflow says of a store as a StudyError, and keeps it from saying more."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # an export tells nobody of itself
    from mlflow.exceptions import MlflowException

    for name in ("mlflow", "alembic"):  # which MLflow sets as it is imported
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    except MlflowException as error:
        raise StudyError(f"MLflow ({uri}): {error.message}") from None
