"""What a killed Snakemake left in its folder, and how a new one goes on from there."""

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from snaketune.runner import states

__all__ = ["clear_leftovers", "submitted_jobs"]


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
