#!/usr/bin/env python3
"""Creates a Kubernetes job and prints its name: submit.py JOBSCRIPT

What to ask for is in the job's properties, which Snakemake writes into the script: `threads` and `resources`, which
are those of the configuration (objective.resources) and the profile's default-resources. The job is tried once
(Snakemake tries again), is ended after its minutes, and is forgotten a day after its end.
"""

import json
import os
import re
import subprocess
import sys

SETTINGS = {
    "SNAKETUNE_IMAGE": "the container image of the jobs",
    "SNAKETUNE_CLAIM": "the persistent volume claim that holds the project",
    "SNAKETUNE_MOUNT": "where that volume is mounted, here and in the jobs",
}


def manifest(job, command, settings):
    """The Kubernetes job for a job's properties."""
    asked = job["resources"]
    limits = {"memory": f"{asked['mem_mb']}M"} | ({"nvidia.com/gpu": asked["gpu"]} if asked.get("gpu") else {})
    container = {
        "name": "trial",
        "image": settings["SNAKETUNE_IMAGE"],
        "command": command,
        "workingDir": os.getcwd(),
        "resources": {"limits": limits, "requests": {"cpu": str(job["threads"]), **limits}},
        "volumeMounts": [{"name": "project", "mountPath": settings["SNAKETUNE_MOUNT"]}],
    }
    claim = {"name": "project", "persistentVolumeClaim": {"claimName": settings["SNAKETUNE_CLAIM"]}}
    pod = {"restartPolicy": "Never", "containers": [container], "volumes": [claim]}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"generateName": "snaketune-"},
        "spec": {
            "backoffLimit": 0,
            "activeDeadlineSeconds": asked["runtime"] * 60,
            "ttlSecondsAfterFinished": 86400,
            "template": {"spec": pod},
        },
    }


if __name__ == "__main__":
    missing = [f"{name} ({meaning})" for name, meaning in SETTINGS.items() if not os.environ.get(name)]
    if missing:
        sys.exit(f"set these environment variables: {', '.join(missing)}")
    with open(sys.argv[1]) as script:
        properties = json.loads(re.search("^# properties = (.*)$", script.read(), re.MULTILINE)[1])
    job = json.dumps(manifest(properties, ["bash", sys.argv[1]], os.environ))
    create = ["kubectl", "create", "--output=name", "--filename=-"]
    done = subprocess.run(create, input=job, capture_output=True, text=True, check=False)
    # Snakemake reads nothing but the output: a refusal has to stand there for anybody to learn its reason.
    sys.stderr.write("" if done.returncode else done.stderr)
    print(done.stderr if done.returncode else done.stdout.strip().rpartition("/")[2])
    sys.exit(done.returncode)
