#!/usr/bin/env bats
# Sweeps by Slurm, of which this test starts one node, and by GNU parallel.
load ../support/program

drawn=$root/data/drawn
options=(--seeds 0-6 --epochs 1 -- --data "$drawn" --train-limit 320)

# Starts a cluster of one node, with its files in $scratch, until the end of the test.
start_slurm() {
    need munged slurmctld slurmd sbatch
    [ "$(id -u)" -eq 0 ] || skip "only root can start Slurm"
    mkdir -p "$scratch/munge" "$scratch/state" "$scratch/spool"
    chmod 711 "$scratch/munge"
    chmod 755 "$scratch" "$(dirname "$scratch")"
    head -c 1024 /dev/urandom >"$scratch/munge/key"
    chmod 400 "$scratch/munge/key"
    munged --force --foreground --key-file="$scratch/munge/key" --socket="$scratch/munge/socket" \
        --pid-file="$scratch/munge/pid" --log-file="$scratch/munge/log" --seed-file="$scratch/munge/seed" \
        >"$scratch/munged.out" 2>&1 &
    started=$!
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
SlurmctldLogFile=$scratch/slurmctld.log
SlurmdLogFile=$scratch/slurmd.log
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
    until [ -S "$scratch/munge/socket" ]; do sleep 0.1; done
    slurmctld -D >"$scratch/slurmctld.out" 2>&1 &
    started="$started $!"
    slurmd -D >"$scratch/slurmd.out" 2>&1 &
    local daemon=$!
    started="$started $daemon"
    # shellcheck disable=SC2064 # the processes started so far
    trap "kill $started 2>/dev/null; wait" EXIT
    local tries=0
    until sinfo -h -o %t 2>/dev/null | grep -q idle; do
        # for example where there are no control groups
        kill -0 "$daemon" 2>/dev/null || skip "slurmd does not start: $(tail -n 1 "$scratch/slurmd.out")"
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || {
            tail -n 5 "$scratch"/*.out "$scratch"/*.log
            return 1
        }
        sleep 0.1
    done
}

@test "a slurm job array runs a sweep" {
    start_slurm
    cd "$root"
    sbatch --wait --array=1-5:2 --output="$scratch/job-%a.out" scripts/sweep.sbatch --out "$scratch/sweep" "${options[@]}" ||
        { cat "$scratch"/job-*.out "$scratch"/*.log && return 1; }
    cat "$scratch"/job-*.out
    expect test "$(find "$scratch/sweep" -name '*.jsonl' | wc -l)" -eq 7
    # no run is left: it prints only the table
    scripts/sweep.sh --out "$scratch/sweep" "${options[@]}" >"$scratch/table" 2>"$scratch/err"
    expect test ! -s "$scratch/err"
    expect grep -qE '^tutorial +1 +32 +0.001 +- +7 ' "$scratch/table"
}

@test "gnu parallel runs a sweep" {
    need parallel
    "$root/scripts/sweep.sh" --out "$scratch/sweep" --print "${options[@]}" >"$scratch/commands"
    expect test "$(wc -l <"$scratch/commands")" -eq 7
    HOME=$scratch parallel --will-cite --sshlogin : <"$scratch/commands"
    "$root/scripts/sweep.sh" --out "$scratch/sweep" "${options[@]}" >"$scratch/table" 2>"$scratch/err"
    expect test ! -s "$scratch/err"
    expect grep -qE '^tutorial +1 +32 +0.001 +- +7 ' "$scratch/table"
}
