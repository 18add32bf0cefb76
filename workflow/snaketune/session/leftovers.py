"""What a killed Snakemake left in its folder, and how a new one goes on from there."""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from snaketune.layout import Layout
from snaketune.runner import states

__all__ = ["clear_leftovers", "submitted_jobs"]


def clear_leftovers(state: Path, layout: Layout) -> None:
    """Removes what a killed Snakemake left in its folder `state` (.snakemake) of the study, and of those beside it.

    It is dead: the lock is ours. All results appear by renaming, whole or not at all, so that none of them is
    "incomplete". But Snakemake has not noted what the last ones were made from; they are offered to the runner, which
    takes them if their contract holds. Markers of files that are in no study's folder stay, as do locks that name none:
    they are those of a workflow of which this one is a part, whose files may well be incomplete, and which may live.
    """
    for path, marker in list(_under_way(state / "incomplete")):
        if not _of_a_study(path, layout):
            continue
        if path.name == states.RESULT and path.exists():
            states.offer(path.parent)
        elif path.suffix == ".done":
            path.unlink(missing_ok=True)
        marker.unlink(missing_ok=True)
    (state / "incomplete").mkdir(parents=True, exist_ok=True)
    for lock in (state / "locks").glob("*.*put.lock"):
        if any(_of_a_study(path, layout) for path in _locked_by(lock)):
            lock.unlink(missing_ok=True)


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


def _under_way(folder: Path) -> Iterator[tuple[Path, Path]]:
    """The outputs of the jobs that a Snakemake is at, with its marker of each: a file named in base64.

    A name longer than a file's may be is cut into folders, whose names begin with @.
    """
    for marker in folder.rglob("*"):
        if marker.is_file():
            name = "".join(part.lstrip("@") for part in marker.relative_to(folder).parts)
            with suppress(ValueError):  # a name that is none of Snakemake's
                yield Path(base64.urlsafe_b64decode(name).decode()), marker


def _of_a_study(path: Path, layout: Layout) -> bool:
    """Whether a path is in the folder of a study, or of a comparison of studies."""
    results = layout.results_of_all
    if not path.is_relative_to(results):
        return False
    name, *below = path.relative_to(results).parts or ("",)
    there = (study == layout.root.name or (results / study / "study.json").exists() for study in name.split("+"))
    return bool(below) and all(there)


def _locked_by(lock: Path) -> list[Path]:
    with suppress(OSError):  # its owner has just ended
        return [Path(line) for line in lock.read_text(encoding="utf-8", errors="surrogateescape").splitlines()]
    return []
