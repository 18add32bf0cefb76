#!/usr/bin/env bash
# Prints success, failed or running for a Slurm job: status.sh JOBID
#
# Snakemake calls this once for each job and round of checks. All jobs are asked for together, and the answer is kept
# in .snakemake/ for a few seconds, so that thousands of jobs cost the controller one question now and then.
#
# A job that the controller no longer knows is looked up in the accounting database. One that nobody knows counts as
# failed: Snakemake then runs the trial again, and a result that it has left is found and taken.
set -uo pipefail

id=$1
list=.snakemake/slurm-jobs
fresh=5 # seconds
ended=.snakemake/snaketune-ended # how failed jobs ended, for the line that says so

# Renews the list of this user's jobs, unless another call has just done so. An old list stays if Slurm is silent.
renew() {
    local age=$(($(date +%s) - $(stat -c %Y "$list" 2>/dev/null || echo 0)))
    [ "$age" -lt "$fresh" ] && return
    squeue --me --noheader --states=all --format='%i %T' >"$list.$$" 2>/dev/null && mv "$list.$$" "$list"
    rm -f "$list.$$"
}

# The job's state; nothing if it can't be known now, UNKNOWN if Slurm answers that there is no such job.
state() {
    local found
    renew
    found=$(awk -v id="$id" '$1 == id {print $2; exit}' "$list" 2>/dev/null)
    [ -n "$found" ] && echo "$found" && return
    if found=$(squeue --noheader --states=all --jobs="$id" --format=%T 2>&1) && [ -n "$found" ]; then
        echo "$found" && return
    fi
    case $found in "" | *[Ii]nvalid\ job\ id*) ;; *) return ;; esac
    found=$(sacct --allocations --noheader --parsable2 --jobs="$id" --format=State 2>/dev/null | tail -n 1)
    echo "${found:-UNKNOWN}"
}

state=$(state)
case $state in
    COMPLETED) echo success ;;
    BOOT_FAIL | CANCELLED* | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | PREEMPTED | REVOKED | TIMEOUT | UNKNOWN)
        echo "$id $state" >>"$ended"
        echo failed
        ;;
    *) echo running ;; # waiting, running, ending, suspended, queued again; or Slurm does not answer
esac
