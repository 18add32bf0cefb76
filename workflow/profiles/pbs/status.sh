#!/usr/bin/env bash
# Prints success, failed or running for a PBS job: status.sh JOBID
#
# PBS Pro and OpenPBS show finished jobs with -x, for as long as job_history_duration says; Torque without. A job that
# nobody knows counts as failed: the trial is run again, and a result that it has left is found and taken.
set -uo pipefail

said=$(qstat -x -f "$1" 2>&1) || said=$(qstat -f "$1" 2>&1)
state=$(sed -n 's/^ *job_state = *//p' <<<"$said")
code=$(sed -n 's/^ *[Ee]xit_status = *//p' <<<"$said")

case $state in
    F | C | X) [ "$code" = 0 ] && echo success || echo failed ;;
    "") grep -qi 'unknown job\|has finished' <<<"$said" && echo failed || echo running ;; # or the server is silent
    *) echo running ;;
esac
