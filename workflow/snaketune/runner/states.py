"""The states of a result, and all the ways from one to another.

A run's result is `result.json` in its folder, and that alone counts. Everything else that once was one has a name of
its own there, so that nothing that was computed is lost or mistaken for a result:

    file                    state         how it comes about
    result.json             current       a run has ended; or an offered result was adopted
    result.adopt.json       offered       `offer`: a killed Snakemake has not noted it, or its job counts as failed
                                          although the run has ended
    result.<N>.json         set aside     `set_aside`: the user asked for the run to be tried again
    result.damaged.<N>.json damaged       `set_aside_damaged`: it is not what was written
    result.outdated.json    outdated      `outdate`: it was made by other code, data or command (packed runs; of
                                          others Snakemake knows by itself)
    attempts/<N>/…          left over     `leave_behind`: files of an earlier attempt that look like this one's;
                                          `leave_all_behind`: all files of another training (runner.folder)

    from        to           when
    offered     current      `adopt`: a runner finds it, and its contract is the study's present one
    outdated    current      `adopt`: likewise, where there is no other result
    current     current      `adopt`: it is newer than this workflow's start, and of the same contract
    current     offered      a workflow begins after one that was killed (session.leftovers)
    current,    set aside    a workflow begins with --config retry=… (session.retry)
    offered,
    outdated
    current,    damaged      a workflow begins (session.damage)
    offered
    current     outdated     a workflow begins, and the block's contract is another one (session.markers), or Snakemake
                             keeps no note of what the result was made from (session.notes)
    current,    current      a runner begins, and nothing but how metrics are read has changed since (runner.reread)
    offered,
    outdated
    current,    left over    a runner begins, and has found none of these (runner.perform)
    offered,
    outdated
"""

from __future__ import annotations

import contextlib
import os
import re

from snaketune.runner.seal import unsealed

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Collection
    from os import PathLike
    from typing import Any

    Place = str | PathLike[str]

__all__ = [
    "ADOPT",
    "BEFORE",
    "CHECKPOINT",
    "HISTORY",
    "LIKE_A_RESULT",
    "NOTE",
    "RESULT",
    "adopt",
    "free",
    "is_of",
    "leave_all_behind",
    "leave_behind",
    "left",
    "make_place",
    "of_training",
    "offer",
    "outdate",
    "set_aside",
    "set_aside_damaged",
]

RESULT = "result.json"
ADOPT = "result.adopt.json"
OUTDATED = "result.outdated.json"
HISTORY = "history.jsonl"
CHECKPOINT = "checkpoint"  # the folder in which a program saves what it can go on from
BEFORE = ".history.before.jsonl"  # what of it earlier attempts have written, while a run goes on
NOTE = ".training.json"  # which training the files in the folder belong to
# What an attempt leaves that would be taken for the next one's; with the history, unless that goes on.
LIKE_A_RESULT = ("metrics.json", RESULT, ADOPT, OUTDATED)
OWN_FILES = (*LIKE_A_RESULT, HISTORY, BEFORE)
# What stays when all else is left behind (the note, so that a kill in between leaves no doubt); a string, since to
# compile it takes time and it is seldom needed.
_STAYS = r"\.lock|\.training\.json|attempts(\.jsonl)?|result\.(damaged\.)?\d+\.json"


def is_of(result: Place, contract: str | None) -> bool:
    """Whether there is a whole result that was made under a contract."""
    with contextlib.suppress(OSError, ValueError, KeyError), open(result, "rb") as file:
        return bool(unsealed(file.read())["contract"] == contract)
    return False


def of_training(folder: Place, training: str | None, contract: str | None) -> tuple[str, dict[str, Any]] | None:
    """The newest whole result that was made by a training, but under another contract; its path and its record.

    None if there is none, or a result of that contract (which somebody wants to have computed again).
    """
    found = []
    for name in (RESULT, ADOPT, OUTDATED):
        path = os.path.join(folder, name)
        with contextlib.suppress(OSError, ValueError, KeyError), open(path, "rb") as file:
            record = unsealed(file.read())
            if record["contract"] == contract:
                return None
            if record["training"] == training is not None:
                found.append((os.stat(path).st_mtime_ns, path, record))
    return max(found, key=lambda one: one[0])[1:] if found else None


def offer(folder: Place) -> None:
    """Current to offered: the next runner is to decide whether the result still counts."""
    os.replace(os.path.join(folder, RESULT), os.path.join(folder, ADOPT))


def adopt(folder: Place, contract: str | None, begun: int | None) -> bool:
    """Offered or outdated to current; whether a result of `contract` is there that nobody wants to be computed again.

    Either it was offered, or what outdated it has been taken back before there was another result, or it is newer than
    this workflow's start (`begun`, in ns since the epoch, None if unknown): another runner went on by itself meanwhile.
    """
    offered, outdated, result = (os.path.join(folder, name) for name in (ADOPT, OUTDATED, RESULT))
    for found in (offered, *(() if os.path.lexists(result) else (outdated,))):
        if is_of(found, contract):
            os.replace(found, result)
            return True
    with contextlib.suppress(OSError):
        return begun is not None and os.stat(result).st_mtime_ns >= begun and is_of(result, contract)
    return False


def set_aside(folder: Place) -> bool:
    """Current, offered and outdated to set aside, each under the first free number; whether there was any."""
    found = [path for name in (RESULT, ADOPT, OUTDATED) if os.path.lexists(path := os.path.join(folder, name))]
    for path in found:
        os.replace(path, free(os.path.join(folder, "result")))
    return bool(found)


def set_aside_damaged(folder: Place, name: str) -> str:
    """Current or offered (`name`) to damaged, under the first free number; the new path."""
    aside = free(os.path.join(folder, "result.damaged"))
    os.replace(os.path.join(folder, name), aside)
    return aside


def outdate(folder: Place) -> None:
    """Current to outdated; an earlier outdated result is replaced."""
    os.replace(os.path.join(folder, RESULT), os.path.join(folder, OUTDATED))


def leave_behind(folder: str, number: int, names: Collection[str] = (*OWN_FILES, CHECKPOINT)) -> None:
    """Moves what looks like a later attempt's into attempts/<number>/, and removes files of ours that were never whole.

    Raises:
        OSError: the folder can't be written.
    """
    for name in os.listdir(folder):
        if name.endswith(".tmp") and name.startswith(tuple(f"{own}." for own in (*OWN_FILES, NOTE))):
            os.unlink(os.path.join(folder, name))
        elif name in names:
            os.replace(os.path.join(folder, name), left(folder, number, name))


def leave_all_behind(folder: str, number: int) -> None:
    """Moves all that an earlier attempt left into attempts/<number>/, but for what is ours and has a name of its own.

    Raises:
        OSError: the folder can't be written.
    """
    leave_behind(folder, number, [name for name in os.listdir(folder) if not re.fullmatch(_STAYS, name)])


def left(folder: str, number: int, name: str) -> str:
    """The path in attempts/<number>/ of something that is left over; the folder is made."""
    attempts = os.path.join(folder, "attempts")
    if os.path.lexists(attempts) and not os.path.isdir(attempts):
        os.replace(attempts, free(attempts, ""))
    os.makedirs(os.path.join(attempts, str(number)), exist_ok=True)
    return os.path.join(attempts, str(number), name)


def make_place(path: str) -> str | None:
    """Sets aside what a program has put in the place of a file and is none; a note about it, None if there is none."""
    if not os.path.lexists(path) or os.path.isfile(path):
        return None
    aside = free(*os.path.splitext(path))
    os.replace(path, aside)
    return f"{os.path.basename(path)} was no file; it is {os.path.basename(aside)} now"


def free(stem: str, suffix: str = ".json") -> str:
    """The first path <stem>.<N><suffix> that is not taken."""
    number = 1
    while os.path.lexists(path := f"{stem}.{number}{suffix}"):
        number += 1
    return path
