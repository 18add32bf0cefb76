"""Trying runs again: their results are set aside, so that they count as not yet run."""

from collections.abc import Iterable

from snaketune.config.retry import Retry
from snaketune.config.study import Study
from snaketune.errors import StudyError
from snaketune.results.rounds import proposed_ids, proposed_tables, read_round, rounds_there
from snaketune.results.runs import read_run
from snaketune.results.store import Store
from snaketune.runner.run_id import RunId
from snaketune.runner.status import PRUNED

__all__ = ["set_aside"]


def set_aside(store: Store, study: Study, retry: Retry) -> list[str]:
    """Sets the results aside of the runs that are asked for; says how many, a line for statuses and for each trial.

    Raises:
        StudyError: a trial is none of the study's, or all that is asked for are runs that the same pruner would stop
            again; nothing has been done.
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
    stopped = _stopped_again(store, study, alike) if PRUNED in retry.statuses else set()
    if stopped and stopped == {*alike} and not retry.trials:
        raise StudyError(f"retry: {_in_vain(len(stopped))}")
    words = ", ".join(word for word in retry.words if word not in retry.trials)
    tried = [run for run in alike if run not in stopped]
    said = [f"{_runs(store.set_aside(tried))} with status {words} will be tried again"] if retry.statuses else []
    said += [_in_vain(len(stopped))] if stopped else []
    for trial in sorted(retry.trials):
        # What is offered or outdated could be taken for its result again.
        folders = (path.name for path in store.layout.run(trial, "").glob("r*") if path.is_dir())
        count = store.set_aside([*(run for run in runs if run[0] == trial), *((trial, name) for name in folders)])
        said.append(f"{_runs(count)} of {trial} will be tried again")
    return said


def _stopped_again(store: Store, study: Study, runs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the runs that a pruner has stopped, and that the same one, of which nothing has changed, would again."""
    judged: set[str] = set()
    for search in study.searches.values():
        for round_ in rounds_there(store.layout, search) if search.pruner else ():
            note = store.layout.ending(search.name, round_.number)
            if note.exists() and read_round(note).fingerprint == search.fingerprint:
                judged.update(proposed_ids(store.layout.proposed(search.name, round_.number)))
    return {run for run in runs if run[0] in judged and store.record(*run).pruned_at is not None}


def _in_vain(count: int) -> str:
    stay = "stays" if count == 1 else "stay"
    return (
        f"{_runs(count)} would be stopped at the same steps by the same pruner, and {stay} "
        "pruned; to train what it has stopped to the end: --config pruner=none retry=pruned (or give another pruner)"
    )


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
