"""What runs have printed, whether that is kept in files or in records, and what they go on to print."""

import time
from collections.abc import Iterable, Iterator

from snaketune.errors import StudyError, did_you_mean
from snaketune.looking.shown import runs_of
from snaketune.results.store import Store
from snaketune.results.study import StudyResults
from snaketune.runner.lock import is_held
from snaketune.runner.run_id import RunId

__all__ = ["chosen_runs", "follow", "has_begun", "kept_of", "last_lines"]

_PAUSE = 0.5  # seconds between two looks


def chosen_runs(results: StudyResults, trial: str, run: str | None) -> list[RunId]:
    """The run of a trial that is named, or all of them.

    Raises:
        StudyError: it has no such run, or none at all.
    """
    there = runs_of(results, trial)
    if not there:
        raise StudyError(f"{trial} was imported: it has no runs, and no logs")
    if run is None:
        return there
    found = [each for each in there if str(each) == run]
    if not found:
        raise StudyError(f"{trial} has no run '{run}'.{did_you_mean(run, map(str, there))}")
    return found


def kept_of(store: Store, trial: str, run: RunId, streams: Iterable[str], most: int | None) -> dict[str, bytes]:
    """What a run has printed, or the last lines of it, by stream; without those of which nothing is kept."""
    found = {stream: store.printed(trial, run, stream) for stream in streams}
    return {stream: last_lines(content, most) for stream, content in found.items() if content is not None}


def last_lines(content: bytes, most: int | None) -> bytes:
    """The last lines of what was printed; all of them if it is not said how many."""
    if most is None:
        return content
    lines = content.splitlines(keepends=True)
    return b"".join(lines[len(lines) - min(most, len(lines)) :])


def has_begun(store: Store, trial: str, run: RunId) -> bool:
    """Whether a run has ended, or somebody is at work on it."""
    return store.done(trial, run) or is_held(str(store.layout.run(trial, run)))


def follow(store: Store, trial: str, run: RunId, streams: list[str], most: int) -> Iterator[tuple[str, bytes]]:
    """What a run prints, beginning with the last lines that there are, until it has ended; each with its stream.

    A further attempt begins anew.
    """
    folder = str(store.layout.run(trial, run))
    seen: dict[str, int] = {}
    while True:
        store.refresh()
        ended = store.done(trial, run) and not is_held(folder)  # asked first: then all that it printed is there
        for stream in streams:
            content = store.printed(trial, run, stream) or b""
            if stream not in seen:
                seen[stream] = len(content) - len(last_lines(content, most))
            elif len(content) < seen[stream]:
                seen[stream] = 0
            if new := content[seen[stream] :]:
                yield stream, new
            seen[stream] = len(content)
        if ended:
            return
        time.sleep(_PAUSE)
