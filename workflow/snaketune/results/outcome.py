"""outcome.json: a study's last word, written behind all of its tables; it tells readers whether these still hold."""

import json
from collections.abc import Iterator
from pathlib import Path

from snaketune.files import write_text
from snaketune.results.rounds import rounds_there
from snaketune.results.study import StudyResults
from snaketune.sums import DamagedFile, read_whole

__all__ = ["NAME", "still_holds", "write_outcome"]

NAME = "outcome.json"


def write_outcome(path: Path, results: StudyResults) -> None:
    """Writes how many trials there are, how many are complete, what was trained, and what the tables were made by."""
    study = results.study
    outcome: dict[str, object] = {
        "trials": len(results.distinct),
        "complete": sum(trial.complete for trial in results.distinct.values()),
    }
    if done := results.trained:
        amounts = {"trained": done.trained, "anew": done.anew, "in_full": done.in_full}
        outcome["budget"] = {"name": done.budget.name} | amounts
    made_by = {"contract": study.run_spec.contract, "measure": study.measure}
    write_text(path, json.dumps(outcome | made_by) + "\n")


def still_holds(results: StudyResults) -> bool:
    """Whether the `results`, which the tables of rounds have, are those that there are.

    They are if nothing that tables are made from has changed since all of them were written: no round and no run was
    made anew or taken back, and the study reads results as it did. If in doubt they are not.
    """
    path = results.layout.file(NAME)
    try:
        noted, written = json.loads(read_whole(path)), path.stat().st_mtime_ns
    except (FileNotFoundError, DamagedFile, ValueError):
        return False
    study = results.study
    if (noted.get("contract"), noted.get("measure")) != (study.run_spec.contract, study.measure):
        return False
    return all(changed is not None and changed <= written for changed in _changes(results))


def _changes(results: StudyResults) -> Iterator[int | None]:
    """When what the tables are made from was changed last, in ns since the epoch; None for what is not there."""
    told = [results.layout.told] if results.layout.told.exists() else []
    for path in [*told, *results.layout.records.glob("*"), *_rounds(results)]:
        yield path.stat().st_mtime_ns if path.exists() else None
    for trial, runs in results.run_ids.items():
        for run in runs:
            version = results.store.version(trial, run)
            if version is None or isinstance(version, int):  # else it is a line of a record file
                yield version


def _rounds(results: StudyResults) -> Iterator[Path]:
    """The tables of all rounds, of what was proposed and what came of it."""
    layout = results.layout
    for search in results.study.searches.values():
        for round_ in rounds_there(layout, search):
            yield layout.proposed(search.name, round_.number)
            yield layout.gathered(search.name, round_.number)
