"""The logs of a run: what its program prints, what its runner says of it, its starts.

Of a run that has just begun they are in memory; most short runs end before there is a reason to write them down.
"""

from __future__ import annotations

import contextlib
import os
import time

from snaketune.runner.files import stamp

__all__ = ["RUNNER", "STARTS", "STREAMS", "Logs"]

RUNNER, STARTS = "runner.log", "starts.jsonl"
STREAMS = ("stdout", "stderr")


class Logs:
    """The logs of a run, in `folder` from the moment they are opened."""

    def __init__(self, folder: str):
        self.folder, self.is_open = folder, False
        self._said: list[bytes] = []

    def path(self, name: str) -> str:
        """The path of a log."""
        return os.path.join(self.folder, name)

    def note(self, message: object) -> None:
        """A line in runner.log; that it cannot be written must not harm the run."""
        self._said.append(f"{stamp(time.time())} {message}\n".encode(errors="replace"))
        if self.is_open:
            self._write()

    def open(self) -> None:
        """Write down what there is, and from now on at once.

        Raises:
            OSError: the folder can't be made.
        """
        if not self.is_open:
            os.makedirs(self.folder, exist_ok=True)
            self.is_open = True
            self._write()

    def set_aside(self, number: int) -> None:
        """Make way for what the program of attempt `number` + 1 prints.

        Raises:
            OSError: the folder can't be written.
        """
        for stream in STREAMS:
            with contextlib.suppress(FileNotFoundError):
                os.replace(self.path(f"{stream}.log"), self.path(f"{stream}.attempt{number}.log"))

    def keep(self) -> None:
        """Write down what has been said, if there is a place for it."""
        if self._said and os.path.isdir(self.folder):
            self._write()

    def discard(self) -> None:
        """Remove what was written down of a run of which all that counts is kept elsewhere."""
        self._said = []
        if self.is_open:
            for name in (RUNNER, STARTS, *(f"{stream}.log" for stream in STREAMS)):
                with contextlib.suppress(OSError):
                    os.unlink(self.path(name))
            for folder in (self.folder, os.path.dirname(self.folder)):
                with contextlib.suppress(OSError):
                    os.rmdir(folder)

    def _write(self) -> None:
        said, self._said = b"".join(self._said), []
        with contextlib.suppress(OSError), open(self.path(RUNNER), "ab") as file:
            file.write(said)
