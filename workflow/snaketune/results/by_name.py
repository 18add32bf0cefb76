"""Links by which a trial's folder is found under its name: results/<study>/by-name/<name>."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from snaketune.results.study import StudyResults
from snaketune.results.tables import labels_of

__all__ = ["file_names", "link_by_name"]

_ALSO_ALLOWED = frozenset("._+=,@-")
_MOST_BYTES = 200  # most file systems allow 255
_HEAD, _TAIL = 120, 79


def link_by_name(results: StudyResults, folder: Path) -> None:
    """Makes the links in `folder`, relative ones, and removes those of other names; none where there can be none.

    A trial whose runs are all kept in records has no folder, and no link.
    """
    named = [
        (labels_of(trial, search, results.study)[0], trial.trial)
        for search, listed in results.trials_of.items()
        for trial in listed
    ]
    try:
        trials = results.layout.trials
        folders = {path.name for path in trials.iterdir()} if trials.exists() else set[str]()
        wanted = {name: trial for name, trial in file_names(named).items() if trial in folders}
        folder.mkdir(exist_ok=True)
        there = {path.name: path for path in folder.iterdir()}
        for name, path in there.items():
            if path.is_symlink() and path.readlink() != _target(wanted.get(name, "")):
                path.unlink()
        for name, trial in wanted.items():
            path = folder / name
            if not path.is_symlink() and not path.exists():  # what a user has put there stays
                path.symlink_to(_target(trial), target_is_directory=True)
    except OSError:  # a file system without links, or names that it does not know
        return


def file_names(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The trials by a file name made of their names; `named` are pairs of name and trial.

    Where names of several trials come to the same, upper and lower case alike, the trial's id is added to each.
    """
    trials: dict[str, dict[str, str]] = {}
    for name, trial in named:
        safe = _safe(name)
        trials.setdefault(safe.casefold(), {}).setdefault(trial, safe)
    return {
        safe if len(found) == 1 else f"{safe}-{trial}": trial
        for found in trials.values()
        for trial, safe in found.items()
    }


def _target(trial: str) -> Path:
    return Path("..", "trials", trial)


def _safe(name: str) -> str:
    """A name as that of a file: what shells and file systems stumble over is an underscore, and it is not too long."""
    plain = unicodedata.normalize("NFC", name)
    safe = "".join(c if c.isalnum() or c in _ALSO_ALLOWED else "_" for c in plain).lstrip(".-") or "_"
    data = safe.encode("utf-8", "replace")
    if len(data) > _MOST_BYTES:
        safe = f"{data[:_HEAD].decode('utf-8', 'ignore')}~{data[-_TAIL:].decode('utf-8', 'ignore')}"
    return safe
