"""Checkpoints of which there is no need any more are deleted, so that disks don't fill up; nothing else ever is.

A note beside each says what was deleted, so that nobody takes it for lost. It is there before the first file goes: a
kill at any moment leaves a part that is deleted the next time. Deleted is nothing but a folder of that name in the
folder of a run of the study; one that is a link, or lies elsewhere by one, is the user's own affair and is left alone.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.promotable import Level, Use, use_of_checkpoints
from snaketune.results.store import Store
from snaketune.runner import states
from snaketune.runner.checkpoints import measured
from snaketune.runner.files import replace_file
from snaketune.runner.run_id import RunId
from snaketune.runner.seal import unsealed
from snaketune.runner.sizes import in_decimal
from snaketune.sums import DamagedFile

__all__ = ["NOTE", "delete_unneeded", "disk_text", "result_in", "unneeded_checkpoints", "was_deleted"]

NOTE = "checkpoint.deleted.json"


def delete_unneeded(study: Study, store: Store) -> list[str]:
    """Deletes what the study does not keep (`objective.checkpoints`), by what is known now; what is to be said of it.

    If more than `max_disk` is left, further ones go: first those of which there is no need, small budgets first, then
    those of the last rung, the worst first. What a trial may go on from is never deleted, nor a search's best one.
    """
    if not any(search.budget for search in study.searches.values()):
        return []
    with _alone(store.layout.root):
        try:
            uses = use_of_checkpoints(study, store.layout)
        except (OSError, DamagedFile):  # it is mended, or made again, before anything depends on it
            return []
        return _Deletion(study, store, uses).done() if uses is not None else []


def unneeded_checkpoints(study: Study, store: Store) -> list[Path]:
    """The checkpoints that `delete_unneeded` would delete because there is no need of them."""
    if study.checkpoints.everything or not any(search.budget for search in study.searches.values()):
        return []
    try:
        uses = use_of_checkpoints(study, store.layout)
    except (OSError, DamagedFile):
        return []
    found = _Deletion(study, store, uses or [])
    return [folder / states.CHECKPOINT for folder in found.deletable(found.unneeded)]


def disk_text(study: Study, layout: Layout) -> str | None:
    """A line: what the checkpoints of a study with budgets take, and what deleted ones took; None if it has none."""
    if not any(search.budget for search in study.searches.values()):
        return None
    kept, deleted, links = 0, 0, 0
    for folder in _run_folders(layout):
        checkpoint = folder / states.CHECKPOINT
        links += checkpoint.is_symlink()
        kept += _size(checkpoint)
        deleted += _note(folder).get("bytes", 0)
    if not kept and not deleted and not links:
        return None
    limit = study.checkpoints.max_disk
    over = f" (max_disk: {in_decimal(limit)})" if limit is not None and kept > limit else ""
    elsewhere = f"; links to elsewhere, which are left alone: {links}" if links else ""
    return f"checkpoints: {in_decimal(kept)} kept{over}, {in_decimal(deleted)} deleted{elsewhere}"


def result_in(folder: Path) -> dict[str, Any] | None:
    """The whole result in a run's folder, None if there is none."""
    with suppress(OSError, ValueError):
        return unsealed((folder / states.RESULT).read_bytes())
    return None


def was_deleted(folder: Path, result: Mapping[str, Any]) -> bool:
    """Whether it was here that the checkpoint was deleted which the run with this `result` had left."""
    return bool(_note(folder)) and _note(folder).get("started") == result.get("started")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """In here, no other round's deletion is going on in the study: two would free twice as much as there is need of."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        with suppress(OSError):  # no locks here
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class _Deletion:
    study: Study
    store: Store
    uses: list[Use]

    def done(self) -> list[str]:
        """Deletes what is to be deleted; what is to be said of it."""
        keep = self.study.checkpoints
        said = [] if keep.everything else self._delete(self.unneeded)[1]
        if keep.max_disk is None:
            return said
        excess = sum(map(_size, _checkpoints(self.store.layout))) - keep.max_disk
        if excess <= 0:
            return said
        further = self.unneeded + self._last_ones if keep.everything else self._last_ones
        freed, problems = self._delete(further, excess)
        most = f"more than {in_decimal(keep.max_disk)} (objective.checkpoints.max_disk)"
        if freed:
            said.append(f"checkpoints took {most}: {in_decimal(freed)} were deleted that would have been kept")
        if freed < excess:
            left = in_decimal(keep.max_disk + excess - freed)
            said.append(
                f"WARNING: checkpoints take {left}, {most}, and all of them are needed: trials may go on from them, or "
                "they are the best one's (this is said once; the end says what is left)"
            )
        return said + problems

    @cached_property
    def _needed(self) -> set[Level]:
        return {level for use in self.uses for level in use.needed}

    @property
    def _kept(self) -> set[Level]:
        """Of the last rung."""
        return {level for use in self.uses for level in use.last[: self.study.checkpoints.best]}

    @property
    def unneeded(self) -> list[Level]:
        """What no trial goes on from, and no table needs, the smallest budgets first."""
        found = {level for use in self.uses for level in (*use.done, *use.last)} - self._needed - self._kept
        return sorted(found, key=lambda level: (level[1], level[0]))

    @property
    def _last_ones(self) -> list[Level]:
        """What is kept of the last rung without being needed, the worst first."""
        places: dict[Level, int] = {}
        for use in self.uses:
            for place, level in enumerate(use.last):
                places[level] = min(place, places.get(level, place))
        return sorted(self._kept - self._needed, key=lambda level: (-places[level], level))

    def _delete(self, levels: Iterable[Level], enough: float | None = None) -> tuple[int, list[str]]:
        """Deletes the checkpoints of these, until so many bytes are free; how many are, and what could not be deleted.

        That of a run stays as long as it, or one that goes on from it, has no result of the present contract.
        """
        freed, problems = 0, list[str]()
        for folder in self.deletable(levels):
            if enough is not None and freed >= enough:
                break
            try:
                freed += _delete(folder)
            except OSError as error:
                problems.append(f"the checkpoint in {folder} can't be deleted: {error}")
        return freed, problems

    def deletable(self, levels: Iterable[Level]) -> Iterator[Path]:
        """The folders of those runs of these whose checkpoint nothing depends on."""
        for (trial, budget), run in ((level, run) for level in levels for run in self.study.runs):
            folder = self.store.layout.run(trial, run._replace(budget=budget))
            if not _is_own(folder, self.store.layout):
                continue
            behind = [further for use in self.uses for further in use.after.get((trial, budget), ())]
            if all(self._is_settled(trial, run._replace(budget=each)) for each in (budget, *behind)):
                yield folder

    def _is_settled(self, trial: str, run: RunId) -> bool:
        result = str(self.store.layout.result(trial, run))
        return self.store.recorded(trial, run) or states.is_of(result, self.study.run_spec.contract)


def _is_own(folder: Path, layout: Layout) -> bool:
    """Whether there is a checkpoint in the folder of a run, and it lies where it seems to."""
    checkpoint = folder / states.CHECKPOINT
    place = Path(os.path.realpath(layout.trials), folder.parent.name, folder.name, states.CHECKPOINT)
    return checkpoint.is_dir() and os.path.realpath(checkpoint) == str(place)


def _delete(folder: Path) -> int:
    """Deletes the checkpoint in the folder of a run that has ended; how many bytes that frees."""
    result, checkpoint = result_in(folder), folder / states.CHECKPOINT
    found = measured(str(checkpoint))
    if result is None:
        return 0
    if found and not was_deleted(folder, result):
        replace_file(str(folder / NOTE), json.dumps({"started": result.get("started"), **found}) + "\n")
    with suppress(FileNotFoundError):  # another round deletes it as well
        shutil.rmtree(checkpoint)
    return found["bytes"] if found else 0


def _note(folder: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, TypeError):
        return dict(json.loads((folder / NOTE).read_bytes()))
    return {}


def _run_folders(layout: Layout) -> Iterator[Path]:
    yield from layout.trials.glob("t*/r*")


def _checkpoints(layout: Layout) -> Iterator[Path]:
    return (folder / states.CHECKPOINT for folder in _run_folders(layout))


def _size(checkpoint: Path) -> int:
    """The bytes of a checkpoint; 0 for what is none, and for a link."""
    found = None if checkpoint.is_symlink() else measured(str(checkpoint))
    return found["bytes"] if found else 0
