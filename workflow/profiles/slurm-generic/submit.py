#!/usr/bin/env python3
"""Submits a job to Slurm and prints its id: submit.py JOBSCRIPT

What to ask for is in the job's properties, which Snakemake writes into the script: `threads` and `resources`, which
are those of the configuration (objective.resources) and the profile's default-resources.
"""

import json
import os
import re
import shlex
import subprocess
import sys

LOGS = ".snakemake/slurm_logs"
OPTIONS = {
    "clusters": "--clusters", "constraint": "--constraint", "gpu": "--gpus", "gres": "--gres", "mem_mb": "--mem",
    "nodes": "--nodes", "qos": "--qos", "runtime": "--time", "slurm_account": "--account",
    "slurm_partition": "--partition",
}  # fmt: skip


def options(job):
    """The options of sbatch for a job's properties."""
    asked = job["resources"]
    given = [f"{option}={asked[name]}" for name, option in OPTIONS.items() if asked.get(name)]
    return [
        f"--cpus-per-task={asked.get('cpus_per_task', job['threads'])}",
        *given,
        *shlex.split(asked.get("slurm_extra", "")),
    ]


if __name__ == "__main__":
    with open(sys.argv[1]) as script:
        properties = json.loads(re.search("^# properties = (.*)$", script.read(), re.MULTILINE)[1])
    os.makedirs(LOGS, exist_ok=True)
    # --parsable prints the bare id; --requeue: a job whose node died, or that made room for another, is queued again
    fixed = ["--parsable", "--requeue", f"--job-name=snaketune-{properties['rule']}", f"--output={LOGS}/%j.log"]
    command = ["sbatch", *fixed, *options(properties), sys.argv[1]]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    # Snakemake reads nothing but the output: a refusal has to stand there for anybody to learn its reason.
    sys.stderr.write("" if done.returncode else done.stderr)
    sys.stdout.write(done.stderr if done.returncode else done.stdout)
    sys.exit(done.returncode)
