#!/usr/bin/env python3
"""Submits a job to Grid Engine and prints its id: submit.py JOBSCRIPT

What to ask for is in the job's properties, which Snakemake writes into the script: `threads` and `resources`, which
are those of the configuration (objective.resources) and the profile's default-resources.
"""

import json
import os
import re
import shlex
import subprocess
import sys

LOGS = ".snakemake/sge_logs/"
# These differ between clusters: the parallel environment for the cores of one machine (qconf -spl), and the memory
# limit, which counts for each core.
PARALLEL, MEMORY = "smp", "h_vmem"
# MB on top of a trial's: h_vmem limits the address space of all processes of a job, so of Snakemake and the runner too.
OVERHEAD = 500


def options(job):
    """The options of qsub for a job's properties."""
    asked, cores = job["resources"], job["threads"]
    limits = f"{MEMORY}={-(-(asked['mem_mb'] + OVERHEAD) // cores)}M,h_rt={asked['runtime'] * 60}"
    if asked.get("gpu"):
        limits += f",gpu={asked['gpu']}"
    named = [("-q", asked.get("sge_queue")), ("-P", asked.get("sge_project"))]
    given = [word for option, value in named if value for word in (option, value)]
    return ["-pe", PARALLEL, str(cores), "-l", limits, *given, *shlex.split(asked.get("sge_extra", ""))]


if __name__ == "__main__":
    with open(sys.argv[1]) as script:
        properties = json.loads(re.search("^# properties = (.*)$", script.read(), re.MULTILINE)[1])
    os.makedirs(LOGS, exist_ok=True)
    # Grid Engine does not keep a job to its cores, and each thread of OpenBLAS takes 40 MB of address space.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(properties["threads"]))
    # -terse prints the bare id; -V the environment; -r y run it again if its node is lost; -j y one log
    fixed = ["-terse", "-V", "-cwd", "-r", "y", "-j", "y", "-N", "snaketune", "-o", LOGS, "-S", "/bin/bash"]
    done = subprocess.run(
        ["qsub", *fixed, *options(properties), sys.argv[1]], capture_output=True, text=True, check=False
    )
    # Snakemake reads nothing but the output: a refusal has to stand there for anybody to learn its reason.
    sys.stderr.write("" if done.returncode else done.stderr)
    sys.stdout.write(done.stderr if done.returncode else done.stdout)
    sys.exit(done.returncode)
