"""Questions to Slurm about this user's jobs. Where there is no Slurm, or it is silent, the answer is None."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Job", "cancel_waiting", "jobs"]

_PATIENCE = 20  # seconds
_RULE = re.compile(r"rule_(?:\w+?_)?(?:trial|block)")
_AT_ONCE = 200  # jobs named in a command
_FIELDS = "%i|%T|%r|%j|%k|%Z"  # the folder, which may hold any character, comes last


@dataclass(frozen=True)
class Job:
    """A job in the queue: its id, state, why it waits, and the folder it belongs to."""

    id: str
    state: str
    reason: str
    folder: Path
    ours: bool

    @property
    def waiting(self) -> bool:
        return self.state == "PENDING"


def jobs() -> list[Job] | None:
    """This user's jobs that wait or run; `ours` are those that a profile of this package has submitted."""
    said = _said("squeue", "--me", "--noheader", f"--format={_FIELDS}")
    return None if said is None else [_job(line) for line in said.splitlines() if line.count("|") >= _FIELDS.count("|")]


def cancel_waiting(ids: Sequence[str]) -> bool:
    """Cancels those of the jobs that have not begun; whether Slurm has taken the order."""
    orders = [_said("scancel", "--state=PENDING", *some) for some in _parts(ids)]
    return None not in orders


def _job(line: str) -> Job:
    number, state, reason, name, comment, folder = line.split("|", _FIELDS.count("|"))
    # The names that slurm-generic gives, and the comments of the plugin behind `slurm`; in a module of another workflow
    # the rules have names such as tune_trial.
    ours = name.startswith("snaketune-") or bool(_RULE.match(comment))
    return Job(number, state, reason, Path(folder), ours)


def _parts(ids: Sequence[str]) -> Iterator[Iterable[str]]:
    return (ids[first : first + _AT_ONCE] for first in range(0, len(ids), _AT_ONCE))


def _said(*command: str) -> str | None:
    """What a command prints, None if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True, timeout=_PATIENCE)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
