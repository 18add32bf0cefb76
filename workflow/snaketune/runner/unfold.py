"""Writes the files of runs that are recorded, for whoever needs them: their folders, results and logs.

    python -P -m snaketune.runner.unfold results/STUDY/trials/TRIAL[/RUN] …

Nothing that is there is replaced. The records stay, and are what counts.
"""

from __future__ import annotations

import os
import sys

from snaketune.runner import states
from snaketune.runner.files import Refused, append_line, put_file, replace_file, say, writing
from snaketune.runner.folder import ATTEMPTS, note_of, open_folder
from snaketune.runner.left import METRICS, left_by
from snaketune.runner.lock import LOCK, is_held
from snaketune.runner.logs import Logs
from snaketune.runner.place import PARAMS
from snaketune.runner.record import attempt_line
from snaketune.runner.records import Records
from snaketune.runner.run import canonical
from snaketune.runner.seal import sealed
from snaketune.runner.study_file import StudyFile

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["main", "unfold"]


def unfold(line: Mapping[str, Any], folder: str, log: str) -> None:
    """Write what a record holds as a run leaves it in its folder and its logs; its result comes last.

    Raises:
        OSError: it can't be written.
    """
    left = left_by(line)
    record = left.record
    open_folder(folder)
    os.makedirs(log, exist_ok=True)
    if {*os.listdir(folder)} - {LOCK}:
        number = 1
        while os.path.exists(os.path.join(folder, "attempts", str(number))):
            number += 1
        states.leave_all_behind(folder, number)
        Logs(log).set_aside(number)
    for stream, said in left.printed.items():
        put_file(os.path.join(log, f"{stream}.log"), said or b"")
    for name, content in ((states.HISTORY, left.reported), (METRICS, left.gave)):
        if content is not None:
            put_file(os.path.join(folder, name), content)
    params = os.path.join(os.path.dirname(folder), PARAMS)
    if not os.path.exists(params):
        replace_file(params, canonical(record["params"]) + "\n")
    note = note_of(record["contract"], record["training"], from_budget=record.get("from_budget"))
    put_file(os.path.join(folder, states.NOTE), note)
    append_line(os.path.join(folder, ATTEMPTS), attempt_line(record, final=True))
    replace_file(os.path.join(folder, states.RESULT), sealed(record))


def main(words: Sequence[str]) -> int:
    """Unfold the recorded runs of what the words name; returns the exit code."""
    if not words or any(word.startswith("-") for word in words):
        sys.stderr.write(f"{__doc__}")
        return 2
    try:
        for word in words:
            _unfold_all(os.path.normpath(word))
    except Refused as problem:
        say(problem)
        return problem.code
    return 0


def _unfold_all(path: str) -> None:
    """Unfold a run, or all runs of a trial.

    Raises:
        Refused: it is no trial of a study and no run of one, or nothing of it is recorded; it can't be written.
    """
    parts = os.path.abspath(path).split(os.sep)
    depth = next((depth for depth in (2, 3) if parts[-depth : -depth + 1] == ["trials"]), None)
    if depth is None:
        raise Refused(2, f"{path} is no trial of a study, such as results/digits/trials/<id>, and no run of one")
    study = StudyFile(os.path.join(os.sep.join(parts[:-depth]), "study.json"))
    trial, names = parts[len(parts) - depth + 1], parts[len(parts) - depth + 2 :]
    records = Records(study.folder)
    runs = sorted(run for of, run in records.runs() if of == trial and run in (names or [run]))
    if not runs:
        raise Refused(2, f"nothing of {path} is recorded in {records.folder}")
    root, name = os.path.dirname(os.path.dirname(study.folder)), os.path.basename(study.folder)
    for run in runs:
        folder, log = study.run(f"{trial}/{run}"), os.path.join(root, "logs", name, "trials", trial, run)
        line = records.find(trial, run, study.spec.contract)
        if line is None or os.path.exists(os.path.join(folder, states.RESULT)) or is_held(folder):
            say(f"{folder} is there already")
            continue
        with writing(folder):
            unfold(line, folder, log)
        say(f"{folder} (and its logs: {log})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
