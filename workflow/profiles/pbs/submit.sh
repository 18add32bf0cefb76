#!/usr/bin/env bash
# Submits a job to PBS and prints its id: submit.sh CORES MB MINUTES SCRIPT
#
# Torque knows no `select`: there, use -l nodes=1:ppn=CORES,mem=MBmb instead.
set -euo pipefail
mkdir -p .snakemake/pbs_logs
# -V the environment, -r y run it again if its node is lost, -j oe one log for both streams
exec qsub -V -r y -j oe -N snaketune -o .snakemake/pbs_logs/ \
    -l "select=1:ncpus=$1:mem=$2mb" -l "walltime=$(($3 * 60))" "$4"
