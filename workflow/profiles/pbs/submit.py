#!/usr/bin/env python3
"""Submits a job to PBS and prints its id: submit.py JOBSCRIPT

What to ask for is in the job's properties, which Snakemake writes into the script: `threads` and `resources`, which
are those of the configuration (objective.resources) and the profile's default-resources. PBS Pro and OpenPBS know
`select`; for Torque write nodes=1:ppn=… in its place.
"""

import json
import os
import re
import shlex
import subprocess
import sys

LOGS = ".snakemake/pbs_logs/"


def options(job):
    """The options of qsub for a job's properties."""
    asked = job["resources"]
    select = f"select=1:ncpus={job['threads']}:mem={asked['mem_mb']}mb"
    if asked.get("gpu"):
        select += f":ngpus={asked['gpu']}"
    named = [("-q", asked.get("pbs_queue")), ("-A", asked.get("pbs_account"))]
    given = [word for option, value in named if value for word in (option, value)]
    return ["-l", select, "-l", f"walltime={asked['runtime'] * 60}", *given, *shlex.split(asked.get("pbs_extra", ""))]


if __name__ == "__main__":
    with open(sys.argv[1]) as script:
        properties = json.loads(re.search("^# properties = (.*)$", script.read(), re.MULTILINE)[1])
    os.makedirs(LOGS, exist_ok=True)
    # -V the environment, -r y run it again if its node is lost, -j oe one log for both streams
    fixed = ["-V", "-r", "y", "-j", "oe", "-N", "snaketune", "-o", LOGS]
    done = subprocess.run(
        ["qsub", *fixed, *options(properties), sys.argv[1]], capture_output=True, text=True, check=False
    )
    # Snakemake reads nothing but the output: a refusal has to stand there for anybody to learn its reason.
    sys.stderr.write("" if done.returncode else done.stderr)
    sys.stdout.write(done.stderr if done.returncode else done.stdout)
    sys.exit(done.returncode)
