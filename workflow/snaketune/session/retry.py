"""Trying runs again: their results are set aside, so that they count as not yet run."""

from snaketune.config.retry import Retry
from snaketune.config.study import Study
from snaketune.errors import StudyError
from snaketune.results.rounds import proposed_ids, proposed_tables
from snaketune.results.runs import read_run
from snaketune.results.store import Store
from snaketune.runner.run_id import RunId

__all__ = ["set_aside"]


def set_aside(store: Store, study: Study, retry: Retry) -> list[str]:
    """Sets the results aside of the runs that are asked for; says how many, a line for statuses and for each trial.

    Raises:
        StudyError: a trial is none of the study's; nothing has been done.
    """
    runs = list(store.runs())
    _refuse_unknown(store, study, retry, {trial for trial, _ in runs})
    names = {str(run) for run in study.runs}
    alike = [
        (trial, run)
        for trial, run in (runs if retry.statuses else ())
        if str(RunId.parse(run)._replace(budget=None)) in names
        and trial not in retry.trials
        and read_run(store, study, trial, run).status in retry.statuses
    ]
    words = ", ".join(word for word in retry.words if word not in retry.trials)
    said = [f"{_runs(store.set_aside(alike))} with status {words} will be tried again"] if retry.statuses else []
    for trial in sorted(retry.trials):
        # What is offered or outdated could be taken for its result again.
        folders = (path.name for path in store.layout.run(trial, "").glob("r*") if path.is_dir())
        count = store.set_aside([*(run for run in runs if run[0] == trial), *((trial, name) for name in folders)])
        said.append(f"{_runs(count)} of {trial} will be tried again")
    return said


def _refuse_unknown(store: Store, study: Study, retry: Retry, known: set[str]) -> None:
    """Raises StudyError if a trial that is asked for has neither a result nor been proposed."""
    unknown = retry.trials - known
    for table in proposed_tables(store.layout) if unknown else ():
        unknown -= set(proposed_ids(table))
    if unknown:
        raise StudyError(
            f"retry: {', '.join(sorted(unknown))} is no trial of the study {study.name}; the column 'trial' of "
            f"{store.layout.results()} has those that there are"
        )


def _runs(count: int) -> str:
    return f"{count} run{'s' * (count != 1)}"
