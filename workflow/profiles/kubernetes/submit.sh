#!/usr/bin/env bash
# Creates a Kubernetes job and prints its name: submit.sh CORES MB MINUTES GPUS SCRIPT
#
# The job is tried once (Snakemake tries again), is ended after its minutes, and is forgotten a day after its end.
set -euo pipefail
: "${SNAKETUNE_IMAGE:?names the container image of the jobs}"
: "${SNAKETUNE_CLAIM:?names the persistent volume claim that holds the project}"
: "${SNAKETUNE_MOUNT:?is where that volume is mounted, here and in the jobs}"
gpus=""
[ "$4" = 0 ] || gpus=", nvidia.com/gpu: \"$4\""
kubectl create --output=name --filename=- <<MANIFEST | sed 's#.*/##'
apiVersion: batch/v1
kind: Job
metadata:
  generateName: snaketune-
spec:
  backoffLimit: 0
  activeDeadlineSeconds: $(($3 * 60))
  ttlSecondsAfterFinished: 86400
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: trial
          image: "$SNAKETUNE_IMAGE"
          workingDir: "$PWD"
          command: ["bash", "$5"]
          resources:
            requests: {cpu: "$1", memory: "$2M"$gpus}
            limits: {memory: "$2M"$gpus}
          volumeMounts: [{name: project, mountPath: "$SNAKETUNE_MOUNT"}]
      volumes:
        - name: project
          persistentVolumeClaim: {claimName: "$SNAKETUNE_CLAIM"}
MANIFEST
