"""A Slurm cluster for the end-to-end tests, and a project's workflow on it."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from project import ROOT, Outcome, Project

PROFILES = ("slurm", "slurm-generic")
# So that tests need not wait for what is set for people.
QUICK = ("--seconds-between-status-checks", "1", "--default-resources", "mem_mb=200", "runtime=10")


class SlurmMissingError(Exception):
    """Slurm cannot be had; the text says why."""


def start_script() -> str | None:
    """The script that brings up a Slurm on this machine, such as slurm-up.sh beside this file."""
    return os.environ.get("SNAKETUNE_SLURM_UP")


def bring_up() -> None:
    """Sees to it that Slurm runs, with all its nodes. Raises SlurmMissingError where that is impossible."""
    script = start_script()
    if script:
        done = subprocess.run(["bash", script], capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise SlurmMissingError(f"{script}: {done.stderr.strip()}")
    elif not shutil.which("sinfo"):
        raise SlurmMissingError(
            "no Slurm here: sinfo is not installed, and SNAKETUNE_SLURM_UP names no script to start one"
        )
    elif subprocess.run(["sinfo"], capture_output=True, check=False, timeout=30).returncode:
        raise SlurmMissingError("no Slurm here: sinfo gets no answer")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One test at a time on the cluster, whatever else runs in parallel."""
    with (Path(tempfile.gettempdir()) / "snaketune-slurm-tests.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def slurm(*command: str) -> list[list[str]]:
    """The words of each line that a Slurm command prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [line.split() for line in done.stdout.splitlines()]


class Submission:
    """A workflow that runs under one of the profiles, given by `option`, in the background."""

    all: ClassVar[list["Submission"]] = []

    def __init__(self, project: Project, profile: str, option: str = "--profile"):
        self.project = project
        command = project.command()
        at = command.index("--cores")
        del command[at : at + 2]
        quick = [*QUICK, "--slurm-init-seconds-before-status-checks", "1"] if profile == "slurm" else QUICK
        command += [option, str(ROOT / "workflow" / "profiles" / profile), *quick]
        self._log = project.folder / f"{profile}.log"
        with self._log.open("a") as log:
            self.process = subprocess.Popen(command, cwd=project.folder, stdout=log, stderr=log, start_new_session=True)
        self.all.append(self)

    def said(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    def end(self, timeout: float = 300) -> Outcome:
        """Waits for the end."""
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"still running after {timeout} s:\n{self._log.read_text()[-5000:]}") from None
        return Outcome(self.process.returncode, self._log.read_text(), self.project.log())

    def good_end(self, timeout: float = 300) -> Outcome:
        """Waits for the end, which has to be a success."""
        outcome = self.end(timeout)
        assert outcome.status == 0, outcome.output[-5000:]
        return outcome

    def kill(self) -> None:
        """Kills Snakemake with all that it started on this machine; its jobs on the cluster go on."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @classmethod
    def clean_up(cls) -> None:
        """Ends what a failed test has left: workflows and their jobs, not anybody else's."""
        folders = {str(submission.project.folder) for submission in cls.all}
        for submission in cls.all:
            if submission.process.poll() is None:
                submission.kill()
        cls.all.clear()
        jobs = [job for job, folder in slurm("squeue", "--noheader", "--me", "--format=%i %Z") if folder in folders]
        if jobs:
            slurm("scancel", *jobs)


@contextlib.contextmanager
def drained(node: str) -> Iterator[None]:
    """No job begins on the node; those that run on it go on."""
    slurm("scontrol", "update", f"nodename={node}", "state=drain", "reason=a test")
    try:
        yield
    finally:
        slurm("scontrol", "update", f"nodename={node}", "state=undrain")


def kill_node(node: str) -> set[str]:
    """Ends a node as a power cut does: its daemon, and all processes of the jobs on it, whose numbers are given."""
    config = dict(line.split("=", 1) for line in map("".join, slurm("scontrol", "show", "config")) if "=" in line)
    daemon = int(Path(config["SlurmdPidFile"].replace("%n", node)).read_text())
    jobs = {words[0] for words in slurm("squeue", "--noheader", "--nodelist", node, "--format=%i")}
    os.kill(daemon, signal.SIGKILL)
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            title = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (folder / "environ").read_bytes().split(b"\0")
            step = re.match(r"slurmstepd: \[(\d+)\.", title)
            if (step and step[1] in jobs) or f"SLURMD_NODENAME={node}".encode() in environment:
                os.kill(int(folder.name), signal.SIGKILL)
    return jobs
