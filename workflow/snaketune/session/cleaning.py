"""What of a finished or resting study can go: files that nothing reads any more, or all of it."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.store import Store
from snaketune.runner import status
from snaketune.runner.lock import LOCK, is_held
from snaketune.session.deletion import delete_unneeded, result_in, unneeded_checkpoints

__all__ = ["Litter", "all_of", "litter_of", "remove", "runs_under_way"]

_ASIDE = re.compile(r"result\.(damaged\.)?\d+\.json|.*\.damaged")
_ATTEMPTS = "attempts"


@dataclass(frozen=True)
class Litter:
    """Files and folders of one kind that can go."""

    what: str
    paths: tuple[Path, ...]

    @property
    def size(self) -> int:
        """What they take, in bytes; links to elsewhere take nothing."""
        return sum(file.lstat().st_size for path in self.paths for file in _files(path))


def litter_of(study: Study, store: Store) -> list[Litter]:
    """What can go without anything being computed again, by kind; kinds of which there is nothing are left out."""
    layout = store.layout
    good, aside = list[Path](), list[Path]()
    for folder in sorted(layout.trials.glob("t*/r*")):
        result = result_in(folder)
        if result is None:
            continue
        logs = layout.run_logs(folder.parent.name, folder.name)
        if result.get("status") == status.COMPLETE and logs.is_dir():
            good.append(logs)
        if (folder / _ATTEMPTS).is_dir():
            aside.append(folder / _ATTEMPTS)
    aside += sorted(path for path in _files(layout.root) if _ASIDE.fullmatch(path.name))
    kinds = [
        Litter("logs of runs that went well", tuple(path for path in good if _within(path, layout.logs))),
        Litter(
            "what was set aside: earlier results and attempts, damaged files",
            tuple(path for path in aside if _within(path, layout.root)),
        ),
        Litter("tables, plots and page of a peek", (layout.peek,) if layout.peek.is_dir() else ()),
        Litter("checkpoints of which there is no need", tuple(unneeded_checkpoints(study, store))),
    ]
    return [kind for kind in kinds if kind.paths]


def all_of(layout: Layout) -> list[Litter]:
    """The whole study: its results and its logs."""
    kinds = [Litter("results", (layout.root,)), Litter("logs", (layout.logs,))]
    return [kind for kind in kinds if kind.paths[0].is_dir()]


def remove(found: Iterable[Litter], study: Study | None, store: Store) -> None:
    """Removes what was found; checkpoints of a `study` as the workflow does it, with a note beside each."""
    checkpoints = set(unneeded_checkpoints(study, store)) if study else set[Path]()
    for path in (path for kind in found for path in kind.paths if path not in checkpoints):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            with suppress(FileNotFoundError):  # it was in a folder that has gone
                path.unlink()
    if study:
        delete_unneeded(study, store)


def runs_under_way(layout: Layout) -> list[str]:
    """The runs that a runner is at work on, whoever started it, as trial/run."""
    folders = (path.parent for path in layout.trials.glob(f"t*/r*/{LOCK}"))
    return sorted(f"{folder.parent.name}/{folder.name}" for folder in folders if is_held(str(folder)))


def _within(path: Path, place: Path) -> bool:
    """Whether a path lies where it seems to, and not elsewhere by a link."""
    return os.path.realpath(path.parent) == os.path.join(os.path.realpath(place), path.parent.relative_to(place))  # noqa: PTH118


def _files(path: Path) -> Iterator[Path]:
    """All files in a folder, or the file itself; links are files."""
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        yield from (Path(folder, name) for name in names)
        yield from (Path(folder, name) for name in folders if Path(folder, name).is_symlink())
