"""A run's training outside of the search, with everything that it is told there:

    python -P -m snaketune.runner.alone results/STUDY/trials/TRIAL/RUN [FOLDER]

Metrics, history, configuration and what `{dir}` names go to FOLDER, by default a new one among the temporary files;
nothing in results/ or logs/ is touched. What the program prints is seen at once. In the end its metrics stand beside
those that the search found. The exit code is the program's (128+n where signal n ended it), or 2 for a mistake.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from functools import partial

from snaketune.runner.files import Refused, put_file, read_bytes, read_json, say, writing
from snaketune.runner.place import PARAMS
from snaketune.runner.proposed import proposed_params, proposed_rung
from snaketune.runner.records import search
from snaketune.runner.run import Run, canonical
from snaketune.runner.states import RESULT
from snaketune.runner.status import INVALID
from snaketune.runner.study_file import StudyFile
from snaketune.runner.verdict import ended_well

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["main"]

_CHUNK = 1 << 16


def main(words: Sequence[str]) -> int:
    """Run the program of the run that the words name; returns the exit code."""
    if len(words) not in (1, 2) or words[0].startswith("-"):
        sys.stderr.write(f"{__doc__}")
        return 2
    searched = os.path.normpath(words[0])
    try:
        run = _elsewhere(searched, words[1] if len(words) == 2 else None)
        say(f"{run.trial}/{run.name}, with a folder of its own: {run.folder}")
        code, printed = _train(run)
    except Refused as problem:
        say(problem)
        return problem.code
    _compare(run, printed, _found(searched))
    return code


def _elsewhere(searched: str, folder: str | None) -> Run:
    """The run with another folder, in which its parameters and its configuration are.

    Raises:
        Refused: there is no such run, or it was given no parameters; the folder is not empty.
    """
    study, trial = _study_of(searched), os.path.basename(os.path.dirname(os.path.abspath(searched)))
    given = _params_of(searched, os.path.dirname(study), trial)
    if given is None:
        raise Refused(2, f"{searched} is no run of a study: no parameters of {trial} are there")
    if folder is None:
        import tempfile

        folder = tempfile.mkdtemp(prefix="snaketune-")
    elif os.path.isdir(folder) and os.listdir(folder):
        raise Refused(2, f"{folder} is not empty: name another folder, or none")
    own = os.path.join(os.path.abspath(folder), trial, os.path.basename(searched))
    with writing(own):
        os.makedirs(own)
        put_file(os.path.join(os.path.dirname(own), PARAMS), given)
        rung = proposed_rung(os.path.dirname(study), trial, os.path.basename(searched))
        run = Run(StudyFile(study), own, os.path.join(own, "logs"), rung=rung)
        run.seed = _found(searched).get("seed", run.seed)  # results keep the seed that they were made with
        run.origin.look_back(run.study, trial, run.spec, partial(search, run.study))
        run.prepare()
        run.write_inputs()
    return run


def _study_of(searched: str) -> str:
    """The path of the study.json of the study that a run is of.

    Raises:
        Refused: there is none.
    """
    study = os.path.join(os.path.abspath(searched), "..", "..", "..", "study.json")
    if not os.path.exists(study := os.path.normpath(study)):
        raise Refused(2, f"{searched} is no run of a study: there is no {study}")
    return study


def _params_of(searched: str, study: str, trial: str) -> bytes | None:
    """The trial's parameters as its file has them, or as that would be; None if there are none.

    They are in a file, in the run's record, or in the table of the round that proposed them.
    """
    content = read_bytes(os.path.join(os.path.dirname(os.path.abspath(searched)), PARAMS))
    params = None if content else _found(searched).get("params") or proposed_params(study, trial)
    return content if params is None else (canonical(params) + "\n").encode()


def _found(searched: str) -> Mapping[str, Any]:
    """The run's record; empty if it has none yet."""
    path = os.path.join(searched, RESULT)
    if os.path.exists(path):
        found: Mapping[str, Any] = read_json(path)
        return found
    study = _study_of(searched)
    trial, name = os.path.abspath(searched).split(os.sep)[-2:]
    return search(os.path.dirname(study), trial, name, StudyFile(study).spec.contract) or {}


def _train(run: Run) -> tuple[int, str]:
    """The program from its start to its end: the exit code, and what it has printed on standard output.

    Raises:
        Refused: it can't be started.
    """
    command, folder = run.command(), os.path.join(run.root, run.spec.workdir or "")
    environment = run.environment("alone")
    try:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0
        )
    except (OSError, ValueError) as error:
        raise Refused(2, f"cannot start {command[0]!r}: {error}") from error
    printed = []
    with contextlib.suppress(KeyboardInterrupt):  # which the program gets too
        while process.stdout and (data := process.stdout.read(_CHUNK)):
            printed.append(data)
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    code = process.wait()
    return (code if code >= 0 else 128 - code), b"".join(printed).decode(errors="replace")


def _compare(run: Run, printed: str, found: Mapping[str, Any]) -> None:
    """Say the metrics, and what the search found."""
    extracted = run.extracted(printed)
    kind, problem = ended_well(extracted, run.spec)
    if kind == INVALID:
        say(problem)
    searched = found.get("metrics") or {}
    for name in run.spec.metrics_wanted:
        if name in extracted.metrics:
            beside = f"; the search found {searched[name]}" if name in searched else ""
            say(f"{name} = {extracted.metrics[name]}{beside}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
