"""What a killed Snakemake left in its folder, and how a new one goes on from there."""

import base64
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout, write_params
from snaketune.results.rounds import proposed_ids, proposed_tables, read_proposed
from snaketune.results.store import Store
from snaketune.runner import states
from snaketune.runner.run_id import RunId

__all__ = ["clear_leftovers", "restore_params", "submitted_jobs"]


def clear_leftovers(state: Path) -> None:
    """Removes what a killed Snakemake left in its folder `state` (.snakemake). It is dead: the lock is ours.

    All results appear by renaming, whole or not at all, so that none of them is "incomplete". But Snakemake has not
    noted what the last ones were made from; they are offered to the runner, which takes them if their contract holds.
    """
    for path, _ in _under_way(state / "incomplete"):
        if path.name == states.RESULT and path.exists():
            states.offer(path.parent)
        elif path.suffix == ".done":
            path.unlink(missing_ok=True)
    for folder in (state / "locks", state / "incomplete"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


def restore_params(store: Store, study: Study) -> None:
    """Writes the parameters of proposed trials that have none: a trial's folder may be deleted to have it run again.

    Trials whose runs are all recorded need no file.
    """
    for table in proposed_tables(store.layout):
        runs = _runs_of(table, store.layout, study)
        left = (trial for trial in proposed_ids(table) if not all(store.recorded(trial, run) for run in runs))
        lacking = {trial for trial in left if not os.path.exists(f"{store.layout.trials}/{trial}/params.json")}  # noqa: PTH110
        for row in read_proposed(table) if lacking else ():
            if row.trial in lacking:
                write_params(store.layout, row.trial, row.params)


def submitted_jobs(state: Path) -> dict[Path, str]:
    """The jobs that a Snakemake was at when it died, by their output: the cluster's number, "" for one that had begun.

    (A job on a cluster is Snakemake again, which marks its output anew.)
    """
    found = {}
    for output, marker in _under_way(state / "incomplete"):
        try:
            number = json.loads(marker.read_text(encoding="utf-8"))["external_jobid"]
        except (OSError, ValueError, KeyError, TypeError):  # cut short as it was killed
            number = None
        found[output] = str(number or "")
    return found


def _runs_of(table: Path, layout: Layout, study: Study) -> Sequence[RunId]:
    """The runs that each trial of a table has; those of the study if its search is no longer there."""
    if table == layout.finalists and study.final:
        return study.final.runs
    search, _, number, _ = table.parts[-4:]
    return study.searches[search].round(int(number)).runs if search in study.searches else study.runs


def _under_way(folder: Path) -> Iterator[tuple[Path, Path]]:
    """The outputs of the jobs that a Snakemake is at, with its marker of each: a file named in base64.

    A name longer than a file's may be is cut into folders, whose names begin with @.
    """
    for marker in folder.rglob("*"):
        if marker.is_file():
            name = "".join(part.lstrip("@") for part in marker.relative_to(folder).parts)
            with suppress(ValueError):  # a name that is none of Snakemake's
                yield Path(base64.urlsafe_b64decode(name).decode()), marker
