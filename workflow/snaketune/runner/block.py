"""Does several runs in one job, and leaves a marker when all of them are done.

Runs that have a result of the study's present contract are left alone, so that a job that died half-way loses only
what it was at. The others are done by processes that do one run after the other (`perform`), each pulling the next one
from a pipe that all of them share: the job's slots.

Of the job's N cores each run has one, unless the job says otherwise: the variables that tell numerical libraries how
many threads to start are set to 1 if there are several slots. GPUs are each run's own affair (`assign.py`), with what
the study says that it asks for; where the study says nothing of GPUs and the job has been given at least N, each run
asks for as many as there are for all.

Exit codes: 0 all runs are done; 3 the search was stopped (no more runs are started); 128+n stopped by signal n; else
the highest exit code of the runs (1 for one whose process was killed), which `main` gives a meaning.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import time

from snaketune.runner import states
from snaketune.runner.devices import visible
from snaketune.runner.files import replace_file
from snaketune.runner.folding import Folding
from snaketune.runner.guardian import Memory
from snaketune.runner.perform import Performer
from snaketune.runner.proposed import params_of
from snaketune.runner.records import Records
from snaketune.runner.run import Run, asked_of, found_of
from snaketune.runner.signals import STOP_SIGNALS
from snaketune.runner.starts import note_killed
from snaketune.runner.study_file import StudyFile

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from snaketune.runner.caller import Caller
    from snaketune.runner.devices import Devices
    from snaketune.runner.tree import Tree

__all__ = ["main", "share_of_job", "work"]

THREADS = (
    "OMP_NUM_THREADS", "GOTO_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)  # fmt: skip
SEARCH_STOPPED = 3
_INDEX = struct.Struct("i")  # a run's place in the job, as it is handed to slots
USAGE = """Run several runs in one job, and leave a marker when all of them are done.

    python start.py block --study results/S/study.json --logs logs/S --marker FILE --log FILE --at-once N
                          --attempt N [--slots N] [--devices N[,N …][;N …]] [--among ID[,ID …]]
                          -- TRIAL/RUN [TRIAL/RUN …]

--slots: how many runs go on at a time, by default as many as there are cores (--at-once); --devices: those of each run,
as `run` takes them; --among: as `run` takes it. The trials' parameters are in the table of the round that the marker
belongs to, or in their params.json.
"""


def share_of_job(devices: Devices | None, slots: int) -> str | None:
    """How many of the job's GPUs each of `slots` concurrent runs asks for; None if there are fewer: all see all."""
    each = len(devices.ids) // slots if devices and slots > 1 else 0
    return str(each) if each else None


class Worker:
    """Does the runs of a job, given as <trial>/<run> with the GPUs that each asks for.

    `params` are the parameters of trials that have no file of them, `found` the GPUs that were found on this machine.
    """

    def __init__(
        self,
        study: StudyFile,
        logs: str,
        log: str,
        slots: int,
        attempt: int,
        runs: Mapping[str, str | None],
        params: Mapping[str, Mapping[str, Any]],
        found: Sequence[str] | None,
    ):
        self.study, self.logs, self.log, self.slots, self.attempt = study, logs, log, slots, attempt
        self.runs, self.params, self.found = runs, params, found
        self.records = Records(study.folder)
        self.left = [run for run in runs if not self._done(run)]
        self.under_way: dict[int, Memory] = {}  # by the pid of a slot
        self.stopped_by: int | None = None
        self.worst = 0

    def _done(self, run: str) -> bool:
        """Whether the run has a result that still counts."""
        trial, name = run.split("/")
        contract = self.study.spec.contract
        return self.records.has(trial, name, contract) or states.is_of(
            os.path.join(self.study.run(run), states.RESULT), contract
        )

    def note(self, message: str) -> None:
        """A line in the job's log."""
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {message}\n")

    def stop(self, number: int, _frame: object) -> None:
        """Ask all slots to stop, as the handler of a signal."""
        self.stopped_by = self.stopped_by or number
        for pid in list(self.under_way):
            os.kill(pid, signal.SIGTERM)

    def work(self) -> int:
        """Do what is left; returns the exit code."""
        self.note(f"attempt {self.attempt} on {os.uname().nodename}: {len(self.left)} of {len(self.runs)} runs to do")
        ears, mouth = os.pipe()
        os.write(mouth, b"".join(map(_INDEX.pack, range(len(self.left)))))
        os.close(mouth)
        for _ in range(min(self.slots, len(self.left))):
            self._start(ears)
        while self.under_way:
            self._wait(ears)
        return 128 + self.stopped_by if self.stopped_by else self.worst

    def _start(self, ears: int) -> None:
        memory = Memory()
        pid = os.fork()
        if pid:
            self.under_way[pid] = memory
            if self.stopped_by:  # the signal came while it was being started
                os.kill(pid, signal.SIGTERM)
            return
        code = 70
        try:
            for number in STOP_SIGNALS:
                if signal.getsignal(number) != signal.SIG_IGN:
                    signal.signal(number, signal.SIG_DFL)
            self.under_way.clear()
            code = self._slot(ears, memory)
        finally:
            os._exit(code)

    def _wait(self, ears: int) -> None:
        """Wait for the end of a slot; in the place of one that was killed there is another one for the runs left."""
        pid, status = os.wait()
        memory = self.under_way.pop(pid, None)
        if memory is None:
            return
        if os.WIFEXITED(status):
            self.worst = max(self.worst, os.WEXITSTATUS(status))
            return
        self.worst = max(self.worst, 1)
        if words := memory.words:
            self.note(f"{words['run']} ended: exit code {-os.WTERMSIG(status)}")
            note_killed(words["log"], words["workflow"], words["attempt"])
        if not self.stopped_by:
            self._start(ears)

    def _slot(self, ears: int, memory: Memory) -> int:
        """Do one run after the other; returns the highest exit code."""
        if self.slots > 1:
            os.environ.update((name, "1") for name in THREADS)
        worker, worst = os.getppid(), 0
        performer = Performer(memory, Folding(self.study, self.records), self._calling())
        while index := os.read(ears, _INDEX.size):
            name = self.left[_INDEX.unpack(index)[0]]
            logs = os.path.join(self.logs, "trials", name)
            code = performer.outcome(lambda: self._run(name, logs), logs)  # noqa: B023  called at once
            self.note(f"{name} ended: {'done' if code == 0 else f'exit code {code}'}")
            worst = max(worst, code)
            if code == SEARCH_STOPPED or performer.stopped or code > 128 or os.getppid() != worker:
                break
            os.environ["SNAKETUNE_SHARED_JOB"] = "1"  # whoever is late cannot tell whether it took too long itself
        performer.end()
        return worst

    def _calling(self) -> Callable[[Tree], Caller] | None:
        """Makes what starts the runs, if they are calls of a function that need no interpreters of their own."""
        if not self.study.spec.function or self.study.spec.isolation != "fork":
            return None
        from snaketune.runner.caller import Caller  # commands don't need it

        return lambda tree: Caller(tree, self.note)

    def _run(self, name: str, logs: str) -> Run:
        asked, params = asked_of(self.runs[name], self.attempt), self.params.get(name.split("/")[0])
        return Run(self.study, self.study.run(name), logs, self.attempt, asked, self.found, params)


def work(
    study: str,
    logs: str,
    marker: str,
    log: str,
    at_once: str,
    attempt: str,
    runs: Sequence[str],
    slots: str | None = None,
    devices: str | None = None,
    among: str | None = None,
) -> int:
    """All of a block: the runs, then the marker; returns the exit code."""
    for path in (log, marker):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    at_a_time = int(slots or at_once)
    if devices is None:
        share = share_of_job(visible(os.environ, None), at_a_time)
        asked: list[str | None] = [share] * len(runs)
    else:
        asked = [*devices.split(";")]
    asking = dict(zip(runs, asked))  # noqa: B905
    worker = Worker(StudyFile(study), logs, log, at_a_time, int(attempt), asking, params_of(marker), found_of(among))
    for number in STOP_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, worker.stop)
    code = worker.work()
    if code == 0:
        replace_file(marker, json.dumps({"contract": worker.study.spec.contract, "runs": list(runs)}))
    return code


def main(words: Sequence[str]) -> int:
    """Run with the command line's words; returns the exit code."""
    end = words.index("--") if "--" in words else len(words)
    flags, runs = words[:end], words[end + 1 :]
    options = {name[2:].replace("-", "_"): value for name, value in zip(flags[::2], flags[1::2])}  # noqa: B905
    needed = {"study", "logs", "marker", "log", "at_once", "attempt"}
    if len(flags) % 2 or not needed <= set(options) <= needed | {"slots", "devices", "among"} or not runs:
        sys.stderr.write(USAGE)
        return 2
    return work(**options, runs=runs)
