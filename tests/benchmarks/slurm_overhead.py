"""What Slurm and Snakemake cost a trial: runs of `echo` under both profiles, one, ten and fifty to a job.

    python tests/benchmarks/slurm_overhead.py [--slots N]

Needs a running Slurm with accounting (sacct). For each combination it prints, over all trials of a random search:
the seconds that jobs occupied a core (the sum of their elapsed times), the CPU seconds that they used, both for a
trial, and the wall time of the whole workflow. Two jobs at a time by default, so that jobs do not wait for each other
on a small machine; the elapsed times grow with whatever else the machine does, the CPU times hardly.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROFILES = {"slurm": ["--slurm-init-seconds-before-status-checks", "1"], "slurm-generic": []}
TRIALS = {1: 12, 10: 40, 50: 100}


def config(trials: int, per_job: int) -> dict:
    """A study of runs that do next to nothing."""
    return {
        "study": "overhead",
        "objective": {
            "command": "echo loss = {x}",
            "metric": "loss",
            "metrics": ["loss"],
            "trials_per_job": per_job,
            "resources": {"mem_mb": 200, "runtime": 1},
        },
        "plots": {"choose": []},
        "progress": 0,
        "space": {"x": {"type": "uniform", "low": 0, "high": 1}},
        "search": {"strategy": "random", "n_trials": trials, "batch_size": trials},
    }


def measure(profile: str, per_job: int, slots: int) -> tuple[int, int, float, float, float]:
    """(trials, jobs, elapsed seconds of the jobs, their CPU seconds, wall seconds of the workflow)."""
    trials = TRIALS[per_job]
    begun = time.time()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "config.json")
        file.write_text(json.dumps(config(trials, per_job)))
        command = [
            *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", folder),
            *("--configfile", str(file), "--profile", str(ROOT / "workflow" / "profiles" / profile)),
            *("--jobs", str(slots), "--seconds-between-status-checks", "1", *PROFILES[profile]),
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
    wall = time.time() - begun
    time.sleep(2)  # until the accounting has it all
    since = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(begun))
    sacct = ["sacct", "-n", "-P", "-S", since, "-o", "JobID,ElapsedRaw,TotalCPU,State"]
    lines = [line.split("|") for line in subprocess.check_output(sacct, text=True).splitlines()]
    elapsed = [float(seconds) for job, seconds, _, state in lines if "." not in job and state == "COMPLETED"]
    cpu = sum(_seconds(clock) for job, _, clock, _ in lines if "." in job)
    return trials, len(elapsed), sum(elapsed), cpu, wall


def _seconds(clock: str) -> float:
    """Seconds of Slurm's [[days-]hours:]minutes:seconds."""
    days, _, rest = clock.rpartition("-")
    total = 0.0
    for part in rest.split(":"):
        total = total * 60 + float(part)
    return total + 86400 * int(days or 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slots", type=int, default=2, help="jobs at a time")
    slots = parser.parse_args().slots
    print("| profile | trials per job | trials | jobs | core seconds a trial | CPU seconds a trial | wall |")
    print("|---|---:|---:|---:|---:|---:|---:|", flush=True)
    for profile in PROFILES:
        for per_job in TRIALS:
            trials, jobs, elapsed, cpu, wall = measure(profile, per_job, slots)
            cells = [profile, per_job, trials, jobs, f"{elapsed / trials:.2f}", f"{cpu / trials:.2f}", f"{wall:.0f} s"]
            print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
