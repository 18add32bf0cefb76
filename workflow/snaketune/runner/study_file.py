"""What the runs of a study have in common, as its study.json has it."""

from __future__ import annotations

import contextlib
import os
import sys

from snaketune.runner.command import text
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
        self._environment: dict[str, str] | None = None
        self.spec = RunSpec.from_json(read_json(path)["objective"])

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the programs of all runs have, as those of this process were when first asked for."""
        if self._environment is None:
            env = {name: value for name, value in os.environ.items() if not name.startswith("SNAKETUNE_")}
            if not self.spec.isolated:
                env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env.get("PATH", os.defpath)
            env.update({name: text(value) for name, value in self.spec.env.items()})
            self._environment = env
        return self._environment

    def run(self, run: str) -> str:
        """The folder of a run, given as <trial>/<run>."""
        return os.path.join(self.folder, "trials", run)
