#!/usr/bin/env bash
# Prints success, failed or running for a Grid Engine job: status.sh JOBID
#
# A job that waits or runs is known to qstat, one that has ended to qacct, a little later. A job in a state with E met
# an error of the scheduler and will not start any more.
set -uo pipefail

state=$(qstat -u "$(id -un)" 2>/dev/null | awk -v id="$1" '$1 == id {print $5; exit}')
if [ -z "$state" ]; then
    said=$(qacct -j "$1" 2>/dev/null) || state=unknown # not yet written, or nobody answers
fi
case $state in
    "")
        failed=$(awk '$1 == "failed" {value = $2} END {print value}' <<<"$said")
        code=$(awk '$1 == "exit_status" {value = $2} END {print value}' <<<"$said")
        [ "$failed" = 0 ] && [ "$code" = 0 ] && echo success || echo failed
        ;;
    *E*) echo failed ;;
    *) echo running ;;
esac
