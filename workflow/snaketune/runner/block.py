"""Does several runs in one job, and leaves a marker when all of them are done.

Runs that have a result of the study's present contract are left alone, so that a job that died half-way loses only
what it was at. The others are done by processes that do one run after the other (`perform`), the job's slots. They take
them in portions, as workers of other jobs may that have nothing left to do (`portions`), and then help those others
(`pulling`). The marker is left when the block's runs have all ended, whoever did them.

Of the job's N cores each run has one, unless the job says otherwise: the variables that tell numerical libraries how
many threads to start are set to 1 if there are several slots. GPUs are each run's own affair (`assign.py`), with what
the study says that it asks for; where the study says nothing of GPUs and the job has been given at least N, each run
asks for as many as there are for all.

Exit codes: 0 all runs are done; 3 the search was stopped (no more runs are started); 128+n stopped by signal n; else
the highest exit code of the runs (1 for one whose process was killed), which `main` gives a meaning.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time

from snaketune.runner.asked import found_of
from snaketune.runner.devices import visible
from snaketune.runner.files import Refused, replace_file, say, writing
from snaketune.runner.guardian import Memory
from snaketune.runner.job import Job
from snaketune.runner.job_slot import JobSlot
from snaketune.runner.portions import SUFFIX, Portions
from snaketune.runner.proposed import proposed_at
from snaketune.runner.pruner_file import pruner_beside
from snaketune.runner.pulling import Others, last_moment
from snaketune.runner.signals import STOP_SIGNALS
from snaketune.runner.starts import note_killed
from snaketune.runner.study_file import StudyFile

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Sequence

    from snaketune.runner.devices import Devices

__all__ = ["main", "share_of_job", "work"]

_PAUSES = (0.01, 0.2)  # seconds between two looks at runs that workers of other jobs are at: the first, the longest
USAGE = """Run several runs in one job, and leave a marker when all of them are done.

    python start.py block --study results/S/study.json --logs logs/S --marker FILE --log FILE --at-once N
                          --attempt N [--slots N] [--devices N[,N …][;N …]] [--among ID[,ID …]]
                          [--pull SECONDS --blocks N] -- TRIAL/RUN [TRIAL/RUN …]

--slots: how many runs go on at a time, by default as many as there are cores (--at-once); --devices: those of each run,
as `run` takes them; --among: as `run` takes it; --pull: help the other jobs of the round, which ask for the same, when
those of all its blocks (--blocks) have begun, as long as this job may take (inf: as it likes). The trials' parameters
are in the table of the round that the marker belongs to, or in their params.json.
"""


def share_of_job(devices: Devices | None, slots: int) -> str | None:
    """How many of the job's GPUs each of `slots` concurrent runs asks for; None if there are fewer: all see all."""
    each = len(devices.ids) // slots if devices and slots > 1 else 0
    return str(each) if each else None


class Worker:
    """Has the runs of a job done by slots; `path` is where its portions are, `others` those of other jobs."""

    def __init__(self, job: Job, path: str, others: Others | None):
        self.job, self.portions, self.others = job, Portions.begin(path, job.kind, [*job.runs], job.done()), others
        self.under_way: dict[int, Memory] = {}  # by the pid of a slot
        self.stopped_by: int | None = None
        self.worst = 0  # of the exit codes of slots

    def stop(self, number: int, _frame: object) -> None:
        """Ask all slots to stop, as the handler of a signal."""
        self.stopped_by = self.stopped_by or number
        for pid in list(self.under_way):
            with contextlib.suppress(ProcessLookupError):  # it has just been waited for
                os.kill(pid, number)

    def work(self) -> int:
        """Do what is left; returns the exit code."""
        job = self.job
        job.note(f"attempt {job.attempt} on {os.uname().nodename}: {self.portions.free} of {len(job.runs)} runs to do")
        pause, longest = _PAUSES
        try:
            while len(codes := self.portions.codes) < len(job.runs):
                if self.stopped_by or self.worst:
                    return 128 + self.stopped_by if self.stopped_by else self.worst
                if self.portions.reclaim():
                    job.records.look_closely()
                if self.portions.free:
                    self._do()
                else:  # workers of other jobs are at the last ones
                    time.sleep(pause)
                    pause = min(1.5 * pause, longest)
            return max(codes)
        finally:
            self.portions.remove()

    def _do(self) -> None:
        """Have slots do what is left, and whatever else they find to do."""
        for _ in range(min(self.job.slots, len(self.job.runs))):
            self.start()
        while self.under_way:
            self.wait()

    def start(self) -> None:
        """Begin a further slot."""
        memory = Memory()
        pid = os.fork()
        if pid:
            self.under_way[pid] = memory
            if self.stopped_by:  # the signal came while it was being started
                os.kill(pid, self.stopped_by)
            return
        code = 70
        try:
            for number in STOP_SIGNALS:
                if signal.getsignal(number) != signal.SIG_IGN:
                    signal.signal(number, signal.SIG_DFL)
            self.under_way.clear()
            code = JobSlot(self.job, self.portions, self.others, memory).work()
        finally:
            os._exit(code)

    def wait(self) -> None:
        """Wait for the end of a slot; in the place of one that was killed there is another one for the runs left."""
        pid, status = os.wait()
        memory = self.under_way.pop(pid, None)
        if memory is None:
            return
        if os.WIFEXITED(status):
            self.worst = max(self.worst, os.WEXITSTATUS(status))
            return
        if words := memory.words:
            run = words["run"]
            self.job.note(f"{run} ended: exit code {-os.WTERMSIG(status)}")
            note_killed(words["log"], words["workflow"], words["attempt"])
            if run in self.job.runs:
                self.portions.end(run, 1)
                self.portions.reclaim(but=self._being_done())
            elif self.others:
                self.others.end(run, 1)
        os.environ["SNAKETUNE_SHARED_JOB"] = "1"  # as after a run that has ended (`job_slot`)
        if not self.stopped_by:
            self.start()

    def _being_done(self) -> set[str]:
        """The runs of the slots that have not been waited for: of one that is dead, its run has ended as well."""
        found = set()
        for memory in self.under_way.values():
            with contextlib.suppress(ValueError):  # it lives, and has just begun another run
                found |= {words["run"] for words in (memory.words,) if words}
        return found


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
    pull: str | None = None,
    blocks: str = "1",
) -> int:
    """All of a block: the runs, then the marker; returns the exit code."""
    until = last_moment(float(pull)) if pull else None
    for path in (log, marker):
        with writing(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
    at_a_time = int(slots or at_once)
    if devices is None:
        share = share_of_job(visible(os.environ, None), at_a_time)
        asked: list[str | None] = [share] * len(runs)
    else:
        asked = [*devices.split(";")]
    asking = dict(zip(runs, asked))  # noqa: B905
    with writing(log):
        proposed, pruner = proposed_at(marker), pruner_beside(os.path.dirname(marker))
        job = Job(StudyFile(study), logs, log, at_a_time, int(attempt), asking, proposed, found_of(among), pruner)
    portions = os.path.splitext(marker)[0] + SUFFIX
    worker = Worker(
        job, portions, Others(portions, job.kind, int(blocks), until) if until is not None and job.alike else None
    )
    for number in STOP_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, worker.stop)
    code = worker.work()
    if code == 0:
        with writing(marker):
            replace_file(marker, json.dumps({"contract": job.study.spec.contract, "runs": list(runs)}))
    return code


def main(words: Sequence[str]) -> int:
    """Run with the command line's words; returns the exit code."""
    end = words.index("--") if "--" in words else len(words)
    flags, runs = words[:end], words[end + 1 :]
    options = {name[2:].replace("-", "_"): value for name, value in zip(flags[::2], flags[1::2])}  # noqa: B905
    needed = {"study", "logs", "marker", "log", "at_once", "attempt"}
    if (
        len(flags) % 2
        or not needed <= set(options) <= needed | {"slots", "devices", "among", "pull", "blocks"}
        or not runs
    ):
        sys.stderr.write(USAGE)
        return 2
    try:
        return work(**options, runs=runs)
    except Refused as refusal:
        say(refusal)
        return refusal.code
