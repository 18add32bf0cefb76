"""The files of trials' parameters, which runs with a job each begin with; the others have a round's table."""

import os
from collections.abc import Iterable
from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout, write_params
from snaketune.proposing.packed import PackedRounds
from snaketune.results.rounds import proposed_ids, read_proposed, rounds_there
from snaketune.results.store import Store
from snaketune.runner.run_id import RunId

__all__ = ["restore_params", "write_params_of_round"]


def write_params_of_round(study: Study, layout: Layout, search: str, number: int) -> None:
    """Writes the parameters that are needed of a round's trials, as far as it is known which runs have a job each."""
    packed = PackedRounds(study, layout).of(search, number)
    _write(Store(layout, study.run_spec.contract), layout.proposed(search, number), packed.single)


def restore_params(store: Store, study: Study) -> None:
    """Writes the parameters that proposed trials lack: a trial's folder may be deleted to have it run again."""
    layout, packed = store.layout, PackedRounds(study, store.layout)
    for search in study.searches.values():
        for round_ in rounds_there(layout, search):
            table = layout.proposed(search.name, round_.number)
            _write(store, table, packed.of(search.name, round_.number).single)
    if study.final and layout.finalists.exists():
        _write(store, layout.finalists, [(t, run) for t in proposed_ids(layout.finalists) for run in study.final.runs])


def _write(store: Store, table: Path, runs: Iterable[tuple[str, RunId]]) -> None:
    """Writes the parameters of those runs' trials in a table that have no file; a run that is recorded needs none."""
    trials = dict.fromkeys(trial for trial, run in runs if not store.recorded(trial, run))
    lacking = {trial for trial in trials if not os.path.exists(f"{store.layout.trials}/{trial}/params.json")}  # noqa: PTH110
    for row in read_proposed(table) if lacking else ():
        if row.trial in lacking:
            write_params(store.layout, row.trial, row.params)
