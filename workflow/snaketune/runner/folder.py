"""What a program finds in its run's folder: all that earlier attempts of the same training have left, or nothing.

A run that was killed, lost or has failed, and is begun again, goes on where it was: its checkpoints are there, and its
history continues. The files that would be taken for this attempt's (metrics.json, a result) go to attempts/<N>/. After
a run that had ended well the history and the checkpoint begin anew as well.

One that goes on from another run (`previous`) begins with the history of that, as if it were an earlier attempt. The
note says so, since what an attempt has saved goes on from there too, whatever becomes of the other run.

A run of another training (the code was changed, the command, …) begins in an empty folder. What was there is in
attempts/<N>/ as a whole. So that a kill at any moment leaves no doubt, a note in the folder says which training its
files belong to before the program is started.
"""

from __future__ import annotations

import contextlib
import json
import os

from snaketune.runner import states, status
from snaketune.runner.checkpoints import has_whole_files
from snaketune.runner.files import read_bytes, read_lines, replace_file
from snaketune.runner.history import continued, marked

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

    from snaketune.runner.spec import RunSpec

__all__ = ["ATTEMPTS", "begin", "inherit", "join_history", "note_of", "open_folder"]

ATTEMPTS = "attempts.jsonl"  # a line for each attempt that has ended
_FROM = "from_budget"


def open_folder(folder: str) -> None:
    """Make the folder, and make it ours again if the program has taken it from us.

    Raises:
        OSError: it can't be made.
    """
    for path in (os.path.dirname(folder), folder):
        with contextlib.suppress(OSError):
            if os.path.lexists(path) and not os.path.isdir(path):
                os.replace(path, states.free(path, ""))
        os.makedirs(path, exist_ok=True)
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            with contextlib.suppress(OSError):
                os.chmod(path, os.stat(path).st_mode | 0o700)


def begin(folder: str, number: int, spec: RunSpec, from_budget: float | None = None) -> float | None:
    """Make the folder what a program is to find; what it is not to find goes to attempts/<number>/.

    It is to go on from a run with the budget `from_budget`, None if there is none. Returns of what budget that was from
    which what there is goes on.

    Raises:
        OSError: the folder can't be written.
    """
    note = _note(folder)
    lines = read_lines(os.path.join(folder, ATTEMPTS))
    known = note.get("ended")
    ended = lines[known if isinstance(known, int) else 0 :]
    if not _same_training(note, lines, spec) or states.of_training(folder, spec.training, spec.contract):
        if note:
            replace_file(states.left(folder, number, states.NOTE), json.dumps(note) + "\n")
        states.leave_all_behind(folder, number)
    elif ended and ended[-1].get("status") in status.FINISHED_WELL:
        states.leave_behind(folder, number)
    else:
        states.leave_behind(folder, number, states.LIKE_A_RESULT)
        _carry_on(folder, number)
    if has_whole_files(os.path.join(folder, states.CHECKPOINT)):
        from_budget = note.get(_FROM)
    if note != json.loads(now := note_of(spec.contract, spec.training, len(lines), from_budget)):
        replace_file(os.path.join(folder, states.NOTE), now)
    return from_budget


def note_of(contract: str | None, training: str | None, ended: int = 0, from_budget: float | None = None) -> str:
    """The note that says which training the files in a folder belong to, and from which budget they go on.

    `ended` attempts had ended before it.
    """
    goes_on = {} if from_budget is None else {_FROM: from_budget}
    return json.dumps({"contract": contract, "training": training, "ended": ended, **goes_on}) + "\n"


def inherit(folder: str, reported: bytes) -> None:
    """Let the history begin with what another run reported, unless there is one.

    Raises:
        OSError: the folder can't be written.
    """
    paths = [os.path.join(folder, name) for name in (states.HISTORY, states.BEFORE)]
    if reported and not any(map(os.path.lexists, paths)):
        for path in paths:  # in the order of `_carry_on`
            replace_file(path, marked(reported))


def join_history(folder: str, inherited: bytes = b"") -> None:
    """Puts what earlier attempts reported and what this one has together, when its program has ended.

    There is none where the program has reported nothing but what it has `inherited`.

    Raises:
        OSError: the folder can't be written.
    """
    file, kept = (os.path.join(folder, name) for name in (states.HISTORY, states.BEFORE))
    before = read_bytes(kept)
    if before is not None:
        now = read_bytes(file) or b""
        whole = continued(before, now)
        if inherited and whole == inherited:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(file)
        elif whole != now:
            replace_file(file, whole)
        os.unlink(kept)


def _carry_on(folder: str, number: int) -> None:
    """Let the history continue; it is kept in attempts/<number>/ as it was left.

    In this order: a kill in between leaves what the next attempt makes the same of.
    """
    file, kept = (os.path.join(folder, name) for name in (states.HISTORY, states.BEFORE))
    left = read_bytes(file)
    whole = continued(read_bytes(kept) or b"", left or b"")
    if left:
        replace_file(states.left(folder, number, states.HISTORY), left)
    if whole:
        for path in (file, kept):
            replace_file(path, marked(whole))


def _note(folder: str) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError), open(os.path.join(folder, states.NOTE), "rb") as file:
        found = json.loads(file.read())
        if isinstance(found, dict):
            return found
    return {}


def _same_training(note: dict[str, Any], lines: list[dict[str, Any]], spec: RunSpec) -> bool:
    """Whether the files in the folder are of the training that is to begin; yes, if nothing there says of which."""
    if note.get("training") is not None and spec.training is not None:
        return bool(note["training"] == spec.training)
    known = note or (lines[-1] if lines else {})
    return bool(known.get("contract", spec.contract) == spec.contract)
