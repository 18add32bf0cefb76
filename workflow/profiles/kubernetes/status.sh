#!/usr/bin/env bash
# Prints success, failed or running for a Kubernetes job: status.sh NAME
set -uo pipefail
if ! said=$(kubectl get job "$1" --output=jsonpath='{.status.succeeded}/{.status.failed}' 2>&1); then
    # One that somebody has deleted counts as failed; that the server is silent does not.
    grep -qi 'not found' <<<"$said" && echo failed || echo running
    exit
fi
case $said in 1/*) echo success ;; /) echo running ;; *) echo failed ;; esac
