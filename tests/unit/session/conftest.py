import os

import pytest


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Stand-ins for squeue and scancel in `folder`: the queue is what `queue` is given, orders are in `cancelled`."""
    return StandIn(tmp_path, monkeypatch)


class StandIn:
    """A Slurm that is a text file: lines as squeue prints them."""

    def __init__(self, tmp_path, monkeypatch):
        self.folder = tmp_path / "slurm"
        self.folder.mkdir()
        self._write("squeue", f"cat {self.folder}/queue")
        self._write("scancel", f'echo "$@" >> {self.folder}/cancelled')
        monkeypatch.setenv("PATH", f"{self.folder}{os.pathsep}{os.environ['PATH']}")

    def queue(self, *lines: str) -> None:
        (self.folder / "queue").write_text("".join(f"{line}\n" for line in lines))

    def silent(self) -> None:
        """No answers any more."""
        self._write("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1")

    @property
    def cancelled(self) -> list[str]:
        path = self.folder / "cancelled"
        return path.read_text().split() if path.exists() else []

    def _write(self, name: str, body: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
