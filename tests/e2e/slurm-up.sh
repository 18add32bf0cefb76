#!/usr/bin/env bash
# A real Slurm of two nodes on this one machine, for the tests: slurm-up.sh [FOLDER]
#
# Installs Debian's packages if they are missing and starts what of munged, slurmctld and two slurmd does not run yet,
# so that calling it again brings a killed node back. Needs root. Configuration, keys, logs and state are in FOLDER
# (default /tmp/snaketune-slurm); outside of it there is only the link /etc/slurm/slurm.conf, because steps of a job
# find Slurm by nothing else. To be rid of it: pkill slurmd; pkill slurmctld; pkill munged; rm -r FOLDER and the link.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C DEBIAN_FRONTEND=noninteractive
unset SLURM_CONF

folder=${1:-/tmp/snaketune-slurm}
port=27700 # and the two after it
nodes=(n1 n2)
socket=$folder/munge/socket

fail() {
    echo "slurm-up.sh: $*" >&2
    exit 1
}

# within SECONDS COMMAND…: whether the command succeeds in time
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}

# start NAME PIDFILE COMMAND…: starts a daemon, unless the process of its pid file is one of that name
start() {
    local name=$1 file=$2 pid
    shift 2
    pid=$(cat "$file" 2>/dev/null || true)
    [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$name" ] && return
    rm -f "$file"
    "$@" >>"$folder/log/start.log" 2>&1 </dev/null || fail "$name does not start, see $folder/log"
}

install_packages() {
    command -v munged >/dev/null && command -v slurmctld >/dev/null && command -v slurmd >/dev/null &&
        command -v sbatch >/dev/null && return
    local policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then # without it the packages would start daemons of their own
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    { apt-get update -q && apt-get install -y -q --no-install-recommends munge slurmctld slurmd slurm-client; } \
        >"$folder/log/apt.log" 2>&1 || fail "apt-get does not install Slurm, see $folder/log/apt.log"
}

# No accounting: squeue remembers ended jobs for MinJobAge seconds. Nodes are given up after SlurmdTimeout seconds, and
# jobs at their time limit are killed KillWait seconds after they are asked to end.
write_configuration() {
    cat >"$folder/slurm.conf" <<END
ClusterName=snaketune
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd-%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd-%n.log
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=5
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=10
KillWait=5
MinJobAge=300
DefMemPerCPU=200
NodeName=n[1-2] NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1))-$((port + 2)) CPUs=6 RealMemory=4000
PartitionName=main Nodes=ALL Default=YES DefaultTime=10 MaxTime=60 State=UP
END
    local link=/etc/slurm/slurm.conf
    [ ! -e $link ] || [ -L $link ] || fail "$link is the configuration of another Slurm"
    mkdir -p /etc/slurm
    ln -sfn "$folder/slurm.conf" $link
}

all_nodes_work() {
    [ "$(sinfo --noheader --Node --format=%t | grep -cE '^(idle|mix|alloc)$')" = ${#nodes[@]} ]
}

[ "$(id -u)" = 0 ] || fail "only root can start a Slurm"
mkdir -p "$folder"/{log,run,state,spool/n1,spool/n2}
mkdir -p -m 755 "$folder/munge"
mkdir -p -m 700 "$folder/key"
install_packages
write_configuration
[ -s "$folder/key/munge.key" ] || (umask 077 && head -c 128 /dev/urandom >"$folder/key/munge.key")
start munged "$folder/run/munged.pid" munged --force --key-file="$folder/key/munge.key" --socket="$socket" \
    --pid-file="$folder/run/munged.pid" --log-file="$folder/log/munged.log" --seed-file="$folder/key/seed"
within 10 munge --no-input --socket="$socket" || fail "munged does not answer, see $folder/log/munged.log"
start slurmctld "$folder/run/slurmctld.pid" slurmctld -f "$folder/slurm.conf"
for node in "${nodes[@]}"; do
    start slurmd "$folder/run/slurmd-$node.pid" slurmd -f "$folder/slurm.conf" -N "$node"
done
if ! within 10 all_nodes_work; then
    scontrol update nodename="$(IFS=, && echo "${nodes[*]}")" state=resume >/dev/null 2>&1 || true
    within 60 all_nodes_work || fail "not all nodes work: $(sinfo --noheader --Node --format='%N %t' | xargs)"
fi
