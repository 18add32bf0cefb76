"""What the machine or its scheduler did to a run: killed for want of memory, or at the end of the job's time."""

from __future__ import annotations

import contextlib
import os
import subprocess

from snaketune.runner.signals import ignore_stop_signals

__all__ = ["cluster_job", "in_cluster_job", "job_time_is_up", "oom_kills", "slurm_job"]

# The variables that make the name of a job, by scheduler; the first has to be set.
_JOBS = {
    "slurm": ("SLURM_JOB_ID",), "lsf": ("LSB_JOBID", "LSB_JOBINDEX"), "pbs": ("PBS_JOBID",),
    "sge": ("SGE_TASK_ID", "JOB_ID"),
}  # fmt: skip


def oom_kills() -> int:
    """How many processes of this control group the kernel has killed for want of memory; 0 if unknown."""
    total = 0
    for counter in _counters():
        with contextlib.suppress(OSError):
            content = os.pread(counter, 4096, 0)
            total += sum(int(line.split()[1]) for line in content.splitlines() if line.startswith(b"oom_kill "))
    return total


_opened: list[int] = []  # -1 for having looked, then the files that count


def _counters() -> list[int]:
    """The descriptors of the files that count them, opened once: each run asks twice."""
    if not _opened:
        _opened.append(-1)
        with contextlib.suppress(OSError), open("/proc/self/cgroup", errors="replace") as groups:
            for line in groups:
                _, kind, path = line.rstrip().split(":", 2)
                file = {
                    "": f"/sys/fs/cgroup{path}/memory.events",
                    "memory": f"/sys/fs/cgroup/memory{path}/memory.oom_control",
                }
                with contextlib.suppress(OSError, KeyError):
                    _opened.append(os.open(file[kind], os.O_RDONLY))
    return _opened[1:]


def slurm_job() -> str | None:
    """The id of the Slurm job that this is part of, or None."""
    return os.environ.get("SLURM_JOB_ID")


def cluster_job() -> str | None:
    """The job of a cluster that this is part of, or None; a step that has GPUs of its own counts as a job."""
    for scheduler, variables in _JOBS.items():
        if variables[0] in os.environ:
            own = [os.environ.get(name, "") for name in variables]
            own += [os.environ.get("SLURM_STEP_ID", "")] if "SLURM_STEP_GPUS" in os.environ else []
            return "-".join([scheduler, *own])
    return None


def in_cluster_job() -> bool:
    """Whether this is part of a job of a cluster, be it of one whose jobs have no name that is known here."""
    return cluster_job() is not None or bool({"_CONDOR_JOB_AD", "KUBERNETES_SERVICE_HOST"} & set(os.environ))


def job_time_is_up() -> bool:
    """Whether this Slurm job has come to its time limit, and all of its time was this run's.

    `block` says of the runs that it did not start at once that they shared the job with others.
    """
    if not slurm_job() or "SNAKETUNE_SHARED_JOB" in os.environ:
        return False
    ignore_stop_signals()  # Slurm signals the job and its steps one by one; the second must not end the question
    command = ["squeue", "--noheader", "--states=all", f"--jobs={slurm_job()}", "--format=%r"]
    try:
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.stdout.strip() == b"TimeLimit"
