"""Trying runs again: their results are set aside, so that they count as not yet run."""

from snaketune.config.retry import Retry
from snaketune.config.study import Study
from snaketune.errors import StudyError
from snaketune.results.rounds import proposed_ids, proposed_tables
from snaketune.results.runs import read_run
from snaketune.results.store import Store

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
        if run in names and trial not in retry.trials and read_run(store, study, trial, run).status in retry.statuses
    ]
    by_trial = {trial: [run for run in runs if run[0] == trial] for trial in sorted(retry.trials)}
    store.set_aside([*alike, *(run for chosen in by_trial.values() for run in chosen)])
    words = ", ".join(word for word in retry.words if word not in retry.trials)
    return [
        *([f"{_runs(len(alike))} with status {words} will be tried again"] if retry.statuses else []),
        *(f"{_runs(len(chosen))} of {trial} will be tried again" for trial, chosen in by_trial.items()),
    ]


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
