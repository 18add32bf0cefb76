"""What trials are to go on from, at a workflow's start: what has been lost is made again, before it is needed.

Nothing tells Snakemake that a run needs an earlier one of its trial: which runs there are is said by the table of their
round, and that is made from tables of results. So where earlier runs are to be done again, the table of their results
is removed, and that of the round which promotes: it is proposed again, as it was, when they are done.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from snaketune.config.study import Search, Study
from snaketune.proposing.promotable import going_on
from snaketune.results.rounds import read_proposed, rounds_there
from snaketune.results.store import Store
from snaketune.results.trials import Proposed
from snaketune.runner import states, status
from snaketune.runner.checkpoints import has_whole_files, left_out
from snaketune.runner.run_id import RunId
from snaketune.runner.seal import unsealed
from snaketune.session.deletion import result_in, was_deleted

__all__ = ["await_earlier", "do_again"]


def do_again(study: Study, store: Store) -> list[str]:
    """Sets the results aside of runs whose checkpoint is gone and needed; says of each what is done again, and why.

    Only of those: if what such a run itself went on from is gone as well, it is trained from the start. So is one that
    would go on from a checkpoint that was deleted here, which takes no longer than to make that again.
    """
    said = []
    for trial, before, run, why in list(_lost(study, store)):
        if store.set_aside([(trial, str(before))]):
            said.append(f"the checkpoint of {trial}/{before} {why}, which {run} needs: {before} is trained again")
    return said


def await_earlier(study: Study, store: Store) -> None:
    """Has runs that are to be done wait for those that they go on from, where these are to be done as well."""
    for search in study.searches.values() if study.run_spec.resume else ():
        awaited: set[tuple[str, float | None]] = set()
        for round_ in reversed(list(rounds_there(store.layout, search)) if search.in_rungs else []):
            table = store.layout.proposed(search.name, round_.number)
            rows = read_proposed(table)
            if any((row.trial, row.budget) in awaited for row in rows):
                store.layout.gathered(search.name, round_.number).unlink(missing_ok=True)
            if found := set(_to_be_awaited(study, store, search, rows)):
                awaited |= found
                table.unlink()


def _to_be_awaited(study: Study, store: Store, search: Search, rows: Iterable[Proposed]) -> Iterator[tuple[str, float]]:
    """The trials and budgets that these are to go on from, where both they and the earlier runs are to be done."""
    for row in rows:
        before = row.rung.from_budget if row.rung else None
        if before is not None and any(
            _is_to_do(study, store, row.trial, run) and _is_to_do(study, store, row.trial, run._replace(budget=before))
            for run in search.runs_of(row.trial, row.budget)
        ):
            yield row.trial, before


def _lost(study: Study, store: Store) -> Iterator[tuple[str, RunId, RunId, str]]:
    """The runs that lack a checkpoint, by trial, with the run that is to go on from it and what has become of it."""
    layout = store.layout
    if not study.run_spec.resume:
        return
    for search in study.searches.values():
        for trial, rung in going_on(study, search, layout) if search.in_rungs else ():
            for run in search.runs_of(trial, rung.budget):
                before = run._replace(budget=rung.from_budget)
                folder = layout.run(trial, before)
                result = None if store.recorded(trial, before) else result_in(folder)
                if result is None or _is_to_do(study, store, trial, before) or not _is_to_do(study, store, trial, run):
                    continue
                noted = result.get("checkpoint") if result["status"] == status.COMPLETE else None
                why = left_out(str(folder / states.CHECKPOINT), noted) if noted else None
                own = has_whole_files(str(layout.run(trial, run) / states.CHECKPOINT))
                if why and not own and not was_deleted(folder, result):
                    yield trial, before, run, why


def _is_to_do(study: Study, store: Store, trial: str, run: RunId) -> bool:
    """Whether a run has no result of the present training, nor one that its runner will adopt."""
    if store.recorded(trial, run):
        return False
    for name in (states.RESULT, states.ADOPT):
        with suppress(OSError, ValueError):
            found = unsealed((store.layout.run(trial, run) / name).read_bytes())
            if found.get("training") == study.run_spec.training:
                return False
    return True
