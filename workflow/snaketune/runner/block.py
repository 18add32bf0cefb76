"""Runs several runs in one job, a process of the runner for each, and leaves a marker when all of them are done.

Runs that have a result of the study's present contract are left alone, so that a job that died half-way loses only
what it was at.

Of the job's N cores each run has one: the variables that tell numerical libraries how many threads to start are set
to 1 if N is above 1. GPUs are each run's own affair (`assign.py`), with what the study says that it asks for; where the
study says nothing of GPUs and the job has been given at least N, each run asks for as many as there are for all.

Exit codes: 0 all runs are done; 3 the search was stopped (no more runs are started); 128+n stopped by signal n; else
the highest exit code of the runners (1 for one that was killed), which `main` gives a meaning.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

from snaketune.runner import states
from snaketune.runner.devices import visible
from snaketune.runner.files import read_json, replace_file
from snaketune.runner.signals import STOP_SIGNALS

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from snaketune.runner.devices import Devices

__all__ = ["main", "share_of_job", "work"]

START = os.path.join(os.path.dirname(os.path.abspath(__file__)), "start.py")
THREADS = (
    "OMP_NUM_THREADS", "GOTO_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)  # fmt: skip
SEARCH_STOPPED = 3
USAGE = """Run several runs in one job, and leave a marker when all of them are done.

    python start.py block --study results/S/study.json --logs logs/S --marker FILE --log FILE --at-once N
                          --attempt N [--devices N[,N …][;N …]] [--among ID[,ID …]] -- TRIAL/RUN [TRIAL/RUN …]

--devices: those of each run, as `run` takes them; --among: as `run` takes it.
"""


def share_of_job(devices: Devices | None, slots: int) -> str | None:
    """How many of the job's GPUs each of `slots` concurrent runs asks for; None if there are fewer: all see all."""
    each = len(devices.ids) // slots if devices and slots > 1 else 0
    return str(each) if each else None


class Block:
    """The runs of one job, under way."""

    def __init__(self, study: str, logs: str, log: str, at_once: int, attempt: str, among: str | None):
        self.study, self.logs, self.log, self.attempt = study, logs, log, attempt
        self.folder = os.path.join(os.path.dirname(study), "trials")
        self.contract: str | None = read_json(study)["objective"]["contract"]
        self.slots, self.among = at_once, among
        self.under_way: dict[int, tuple[str, subprocess.Popen[bytes]]] = {}  # by pid: the run, its runner
        self.stopped_by: int | None = None
        self.worst = self.ended = 0

    def done(self, run: str) -> bool:
        """Whether the run has a result that still counts."""
        return states.is_of(os.path.join(self.folder, run, states.RESULT), self.contract)

    def note(self, message: str) -> None:
        """A line in the job's log."""
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {message}\n")

    def start(self, run: str, devices: str | None) -> None:
        """Start the runner of a run that asks for so many GPUs."""
        first = len(self.under_way) + self.ended < self.slots
        environment = dict(os.environ)
        if not first:  # whoever is late cannot tell by the end of the job's time that it took too long itself
            environment["SNAKETUNE_SHARED_JOB"] = "1"
        if self.slots > 1:
            environment.update((name, "1") for name in THREADS)
        command = [
            *(sys.executable, "-S", START, "run", "--study", self.study, "--run", os.path.join(self.folder, run)),
            *("--log", os.path.join(self.logs, "trials", run), "--attempt", self.attempt),
        ]
        command += ["--devices", devices] if devices is not None else []
        command += ["--among", self.among] if self.among is not None else []
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment)
        self.under_way[process.pid] = run, process
        self.note(f"{run} started")
        if self.stopped_by:  # the signal came while it was being started
            process.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        """Wait for the end of one of the runners."""
        pid, status = os.wait()
        if pid not in self.under_way:
            return
        run, process = self.under_way.pop(pid)
        self.ended += 1
        code = process.returncode = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        self.worst = max(self.worst, code if code >= 0 else 1)
        self.note(f"{run} ended: {'done' if code == 0 else f'exit code {code}'}")

    def stop(self, number: int, _frame: object) -> None:
        """Ask all runners to stop, as the handler of a signal."""
        self.stopped_by = self.stopped_by or number
        for _, process in list(self.under_way.values()):
            process.send_signal(signal.SIGTERM)

    def run(self, runs: Mapping[str, str | None]) -> int:
        """Do those of the runs that are not done, given with the GPUs that each asks for; returns the exit code."""
        missing = [run for run in runs if not self.done(run)]
        self.note(f"attempt {self.attempt} on {os.uname().nodename}: {len(missing)} of {len(runs)} runs to do")
        stopped = False
        while self.under_way or (missing and not stopped):
            while missing and not stopped and len(self.under_way) < self.slots:
                run = missing.pop(0)
                self.start(run, runs[run])
            self.wait()
            stopped = bool(self.stopped_by) or self.worst == SEARCH_STOPPED
        return 128 + self.stopped_by if self.stopped_by else self.worst


def work(
    study: str,
    logs: str,
    marker: str,
    log: str,
    at_once: str,
    attempt: str,
    runs: Sequence[str],
    devices: str | None = None,
    among: str | None = None,
) -> int:
    """All of a block: the runs, then the marker; returns the exit code."""
    for path in (log, marker):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    if devices is None:
        share = share_of_job(visible(os.environ, None), int(at_once))
        asked: list[str | None] = [share] * len(runs)
    else:
        asked = [*devices.split(";")]
    block = Block(study, logs, log, int(at_once), attempt, among)
    for number in STOP_SIGNALS:
        signal.signal(number, block.stop)
    code = block.run(dict(zip(runs, asked)))  # noqa: B905
    if code == 0:
        replace_file(marker, json.dumps({"contract": block.contract, "runs": list(runs)}))
    return code


def main(words: Sequence[str]) -> int:
    """Run with the command line's words; returns the exit code."""
    end = words.index("--") if "--" in words else len(words)
    flags, runs = words[:end], words[end + 1 :]
    options = {name[2:].replace("-", "_"): value for name, value in zip(flags[::2], flags[1::2])}  # noqa: B905
    needed = {"study", "logs", "marker", "log", "at_once", "attempt"}
    if len(flags) % 2 or not needed <= set(options) <= needed | {"devices", "among"} or not runs:
        sys.stderr.write(USAGE)
        return 2
    return work(**options, runs=runs)
