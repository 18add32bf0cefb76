"""What was asked and told by hand: events in results/<study>/told.jsonl, a line each, to which lines are only added.

A line ends with the digest of what stands before it. One that a kill has cut counts for nothing, and what follows it
begins a line of its own. Whoever adds lines holds the file's lock, also while it is found out which these are, so that
two processes never ask for the same trial.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from snaketune.errors import StudyError
from snaketune.runner.seal import digest_of
from snaketune.samplers import Proposal
from snaketune.values import trial_id

__all__ = ["Asked", "Told", "ToldBook", "ToldFile", "opened", "read_told"]

Event = Mapping[str, Any]
_SEAL = b',"digest":"'
_END = b'"}'


@dataclass(frozen=True)
class Asked:
    """A trial that a search has proposed to somebody; `number` is the one that it may come to have in the search."""

    trial: str
    params: Mapping[str, Any]
    search: str
    number: int
    origin: str

    @classmethod
    def of(cls, proposal: Proposal, search: str, number: int) -> "Asked":
        """The proposal of a search."""
        return cls(trial_id(proposal.params), proposal.params, search, number, proposal.origin)

    @property
    def event(self) -> Event:
        """Its line."""
        return {"event": "asked", **vars(self)}


@dataclass(frozen=True)
class Told:
    """What was told of a trial, and the search that it counts for.

    When a workflow has begun with it, it is `noted` which `batch` of the search begins with it, None if none does, and
    in which rounds of which searches it was `found`.
    """

    trial: str
    params: Mapping[str, Any]
    status: str
    metrics: Mapping[str, float]
    reason: str | None
    search: str | None
    noted: bool = field(default=False, compare=False)
    batch: int | None = field(default=None, compare=False)
    found: Mapping[str, Sequence[int]] = field(default_factory=dict, compare=False)

    @property
    def event(self) -> Event:
        """Its line."""
        names = ("trial", "params", "status", "metrics", "reason", "search")
        return {"event": "told", **{name: getattr(self, name) for name in names}}

    @property
    def place(self) -> Event:
        """The line that says where it is."""
        return {"event": "placed", "trial": self.trial, "batch": self.batch, "found": self.found}


@dataclass
class ToldBook:
    """All that was told, by trial, in the order in which it was first told, and what is `open`: asked, and no more.

    `damaged` are the numbers of lines that are not what was written.
    """

    told: dict[str, Told] = field(default_factory=dict)
    open: dict[str, Asked] = field(default_factory=dict)
    damaged: list[int] = field(default_factory=list)

    def add(self, event: dict[str, Any]) -> None:
        """Takes a line in."""
        match event.pop("event"):
            case "asked":
                self.open[event["trial"]] = Asked(**event)
            case "told":
                self._tell(Told(**event))
            case "placed":
                trial = event.pop("trial")
                self.told[trial] = replace(self.told[trial], noted=True, **event)
            case "given up":
                self.open.pop(event["trial"], None)

    def _tell(self, told: Told) -> None:
        """Where a trial has its place does not change when something else is told of it."""
        self.open.pop(told.trial, None)
        earlier = self.told.get(told.trial)
        self.told[told.trial] = replace(told, batch=earlier.batch, found=earlier.found) if earlier else told


def read_told(path: Path) -> ToldBook:
    """What stands in a told.jsonl; nothing, if there is none."""
    try:
        return _book(path.read_bytes())
    except FileNotFoundError:
        return ToldBook()


class ToldFile:
    """A told.jsonl that nobody else adds lines to; `book` is what stands in it."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor
        size = os.fstat(descriptor).st_size
        content = os.pread(descriptor, size, 0)
        self.book = _book(content)
        self._cut = bool(content) and not content.endswith(b"\n")

    def add(self, events: Sequence[Event]) -> None:
        """Adds lines, which are on the disk then."""
        lines = (b"\n" if self._cut else b"") + b"".join(map(_line_of, events))
        while lines:
            lines = lines[os.write(self._descriptor, lines) :]
        os.fsync(self._descriptor)
        self._cut = False


@contextmanager
def opened(path: Path) -> Iterator[ToldFile]:
    """The file, locked as long as one is in here; it is made where there is none.

    Raises:
        StudyError: it can't be locked or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    except OSError as error:
        raise StudyError(f"{path} can't be written: {error.strerror}") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            raise StudyError(f"{path} can't be locked: {error.strerror}") from None
        yield ToldFile(descriptor)
    finally:
        os.close(descriptor)


def _line_of(event: Event) -> bytes:
    body = json.dumps(event, separators=(",", ":"), allow_nan=False, default=dict)[:-1].encode()
    return body + _SEAL + digest_of(body).encode() + _END + b"\n"


def _book(content: bytes) -> ToldBook:
    book = ToldBook()
    for number, line in enumerate(content.split(b"\n"), 1):
        body, seal, end = line.rpartition(_SEAL)
        if seal and end == digest_of(body).encode() + _END:
            event = json.loads(line)
            del event["digest"]
            book.add(event)
        elif line.endswith(_END) or (line and not line.strip(b"\0")):
            book.damaged.append(number)
    return book
