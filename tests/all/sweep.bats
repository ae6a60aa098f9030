#!/usr/bin/env bats
# Many runs: sweeps, the reproduction of the tutorial, the smoke test.
load ../support/program

export MNIST_TRAIN=$program
small=(-- --data "$drawn" --train-limit 320 --test-limit 200)

sweep() { # OPTION...
    "$root/scripts/sweep.sh" --out "$scratch/runs" "$@" "${small[@]}" 2>>"$scratch/err"
}

@test "every combination is a run" {
    sweep --seeds 0,7 --lr 0.001,0.002 --batch 32,64 --epochs 1 --loss tutorial,logits >"$scratch/table"
    expect test "$(find "$scratch/runs" -name '*.jsonl' | wc -l)" -eq 16
    expect test "$(tail -n +2 "$scratch/table" | wc -l)" -eq 8
    expect test "$(tail -n +2 "$scratch/table" | awk '$6 != 2' | wc -l)" -eq 0
    need jq
    expect test "$(jq -rs 'map("\(.seed) \(.lr) \(.batch) \(.loss)") | unique | length' "$scratch/runs/runs.json")" -eq 16
}

@test "what is there is not run again" {
    sweep --seeds 0-3 --epochs 1 >/dev/null
    touch -d '2001-01-01' "$scratch"/runs/*.jsonl
    rm "$scratch"/runs/*seed-2.jsonl
    head -n 2 "$scratch"/runs/*seed-1.jsonl >"$scratch/cut"
    cp "$scratch/cut" "$scratch"/runs/*seed-1.jsonl # as if it had been killed
    touch -d '2001-01-01' "$scratch"/runs/*.jsonl
    sweep --seeds 0-5 --epochs 1 >"$scratch/table"
    expect test "$(find "$scratch/runs" -name '*.jsonl' -newermt 2002-01-01 | wc -l)" -eq 4
    expect grep -qE '^tutorial +1 +32 +0.001 +- +6 ' "$scratch/table"
}

# With the variables that Slurm sets for --array=1-5:2.
@test "the tasks of a job array share the runs among them" {
    export SLURM_SUBMIT_DIR=$root SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=5 SLURM_ARRAY_TASK_COUNT=3
    for task in 1 3 5; do
        SLURM_ARRAY_TASK_ID=$task bash "$root/scripts/sweep.sbatch" --out "$scratch/runs" --seeds 0-6 --epochs 1 \
            "${small[@]}" 2>>"$scratch/err"
        find "$scratch/runs" -name '*.jsonl' | wc -l
    done >"$scratch/counts"
    expect test "$(xargs <"$scratch/counts")" = "3 5 7"
}

@test "print says what is left and runs nothing" {
    sweep --seeds 0-3 --epochs 1 --print >"$scratch/commands"
    expect test "$(wc -l <"$scratch/commands")" -eq 4
    expect test -z "$(find "$scratch/runs" -name '*.jsonl')"
    sh -euc "$(sed -n 2p "$scratch/commands")"
    sweep --seeds 0-3 --epochs 1 --print >"$scratch/commands"
    expect test "$(wc -l <"$scratch/commands")" -eq 3
}

@test "a run that fails is told and the others go on" {
    fails_with 1 sweep --seeds 0-1 --lr 0.001,1e30 --epochs 1 >"$scratch/table"
    cat "$scratch/err"
    expect test "$(grep -c 'lr-1e30.*: mnist-train: epoch 0, batch .*: expected a finite loss' "$scratch/err")" -eq 2
    expect grep -q 'sweep: expected 4 runs in .*, 2 are missing' "$scratch/err"
    expect grep -qE '^tutorial +1 +32 +0.001 +- +2 ' "$scratch/table"
}

@test "wrong lists are refused" {
    for list in '' a 1- 3-1 1,,2 '1,' -1; do
        fails_with 2 sweep --seeds "$list"
    done
    fails_with 2 sweep --task 3/3
    fails_with 2 sweep --jobs 0
    fails_with 2 sweep --sead 1
    fails_with 2 sweep --seeds
    expect test "$(wc -l <"$scratch/err")" -eq 11
    expect test -z "$(find "$scratch/runs" -name '*.jsonl' 2>/dev/null)"
}

# The figures of the table against arithmetic on the lines that the runs print.
@test "the table is right" {
    sweep --seeds 0-4 --epochs 1 >"$scratch/table"
    for seed in 0 1 2 3 4; do
        "$program" --seed "$seed" --epochs 1 "${small[@]:1}" 2>/dev/null |
            sed -n 's/^Test.*(\([0-9.]*\) %.*/\1/p'
    done | awk '{ sum += $1; squares += $1 * $1; if (NR == 1 || $1 < least) least = $1; if ($1 > most) most = $1 }
        END { printf "%.2f %.2f %.2f %.2f\n", sum / NR, sqrt((squares - sum * sum / NR) / (NR - 1)), least, most }' \
        >"$scratch/expected"
    expect test "$(tail -n 1 "$scratch/table" | awk '{ print $8, $9, $10, $11 }')" = "$(cat "$scratch/expected")"
}

# Writes made-up logs of which every figure of the table can be reckoned by hand: one for each line "SEED
# DIFFERENCE" of stdin.
make_logs() {
    mkdir -p "$scratch/made"
    awk -v directory="$scratch/made" '
        BEGIN { split("1.6167 86.02 1.5299 93.26 1.5143 94.69 1.5059 95.46 1.5003 95.98", t, " ") }
        {
            file = directory "/loss-tutorial_epochs-5_batch-32_lr-0.001_seed-" $1 ".jsonl"
            printf "{\"event\":\"run\",\"variables\":[],\"seed\":%d,\"epochs\":5,\"batch\":32,\"lr\":0.001,\"loss\":\"tutorial\",\"transforms\":[],\"loaded\":null,\"program\":\"p\",\"kernel\":\"k\"}\n", $1 >file
            for (i = 1; i <= 9; i += 2)
                printf "{\"event\":\"epoch\",\"epoch\":%d,\"tutorial\":{\"loss\":%.6f,\"accuracy\":%.4f},\"exact\":{\"loss\":1.5,\"accuracy\":96.5},\"seconds\":1}\n", (i - 1) / 2, t[i] + $2 / 100, t[i + 1] + $2 >file
            printf "{\"event\":\"test\",\"tutorial\":{\"accuracy\":%.4f},\"exact\":{\"accuracy\":96.6},\"seconds\":1}\n", 96.32 + $2 >file
            close(file)
        }'
}

@test "the tutorials place among the seeds is right" {
    printf '0 -1\n1 0.2\n2 1\n3 2\n' | make_logs
    "$root/scripts/summarise.py" "$scratch/made" --tutorial >"$scratch/table"
    cat "$scratch/table"
    expect grep -qE '^test accuracy +96.32 +96.87 +1.27 +95.32 +98.32 +25.0 +96.60$' "$scratch/table"
    expect grep -qE '^epoch 0 loss +1.6167 +1.6222 +0.0127 +1.6067 +1.6367 +25.0 +1.5000$' "$scratch/table"
    expect grep -q '^Nearest of 4 seeds: 1, at 0.16 ' "$scratch/table"
    expect grep -qx 'Test Accuracy: 96.52' "$scratch/table"
    expect grep -q '^No verdict: expected 400 seeds or more, found 4' "$scratch/table"
}

@test "a log cannot control the terminal" {
    printf '0 0\n1 0\n' | make_logs
    sed -Ei 's/"seed":(.),/&"\\u001b[31mred":"\\u0007\1",/' "$scratch"/made/*
    "$root/scripts/summarise.py" "$scratch/made" >"$scratch/table"
    cat -v "$scratch/table"
    expect grep -q '?\[31mred' "$scratch/table"
    expect grep -q '?1 ' "$scratch/table"
    LC_ALL=C fails_with 1 grep '[^ -~]' "$scratch/table"
}

@test "reproduce goes on from a shorter run" {
    cd "$scratch"
    export MNIST_DATA=$drawn
    "$root/scripts/reproduce.sh" --seeds 1 --out runs >one 2>>err
    touch -d '2001-01-01' runs/*.jsonl
    "$root/scripts/reproduce.sh" --seeds 2 --out runs >two 2>>err
    expect test "$(find runs -name '*.jsonl' -newermt 2002-01-01)" = runs/loss-tutorial_epochs-5_batch-32_lr-0.001_--reproducible_seed-1.jsonl
    expect grep -q 'No verdict: expected 400 seeds or more, found 2' two
    expect test "$("$program" --quiet --reproducible --seed 0)" = "$(sed -n '/^Epoch: 0/,/^Test/p' one)"
    fails_with 2 "$root/scripts/reproduce.sh" --seeds 0
}

# A program that prints another last digit, and one that fails.
@test "the smoke test fails when a digit differs" {
    printf '#!/bin/sh\n"%s" "$@" | sed "s/Loss: 3.026./Loss: 3.0269/; s/Loss: 1.622./Loss: 1.6229/"\n' "$program" \
        >"$scratch/other"
    printf '#!/bin/sh\nexit 3\n' >"$scratch/broken"
    chmod +x "$scratch/other" "$scratch/broken"
    fails_with 1 "$root/scripts/smoke.sh" "$scratch/other" 2>"$scratch/err"
    cat "$scratch/err"
    expect grep -q '^smoke: expected these lines:$' "$scratch/err"
    expect grep -q '^found these:$' "$scratch/err"
    expect grep -qE '^Epoch: .* Loss: (3.0269|1.6229) ' "$scratch/err"
    fails_with 3 "$root/scripts/smoke.sh" "$scratch/broken"
}
