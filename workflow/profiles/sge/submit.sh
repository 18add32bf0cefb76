#!/usr/bin/env bash
# Submits a job to Grid Engine and prints its id: submit.sh CORES MB MINUTES SCRIPT
#
# The name of the parallel environment for the cores of one machine differs between clusters (qconf -spl), and so does
# that of the memory limit, which counts for each core.
set -euo pipefail
parallel=smp
memory=h_vmem
mkdir -p .snakemake/sge_logs
# -terse prints the bare id, -V the environment, -r y run it again if its node is lost, -j y one log for both streams
exec qsub -terse -V -cwd -r y -j y -N snaketune -o .snakemake/sge_logs/ -S /bin/bash \
    -pe "$parallel" "$1" -l "$memory=$((($2 + $1 - 1) / $1))M,h_rt=$(($3 * 60))" "$4"
