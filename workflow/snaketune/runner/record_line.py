"""How a record is a line: what it begins with, so that it is found without being parsed, and the digest at its end."""

from __future__ import annotations

import json
import re

from snaketune.runner.seal import digest_of

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "Damaged",
    "LinePlace",
    "beginning_of",
    "digest_in",
    "head_of",
    "is_line",
    "is_whole",
    "line_of",
    "record_in",
]

_FIRST = ("trial", "run", "contract")
_HEAD = rb'\{"trial":"([^"\\]+)","run":"([^"\\]+)","contract":(?:null|"([^"\\]*)"),'
_SEAL = b',"digest":"'
_DIGITS = 64  # of a digest
_END = len(_SEAL) + _DIGITS + 2


class Damaged:
    """A line that is not what was written."""

    def __init__(self, path: str, line: int, why: str):
        self.path, self.line, self.why = path, line, why


class LinePlace:
    """Where a record is."""

    __slots__ = ("contract", "offset", "path", "size")

    def __init__(self, contract: str | None, path: str, offset: int, size: int):
        self.contract, self.path, self.offset, self.size = contract, path, offset, size


def line_of(record: Mapping[str, Any]) -> bytes:
    """The line of a record, with its end; the record is not empty and has no key `digest`."""
    ordered = {**{name: record[name] for name in _FIRST}, **record}
    body = json.dumps(ordered, separators=(",", ":"), allow_nan=False)[:-1].encode()
    return body + _SEAL + digest_of(body).encode() + b'"}\n'


def beginning_of(trial: str, run: str) -> bytes:
    """What the records of a run begin with."""
    return json.dumps({"trial": trial, "run": run}, separators=(",", ":"))[:-1].encode() + b","


def head_of(line: bytes) -> tuple[str, str, str | None] | None:
    """The trial, the run and the contract of a line without its end; None if it is no record that is whole."""
    head = re.match(_HEAD, line)
    if head is None or not is_whole(line):
        return None
    return head[1].decode(), head[2].decode(), head[3].decode() if head[3] is not None else None


def record_in(line: bytes) -> dict[str, Any]:
    """The record that a whole line is."""
    record: dict[str, Any] = json.loads(line.decode())
    del record["digest"]
    return record


def is_whole(line: bytes) -> bool:
    """Whether a line ends with the digest of what stands before it."""
    end = line[-_END:]
    return end.startswith(_SEAL) and end.endswith(b'"}') and digest_of(line[:-_END]) == digest_in(line)


def digest_in(line: bytes) -> str:
    """The digest at the end of a line."""
    return line[-_DIGITS - 2 : -2].decode("ascii", "replace")


def is_line(line: bytes) -> bool:
    """Whether a line, without its end, is what was written: a record, or of the file of those that are forgotten."""
    if re.match(_HEAD, line):
        return is_whole(line)
    return bool(re.fullmatch(rb'\{"digest": "[0-9a-f]{64}"\}', line))
