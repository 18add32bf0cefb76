"""A run's result as result.json has it, and how it is delivered."""

from __future__ import annotations

import contextlib
import errno
import os
import time

from snaketune.runner import states, status
from snaketune.runner.files import append_line, read_bytes, read_lines, replace_file, say, stamp, writing
from snaketune.runner.folder import ATTEMPTS, open_folder
from snaketune.runner.json_numbers import strict
from snaketune.runner.seal import digest_of, sealed
from snaketune.runner.starts import is_last
from snaketune.runner.stopping import note_failure
from snaketune.runner.tree import PROC
from snaketune.runner.verdict import exit_of

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from snaketune.runner.output import Output
    from snaketune.runner.run import Run
    from snaketune.runner.verdict import Outcome
    from snaketune.runner.watch import Watch

__all__ = ["VERSION", "attempt_line", "deliver", "record_of", "settle", "with_outcome"]

VERSION = 1
_LONGEST_REASON = 500
_AGAIN_AFTER = (0.2, 1.0, None)  # seconds; then a full disk is given up


def record_of(
    run: Run,
    watch: Watch | None,
    command: list[str],
    started: float,
    outcome: Outcome,
    stderr: str,
    outputs: Sequence[Output],
) -> dict[str, Any]:
    """The record of a run that has ended; `watch` is None if its program could not be started."""
    finished = time.time()
    ended = watch.status if watch and outcome.pruned_at is None else None  # how a pruned one ends is by chance
    code, name = exit_of(ended)
    notes = run.notes + outcome.notes + (watch.notes if watch else [])
    notes += [output.problem for output in outputs if output.problem]
    if run.spec.memory and not PROC:
        notes.append("memory is not watched on this system")
    record = {
        "version": VERSION, "trial": run.trial, "run": run.name, "replicate": run.id.replicate, "fold": run.id.fold,
        "budget": run.id.budget, **run.origin.noted(), "status": outcome.status, "reason": None, "metrics": {},
        "params": strict(run.params), "seed": run.seed, "attempt": run.attempt,
        "started": stamp(started), "finished": stamp(finished),
        "seconds": _rounded(watch.seconds if watch else 0.0),
        "cpu_seconds": _rounded(watch.cpu_seconds if watch else 0.0),
        "max_rss_mb": round((watch.max_rss if watch else 0) / 2**20, 1), "host": os.uname().nodename,
        "exit_code": code, "signal": name, "command": command,
        "contract": run.spec.contract, "training": run.spec.training, "notes": notes,
    }  # fmt: skip
    record = {**with_outcome(record, outcome, stderr), "log": run.log, "devices": run.devices}
    if run.pruner:
        record.update(pruner=run.pruner.digest, pruned_at=outcome.pruned_at, last_step=run.last_step)
    history = read_bytes(run.path("history.jsonl"))
    if history is not None:
        record["history"] = {"size": len(history), "sha256": digest_of(history)}
    return {**record, **run.origin.saved()}


def _rounded(seconds: float) -> float:
    """To milliseconds, of short runs to microseconds."""
    return round(seconds, 3 if seconds >= 1 else 6)


def with_outcome(record: dict[str, Any], outcome: Outcome, stderr: str) -> dict[str, Any]:
    """The record with what became of the run; `stderr` is what the program said."""
    record = {name: value for name, value in record.items() if name not in ("found", "stderr_tail")}
    record["status"], record["metrics"] = outcome.status, outcome.metrics
    record["reason"] = outcome.reason and " ".join(outcome.reason.split())[:_LONGEST_REASON]
    if outcome.found != outcome.metrics:
        record["found"] = outcome.found
    if outcome.status != status.COMPLETE:
        record["stderr_tail"] = [line[:500] for line in stderr.splitlines()[-20:]]
    return record


def deliver(run: Run, record: dict[str, Any], outputs: Sequence[Output], doomed: bool) -> int:
    """Count the attempt; write the result, unless a failed run is to be tried again; the exit code.

    The result of a `doomed` job is left for the next attempt to adopt.
    """
    well, contract = record["status"] in status.FINISHED_WELL, run.spec.contract
    with writing(run.result_file):
        open_folder(run.folder)
    attempts = run.path(ATTEMPTS)
    earlier = 0
    for line in read_lines(attempts):
        earlier = 0 if line.get("final") or line.get("contract") != contract else earlier + 1
    again = not well and earlier < run.spec.retries and not is_last(run.attempt, run.spec.retries)
    with contextlib.suppress(OSError):
        append_line(attempts, attempt_line(record, final=not again))
    run.note(f"{record['status']}{': ' + record['reason'] if record['reason'] else ''}")
    if again:
        left = run.spec.retries - earlier
        say(f"{run.trial}/{run.name} {record['status']}: {record['reason']} (attempts left: {left})")
        return 1
    settle(run, record, run.path(states.ADOPT) if doomed else run.result_file, outputs)
    return 1 if doomed else 0


def attempt_line(record: Mapping[str, Any], *, final: bool) -> dict[str, Any]:
    """What is noted of an attempt that has ended; a `final` one is the last for the time being."""
    kept = ("attempt", "status", "reason", "started", "finished", "host", "contract")
    return {**{name: record[name] for name in kept}, "final": final}


def settle(run: Run, record: dict[str, Any], path: str, outputs: Sequence[Output] = ()) -> None:
    """Write the result of a run for which nothing is to be tried again; one that did not end well is noted."""
    if record["status"] not in status.FINISHED_WELL:
        note_failure(run.study, run.trial, run.name, run.folder)
    _write(path, record, outputs)


def _write(path: str, record: dict[str, Any], outputs: Sequence[Output]) -> None:
    """Write the record, on a full disk in the place of the outputs' tails."""
    with writing(path):
        aside = states.make_place(path)
        if aside:
            record = {**record, "notes": [*record["notes"], aside]}
        content = sealed(record)
        for patience in _AGAIN_AFTER:
            try:
                replace_file(path, content)
                break
            except OSError as error:
                if patience is None or error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                for output in outputs:
                    output.drop_tail()
                time.sleep(patience)
