"""All of a run, from its start to its result."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time

from snaketune.runner import states, status
from snaketune.runner.cluster import job_time_is_up, oom_kills, slurm_job
from snaketune.runner.files import read_bytes, say, writing
from snaketune.runner.folder import join_history, open_folder
from snaketune.runner.guardian import start_guardian, tell
from snaketune.runner.lock import lock_folder
from snaketune.runner.output import Output, kept_text
from snaketune.runner.program import CannotStart, start_program
from snaketune.runner.record import deliver, record_of
from snaketune.runner.reread import read_again
from snaketune.runner.signals import catch_signals
from snaketune.runner.starts import KILLED, STARTED, STOPPED, Starts
from snaketune.runner.stopping import refuse_if_stopped
from snaketune.runner.tree import Tree, adopt_orphans
from snaketune.runner.verdict import Outcome, Verdict, judge
from snaketune.runner.watch import Watch

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from snaketune.runner.run import Run
    from snaketune.runner.slots import Slot

__all__ = ["perform"]

_SIGNALLED = 128  # and the signal's number: the exit code of a runner that was stopped


def perform(run: Run) -> int:
    """All of a run; returns the exit code."""
    refuse_if_stopped(run.study, run.spec, run.result_file)
    with writing(run.folder):
        open_folder(run.folder)
        lock = lock_folder(run.folder)
        if run.adopted():
            run.note("the result is there already")
            return 0
        if read_again(run):
            return 0
    starts = Starts(run.log, run.workflow, run.attempt, run.spec.retries)
    command, why = run.command(), starts.hopeless()
    if why:
        starts.end(settled=True)
        return _given_up(run, command, why)
    with writing(run.folder):
        run.prepare()
        slot = _devices(run)
        log, limit = os.path.abspath(run.log), run.spec.output_limit
        outputs = [Output(os.path.join(log, f"{name}.log"), limit) for name in ("stdout", "stderr")]
    starts.note(STARTED)
    tree = Tree(run.token, os.getpid())
    held = [lock, *(slot.descriptors if slot else ())]
    guardian, mouth = start_guardian(run.token, held, on_death=lambda: _killed(run, starts))
    tree.spared.add(guardian)
    try:
        code = _watched(run, command, tree, mouth, outputs, starts)
    except Exception:
        starts.end(settled=False)
        raise
    if code < _SIGNALLED:
        starts.end(settled=code == 0)
    tell(mouth, "done")
    os.close(mouth)
    with contextlib.suppress(ChildProcessError):  # or it was killed, and reaped with the others
        os.waitpid(guardian, 0)
    if slot:
        slot.release()
    return code


def _devices(run: Run) -> Slot | None:
    """The devices that the run holds from now on, if it asks for any."""
    if run.asked is None:
        return None
    from snaketune.runner.assign import assign  # most studies don't need it

    slot = assign(run)
    refuse_if_stopped(run.study, run.spec, run.result_file)  # it may have been while this one waited
    return slot


def _killed(run: Run, starts: Starts) -> None:
    """What is left to be done when the runner is dead."""
    starts.note(KILLED)
    run.restore()


def _given_up(run: Run, command: list[str], why: str) -> int:
    """A run that is not started once more has failed; returns the exit code."""
    os.makedirs(run.log, exist_ok=True)
    said = read_bytes(os.path.join(run.log, "stderr.log")) or b""
    outcome = Outcome(status.FAILED, why)
    record = record_of(run, None, command, time.time(), outcome, kept_text(said)[0], ())
    return deliver(run, record, (), doomed=False)


def _watched(run: Run, command: list[str], tree: Tree, mouth: int, outputs: list[Output], starts: Starts) -> int:
    """The run under the eyes of its guardian; returns the exit code."""
    adopting, wake = adopt_orphans(), catch_signals()
    oom_before, started = oom_kills(), time.time()
    run.note(f"attempt {run.attempt} on {os.uname().nodename}: {json.dumps(command)[:2000]}")
    watch = verdict = None
    try:
        program = start_program(command, os.path.join(run.root, run.spec.workdir or ""), run.environment())
    except CannotStart as why:
        problem = str(why)
    else:
        tell(mouth, program.pid)
        watch = Watch(program, tree, outputs, wake, run.spec, adopting)
        watch.run(on_exit=lambda: tell(mouth, 0), on_stop=lambda: starts.note(STOPPED))
        verdict = watch.verdict
    for output in outputs:
        output.finish()
    if verdict == Verdict.STOPPED and job_time_is_up():
        verdict = Verdict.JOB_TIMEOUT
    if watch and watch.stop and verdict == Verdict.STOPPED:
        name = signal.Signals(watch.stop).name
        run.note(f"stopped by {name}: no result")
        say(f"{run.trial}/{run.name} stopped by {name}: no result is written")
        return _SIGNALLED + watch.stop
    stdout, stderr = (output.text() for output in outputs)
    if not os.path.isdir(run.folder):
        run.notes.append("the run's folder was deleted while the program ran")
    run.restore()
    with writing(run.folder):
        open_folder(run.folder)
        aside = states.make_place(run.path(states.HISTORY))  # whoever reads it must not wait for ever
        run.notes += [aside] if aside else []
        join_history(run.folder)
    if watch:
        extracted = run.extracted(stdout, outputs[0].left_out)
        outcome = judge(verdict, watch, run.spec, extracted, (stdout, stderr), oom_before)
    else:
        outcome = Outcome(status.FAILED, problem)
    record = record_of(run, watch, command, started, outcome, stderr, outputs)
    # Slurm calls such a job a failed one whatever we do, and Snakemake deletes a failed job's result
    killed_job = verdict == Verdict.JOB_TIMEOUT or (watch is not None and oom_kills() > oom_before)
    return deliver(run, record, outputs, doomed=killed_job and slurm_job() is not None)
