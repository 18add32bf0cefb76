"""What the runs of a study have in common, as its study.json has it."""

from __future__ import annotations

import contextlib
import os

from snaketune.runner.files import read_json
from snaketune.runner.spec import RunSpec

__all__ = ["StudyFile"]


class StudyFile:
    """A study.json, by its path; `folder` is where it is, `root` the folder in which the workflow was started.

    `workflow` is when this workflow began, in ns since the epoch, None if unknown; no other has begun at the same time.

    Raises:
        Refused: it can't be read.
    """

    def __init__(self, path: str):
        self.folder, self.root = os.path.abspath(os.path.dirname(path)), os.getcwd()
        self.workflow: int | None = None
        with contextlib.suppress(OSError):
            self.workflow = os.stat(path).st_mtime_ns
        self.spec = RunSpec.from_json(read_json(path)["objective"])

    def run(self, run: str) -> str:
        """The folder of a run, given as <trial>/<run>."""
        return os.path.join(self.folder, "trials", run)
