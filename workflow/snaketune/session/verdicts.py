"""What became of a job, in plain words: how it ended, and why it was not taken, as schedulers and logs have it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ENDINGS", "NEVER", "Refusal", "ending", "is_stopped", "refusal", "without_result"]

# How a job ended that left no result, by the state that a scheduler gives it; Slurm's words, which the profiles use.
ENDINGS = {
    "BOOT_FAIL": "lost its node, which did not start",
    "CANCELLED": "was cancelled",
    "DEADLINE": "could not end before its deadline",
    "NODE_FAIL": "lost its node, which failed",
    "OUT_OF_MEMORY": "exceeded its memory and was killed",
    "PREEMPTED": "was preempted: it had to make room",
    "REVOKED": "was taken away by another cluster",
    "TIMEOUT": "reached its time limit",
    "UNKNOWN": "is lost: the scheduler no longer knows it",
}

# Why a job waits that will never start, by the reason that Slurm gives.
NEVER = {
    "BadConstraints": "no node is as it asks for",
    "InvalidAccount": "there is no such account",
    "InvalidQOS": "there is no such quality of service",
    "PartitionConfig": "it asks for more cores, nodes or memory than the partition has",
    "PartitionTimeLimit": "it asks for more time than the partition allows",
}

_STOPPED, _STOPPED_BLOCK = "search stopped", "ended: exit code 3"  # what the logs of a run and of a block say then
_TAIL = 2000  # bytes of a log whose last line says why
_STATE_IN_MESSAGE = re.compile(r"SLURM status is: '([A-Z_]+)")
# A submission that failed is reported in one of these forms, by the plugins for Slurm and for commands.
_SBATCH = re.compile(r"The error message was '(.*?)'\.\n", re.DOTALL)
_COMMAND = re.compile(r"Error submitting jobscript \(exit code \d+\):\n(.*)", re.DOTALL)
_BEFORE = re.compile(r"Job submission failed with exception: (.*)", re.DOTALL)
_APPENDED = "For further error details see"
# Words that add nothing to the reason that follows them, or that stands elsewhere.
_NOISE = re.compile(r"^(?:\w+: )?(?:error: )?(?:Batch job submission failed: )?|Try \".*")
# The same request would be refused again; all other refusals (a full queue, a silent controller) may pass.
_PERMANENT = re.compile(
    r"invalid .{0,60}specif"
    r"|requested node configuration is not available"
    r"|(?:memory specification|cpu count per node) can not be satisfied"
    r"|more processors requested than permitted"
    r"|node count specification invalid"
    r"|requested time limit is invalid"
    r"|(?:requested|invalid) reservation"
    r"|(?:unrecognized|invalid) option"
    r"|not (?:permitted|allowed) (?:to use|in)\b"
    r"|access/permission denied"
    r"|account .{0,200} appears to be invalid"
    # PBS, Grid Engine, Kubernetes
    r"|unknown queue|violates queue and/or server resource limits|parallel environment .{0,80} does not exist"
    r"|Job .{0,80} is invalid",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Refusal:
    """Why a job was not taken; `permanent` if asking again would be of no use."""

    reason: str
    permanent: bool


def ending(state: str) -> str | None:
    """How a job ended, to stand after "its job 12"; None for a state that says nothing (the program may have failed).

    `state` is a scheduler's word for it, such as CANCELLED or "CANCELLED by 1000", or a plugin's message with it.
    """
    found = _STATE_IN_MESSAGE.search(state)
    words = (found[1] if found else state).split()
    return ENDINGS.get(words[0]) if words else None


def refusal(message: str) -> Refusal:
    """Why a submission failed, taken from the message of the plugin that tried it."""
    found = _SBATCH.search(message) or _COMMAND.search(message) or _BEFORE.search(message)
    said = (found[1] if found else message).partition(_APPENDED)[0]
    lines = dict.fromkeys(_NOISE.sub("", line.strip()) for line in said.splitlines())
    reason = "; ".join(line for line in lines if line)[:500]
    return Refusal(reason or "the scheduler gave no reason here", bool(_PERMANENT.search(reason)))


def without_result(logs: Sequence[str]) -> str:
    """How an attempt ended of which no scheduler says more, by the runner's log, which is the first of the job's."""
    note = _last_note(Path(logs[0])) if logs else ""
    if not note:
        return f"ended before the run began (log: {', '.join(logs)})"
    killed = note.startswith("attempt ") or note.endswith(" started")
    return f"ended without a result ({'its processes were killed' if killed else note}; log: {logs[0]})"


def is_stopped(logs: Sequence[str]) -> bool:
    """Whether a run has not begun because its search is stopped, by the runner's log, which is the first."""
    note = _last_note(Path(logs[0])) if logs else ""
    return note.startswith(_STOPPED) or note.endswith(_STOPPED_BLOCK)


def _last_note(log: Path) -> str:
    """What a log says last, without its time."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    last = next((line for line in reversed(lines) if line.strip()), "")
    return "".join(c if c.isprintable() else " " for c in re.sub(r"^\S+Z ", "", last))[:300]
