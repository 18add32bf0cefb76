"""The jobs on a cluster that a killed Snakemake left: those that wait are cancelled, those that run go on.

A job that has not begun would only stand in the queue beside the one that is submitted anew, and ask for what was
asked before the configuration was mended. One that runs is not lost: the new job of its run waits for it and takes
its result.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from snaketune.files import write_text
from snaketune.runner.states import RESULT
from snaketune.session import slurm

__all__ = ["NOTE", "remember", "tidy_queue"]

NOTE = "snaketune-jobs.json"  # in .snakemake/: jobs of dead starts that nobody has looked after yet, by output
_LISTED = 10


def remember(state: Path, jobs: Mapping[Path, str]) -> None:
    """Notes the jobs of runs of a dead start, by output, for the next one that goes on with their study.

    No number is known of those that had begun; that there were any is reason enough to ask the scheduler.
    """
    of_runs = {str(output): job for output, job in jobs.items() if output.name == RESULT or output.suffix == ".done"}
    if of_runs:
        _note(state, {**_noted(state), **of_runs})


def tidy_queue(state: Path, root: Path) -> str | None:
    """Cancels the jobs of the study in `root` that a dead start has left waiting in the queue.

    Only jobs of this folder (that of `state`) are touched, which is ours alone while we hold its lock. Returns a
    sentence about them, None if there are none.
    """
    noted = _noted(state)
    mine = {output: job for output, job in noted.items() if Path(output).is_relative_to(root)}
    if not mine:
        return None
    _note(state, {output: job for output, job in noted.items() if output not in mine})
    known = [job for job in mine.values() if job]
    found = slurm.jobs()
    if found is None:
        return f"{_jobs(known)} of a start that was killed may still wait in the cluster's queue" if known else None
    folder = state.resolve().parent
    left = [job for job in found if job.ours and job.folder.resolve() == folder]
    waiting = [job.id for job in left if job.waiting and job.id in known]
    running = [job.id for job in left if not job.waiting]
    parts = []
    if waiting:
        done = "cancelled, and submitted anew" if slurm.cancel_waiting(waiting) else "still there: scancel has failed"
        parts.append(f"{_jobs(waiting)} had not begun, and {'is' if len(waiting) == 1 else 'are'} {done}")
    if running:
        parts.append(f"{_jobs(running)} still {'runs' if len(running) == 1 else 'run'}, and the results are taken")
    return f"of a start that was killed, {'; '.join(parts)}" if parts else None


def _noted(state: Path) -> dict[str, str]:
    try:
        noted = json.loads((state / NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(output): str(job) for output, job in noted.items()} if isinstance(noted, dict) else {}


def _note(state: Path, jobs: Mapping[str, str]) -> None:
    if jobs:
        write_text(state / NOTE, json.dumps(jobs))
    else:
        (state / NOTE).unlink(missing_ok=True)


def _jobs(numbers: Sequence[str]) -> str:
    more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
    word = "1 job" if len(numbers) == 1 else f"{len(numbers)} jobs"
    return f"{word} ({', '.join(numbers[:_LISTED])}{more})"
