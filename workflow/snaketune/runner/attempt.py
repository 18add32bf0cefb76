"""One attempt at a run: the program from its start to what became of it."""

from __future__ import annotations

import json
import os
import signal
import time

from snaketune.runner import states, status
from snaketune.runner.cluster import job_time_is_up, oom_kills, slurm_job
from snaketune.runner.files import read_bytes, say, writing
from snaketune.runner.folder import join_history, open_folder
from snaketune.runner.logs import STREAMS
from snaketune.runner.output import Output
from snaketune.runner.program import CannotStart
from snaketune.runner.record import deliver, record_of
from snaketune.runner.starts import STARTED, STOPPED, Starts
from snaketune.runner.verdict import Outcome, Verdict, cut_short, judge
from snaketune.runner.watch import Watch

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Sequence

    from snaketune.runner.perform import Performer
    from snaketune.runner.run import Run

__all__ = ["STOPPED_BY", "Attempt"]

STOPPED_BY = 128  # and the signal's number: the exit code of a runner that was stopped


class Attempt:
    """An attempt that `performer` makes at a run, with all that is kept of it while it goes on.

    It is written down at once, unless it is `foldable` (nothing was there before) and its performer folds runs.
    """

    def __init__(self, performer: Performer, run: Run, command: list[str], starts: Starts, *, foldable: bool):
        self.performer, self.run, self.command, self.starts = performer, run, command, starts
        self.folding = performer.folding if foldable else None
        logs, limit = os.path.abspath(run.log), run.spec.output_limit
        self.outputs = [Output(os.path.join(logs, f"{name}.log"), limit, self._late) for name in STREAMS]
        self.stopped: int | None = None  # the signal by which it was asked to end, whatever became of the run

    def open(self) -> None:
        """Begin to write it down, unless that has time.

        Raises:
            OSError: that can't be written.
        """
        if self.folding is None or self.run.attempt > 1:
            self.write_down()

    def write_down(self) -> None:
        """Have all that is kept on the disk, from now on at once, and what was recorded before too.

        Raises:
            OSError: it can't be written.
        """
        self.run.logs.open()
        self.starts.open()
        for output in self.outputs:
            output.open()
        if self.folding:
            self.folding.sync()

    def _late(self) -> None:
        """As `write_down`, when the program has begun, whose result is worth more than its logs."""
        try:
            self.write_down()
        except OSError as error:
            self.run.notes.append(f"its logs can't be written: {error}")

    def close(self) -> None:
        """It has ended."""
        self.performer.guardian.memory.rest()
        for output in self.outputs:
            output.close()

    def perform(self, held: Sequence[int]) -> int:
        """Make it; returns the exit code. The guardian shares the descriptors `held` too.

        Raises:
            Refused: the result can't be written.
        """
        self.starts.note(STARTED)
        oom_before, started = oom_kills(), time.time()
        run, outputs = self.run, self.outputs
        run.note(f"attempt {run.attempt} on {os.uname().nodename}: {json.dumps(self.command)[:2000]}")
        watch, problem = self._watched(held)
        for output in outputs:
            output.finish()
        verdict = watch.verdict if watch else None
        if verdict == Verdict.STOPPED and job_time_is_up():
            verdict = Verdict.JOB_TIMEOUT
        if watch and watch.stop and verdict == Verdict.STOPPED:
            name = signal.Signals(watch.stop).name
            self._late()
            run.note(f"stopped by {name}: no result")
            say(f"{run.trial}/{run.name} stopped by {name}: no result is written")
            return STOPPED_BY + watch.stop
        stdout, stderr = (output.text() for output in outputs)
        if not os.path.isdir(run.folder):
            run.notes.append("the run's folder was deleted while the program ran")
        with writing(run.folder):
            if not os.access(run.folder, os.R_OK | os.W_OK | os.X_OK):
                open_folder(run.folder)
            aside = states.make_place(run.path(states.HISTORY))  # whoever reads it must not wait for ever
            run.notes += [aside] if aside else []
            join_history(run.folder, run.origin.inherited)
            run.origin.end()
            cut = run.cut_history(watch.reported) if watch else None
        if watch and cut:
            outcome = cut_short(cut, read_bytes(run.path(states.HISTORY)) or b"", run.spec)
        elif watch:
            extracted = run.extracted(stdout, outputs[0].left_out)
            outcome = judge(verdict, watch, run.spec, extracted, (stdout, stderr), oom_before)
        else:
            outcome = Outcome(status.FAILED, problem)
        record = record_of(run, watch, self.command, started, outcome, stderr, outputs)
        # Slurm calls such a job a failed one whatever we do, and Snakemake deletes a failed job's result
        doomed = slurm_job() is not None and (
            verdict == Verdict.JOB_TIMEOUT or (watch is not None and oom_kills() > oom_before)
        )
        if self.folding and not doomed and self.folding.fold(run, record, outputs, self.performer.place):
            return 0
        self._late()
        run.restore()
        with writing(run.folder):
            run.write_metrics()
        return deliver(run, record, outputs, doomed=doomed)

    def _watched(self, held: Sequence[int]) -> tuple[Watch | None, str | None]:
        """The program's end under the eyes of a guardian; or why it could not be started."""
        run, performer = self.run, self.performer
        memory, place = performer.guardian.memory, performer.place
        words = {
            "run": f"{run.trial}/{run.name}", "token": performer.tree.token, "log": os.path.abspath(run.log),
            "workflow": run.workflow, "attempt": run.attempt,
        }  # fmt: skip
        if not run.packed:
            words.update(params=run.trial_params, given=run.given.decode(errors="replace"))
        performer.guarded((place.lock, *held), words)
        try:
            program = performer.start(run, self.command)
        except CannotStart as why:
            return None, str(why)
        memory.lead(program.pid)
        wake, adopting = performer.signals.wake, performer.adopting
        watch = Watch(program, performer.tree, self.outputs, wake, run.spec, adopting, run.reported())
        watch.run(lambda: memory.lead(0), lambda: self.starts.note(STOPPED), self._late)
        self.stopped, run.gave = watch.stop, program.gave
        if watch.left:
            self.folding = None  # they may still be in its folder
        return watch, None
