#!/usr/bin/env bats
# Sweeps by Slurm, of which this test starts one node, and by GNU parallel.
load ../support/program

options=(--seeds 0-6 --epochs 1 -- --data "$drawn" --train-limit 320)

# Starts a cluster of one node, with its files in $scratch.
start_slurm() {
    mkdir -p "$scratch/munge" "$scratch/state" "$scratch/spool"
    chmod 711 "$scratch/munge"
    chmod 755 "$scratch" "$(dirname "$scratch")"
    head -c 1024 /dev/urandom >"$scratch/munge/key"
    chmod 400 "$scratch/munge/key"
    munged --force --foreground --key-file="$scratch/munge/key" --socket="$scratch/munge/socket" \
        --pid-file="$scratch/munge/pid" --log-file="$scratch/munge/log" --seed-file="$scratch/munge/seed" \
        >"$scratch/munged.out" 2>&1 3>&- &
    wait_until $! test -S "$scratch/munge/socket"
    cat >"$scratch/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=36817
SlurmdPort=36818
AuthType=auth/munge
AuthInfo=socket=$scratch/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(getconf _NPROCESSORS_ONLN) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
    export SLURM_CONF=$scratch/slurm.conf
    slurmctld -D >"$scratch/slurmctld.out" 2>&1 3>&- &
    slurmd -D >"$scratch/slurmd.out" 2>&1 3>&- &
    local daemon=$!
    until sinfo -h -o %t 2>/dev/null | grep -q idle; do
        # for example where there are no control groups
        kill -0 "$daemon" 2>/dev/null || skip "slurmd does not start: $(tail -n 1 "$scratch/slurmd.out")"
        sleep 0.1
    done
}

# No run is left: the sweep prints only the table, of seven runs.
is_complete() {
    "$root/scripts/sweep.sh" --out "$scratch/sweep" "${options[@]}" >"$scratch/table" 2>"$scratch/err"
    expect test ! -s "$scratch/err"
    expect grep -qE '^tutorial +1 +32 +0.001 +- +7 ' "$scratch/table"
}

@test "a slurm job array runs a sweep" {
    need munged slurmctld slurmd sbatch
    [ "$(id -u)" -eq 0 ] || skip "only root can start Slurm"
    start_slurm
    cd "$root"
    sbatch --wait --array=1-5:2 --output="$scratch/job-%a.out" scripts/sweep.sbatch --out "$scratch/sweep" "${options[@]}" ||
        { cat "$scratch"/*.out && return 1; }
    is_complete
}

@test "gnu parallel runs a sweep" {
    need parallel
    "$root/scripts/sweep.sh" --out "$scratch/sweep" --print "${options[@]}" >"$scratch/commands"
    expect test "$(wc -l <"$scratch/commands")" -eq 7
    parallel --will-cite --sshlogin : <"$scratch/commands"
    is_complete
}
