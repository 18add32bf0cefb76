"""What is left of a run that has ended, whichever form it has: files in its folder and logs, or a record."""

from __future__ import annotations

import os

from snaketune.runner import states
from snaketune.runner.files import read_bytes
from snaketune.runner.logs import STREAMS

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["METRICS", "Left", "left_by", "left_in"]

METRICS = "metrics.json"
_MORE = ("printed", "reported", "gave")  # what a record holds that is no part of the result


class Left:
    """The result (`record`), what was printed by stream, what was reported, and what was given as metrics.json.

    Each of these is None where there is none, or where it is no longer there.
    """

    def __init__(
        self,
        record: dict[str, Any],
        printed: Mapping[str, bytes | None],
        reported: bytes | None,
        gave: bytes | None,
    ):
        self.record, self.printed, self.reported, self.gave = record, printed, reported, gave

    def recorded(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record in which all of it is kept, with `record` as the result."""
        printed = {stream: _text(said) for stream, said in self.printed.items()}
        return {**record, "printed": printed, "reported": _text(self.reported), "gave": _text(self.gave)}


def left_in(folder: str, log: str, record: dict[str, Any]) -> Left:
    """What the folder and the logs of a run with a result still hold."""
    printed = {stream: read_bytes(os.path.join(log, f"{stream}.log")) for stream in STREAMS}
    reported, gave = (read_bytes(os.path.join(folder, name)) for name in (states.HISTORY, METRICS))
    return Left(record, printed, reported, gave)


def left_by(line: Mapping[str, Any]) -> Left:
    """What a record holds."""
    said = line.get("printed") or {}
    printed = {stream: _bytes(said.get(stream)) for stream in STREAMS}
    record = {name: value for name, value in line.items() if name not in _MORE}
    return Left(record, printed, _bytes(line.get("reported")), _bytes(line.get("gave")))


def _text(content: bytes | None) -> str | None:
    """Bytes as text from which they can be had back."""
    return None if content is None else content.decode("utf-8", "surrogateescape")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogateescape")
