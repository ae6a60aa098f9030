#!/usr/bin/env bats
# With little room on the disk, few processes or open files, and with files that unpack to much more than
# their size, a run ends with a result or with one line on stderr.
load ../support/program

train=(--data "$drawn" --epochs 1 --train-limit 320 --test-limit 100 --quiet)

# Runs a command that executes the program. Fails unless it ends with status 0 and a result, or with status 1
# and one line of the program.
result_or_one_line() { # COMMAND...
    local status=0
    "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    if [ "$status" -eq 0 ]; then
        [ -s "$scratch/out" ] && [ ! -s "$scratch/err" ] && return
    elif [ "$status" -eq 1 ]; then
        [ "$(wc -l <"$scratch/err")" -eq 1 ] && grep -q '^mnist-train: ' "$scratch/err" && return
    fi
    echo "status $status: $*"
    tail -n 3 "$scratch/out" "$scratch/err"
    return 1
}

# with_limit OPTION VALUE COMMAND...: bash's ulimit.
with_limit() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    bash -c 'ulimit "$1" "$2"; shift 2; exec "$@"' - "$@"
}

@test "a file above the size limit is an error and keeps the old one" {
    cd "$scratch"
    for output in save checkpoint grid log report; do
        echo old >"$output"
        for kilobytes in 1 100; do
            result_or_one_line with_limit -f "$kilobytes" "$program" "${train[@]}" "--$output" "$output"
            [ ! -s err ] || grep "cannot write .*$output.*: File too large" err
            [ "$output" = log ] || [ ! -s err ] || expect test "$(cat "$output")" = old
        done
    done
}

@test "with few processes a run ends with a result or one line" {
    [ "$(id -u)" -eq 0 ] || skip "only root can run the program as a user without other processes"
    need setpriv
    chmod 755 "$BATS_RUN_TMPDIR" "$scratch/.." "$scratch"
    cp "$program" "$scratch/program"
    cp -r "$drawn" "$scratch/drawn"
    as_user=(setpriv --reuid=64321 --regid=64321 --clear-groups)
    "${as_user[@]}" bash -c "'$scratch/program' --version" >"$scratch/out" ||
        skip "another user cannot run the program"
    export OPENBLAS_NUM_THREADS=1 # OpenBLAS itself ends a program whose threads cannot start
    for processes in 1 2 3 5; do
        result_or_one_line "${as_user[@]}" bash -c "ulimit -u $processes; exec \"\$@\"" - \
            "$scratch/program" "${train[@]}" --data "$scratch/drawn" --threads 4
    done
}

@test "with few open files a run ends with a result or one line" {
    cd "$scratch"
    for files in 8 10 16; do # bats itself holds some
        result_or_one_line with_limit -n "$files" "$program" "${train[@]}" --report report --log log \
            --checkpoint checkpoint --save saved
    done
}

# A header may promise 3 TB, and a picture of less than 2 MB unpack to 250 MB.
@test "a small file does not make a run use more than 200 megabytes" {
    need "$python"
    cd "$scratch"
    "$program" "${train[@]}" --save model >out
    "$python" - <<'END'
import gzip
for name, start in (("promised", bytes.fromhex("00000803ee6b28000000001c0000001c")),  # 4 000 000 000 images
                    ("picture", b"P2 8000 8000 255 ")):
    with gzip.open(name + ".gz", "wb", 1) as out:
        out.write(start)
        for _ in range(250 if name == "picture" else 1):
            out.write((b" " if name == "picture" else b"\0") * 10**6)
END
    while read -r command; do
        # shellcheck disable=SC2086 # words
        "$python" -c 'import os, subprocess, sys
_, status, usage = os.wait4(subprocess.Popen(sys.argv[1:]).pid, 0)
print(sys.argv[2:], usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 1 or usage.ru_maxrss > 200 * 1024)' "$program" $command 2>err
        cat err
        expect test "$(wc -l <err)" -eq 1
    done <<END
--predict promised.gz --load model
--predict picture.gz --load model
--load promised.gz --epochs 0 --data $drawn
END
}
