#!/usr/bin/env bats
# scripts/test.sh in an environment that is as odd as a user's may be: nothing fails, and nothing else is
# skipped than in a clean one.
load ../support/program

# Runs a command of the tests in the odd environment.
run_tests() { # SKIPPED LOCALE COMMAND...
    mkdir -p "$scratch/a directory" "$scratch/modules" "$scratch/locales"
    chmod 755 "$BATS_RUN_TMPDIR" "$(dirname "$scratch")" "$scratch"
    chmod 1777 "$scratch/a directory"
    echo 'raise SystemExit(1)' | tee "$scratch/modules/PIL.py" >"$scratch/modules/json.py"
    status=0
    (umask 077 && env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" LC_ALL="$2" LOCPATH="$scratch/locales" \
        OPENBLAS_CORETYPE=Nehalem OPENBLAS_L2_SIZE=256 OPENBLAS_NUM_THREADS=3 OMP_NUM_THREADS=1 BLIS_NUM_THREADS=2 \
        TERM=dumb NO_COLOR=1 CDPATH=. POSIXLY_CORRECT=1 MAKEFLAGS=-k CC=clang CFLAGS=-O1 WERROR=1 BUILD="$root/build/odd" \
        TMPDIR="$scratch/a directory" HOME=/nonexistent MNIST_DATA=/nonexistent PYTHONPATH="$scratch/modules" \
        "${@:3}" >"$scratch/out" 2>&1) || status=$?
    cat "$scratch/out"
    expect test "$status" -eq 0
    grep ' skipped: ' "$scratch/out" | grep -vE "MNIST|this processor|$1" >"$scratch/skipped" || true
    expect test ! -s "$scratch/skipped"
}

build_odd() {
    need clang
    make -C "$root" -j2 WERROR=1 CC=clang CFLAGS=-O1 BUILD="$root/build/odd" all tests
}

@test "the first tier passes for another user, with odd variables, Turkish letters and no pseudo-terminals" {
    need setpriv localedef
    [ "$(id -u)" -eq 0 ] || skip "only root can run it as another user"
    unshare --mount true 2>/dev/null || skip "mount namespaces are not permitted"
    user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${user[@]}" test -r "$root/Makefile" || skip "other users cannot read the checkout"
    mkdir "$scratch/locales"
    localedef -i tr_TR -f UTF-8 "$scratch/locales/tr_TR.UTF-8" || skip "localedef has no Turkish locale"
    build_odd
    run_tests "no pseudo-terminals|only root|control group" tr_TR.UTF-8 unshare --mount --propagation private \
        sh -c 'mount -t tmpfs none /dev/pts && mount --bind /dev/null /dev/ptmx && exec "$@"' sh "${user[@]}" \
        "$root/scripts/test.sh"
}

@test "threads and signals pass with a missing locale beside two busy processes a core" {
    build_odd
    for ((i = 0; i < 2 * $(getconf _NPROCESSORS_ONLN); i++)); do
        while true; do true; done 3>&- &
    done
    run_tests none xx_XX.UTF-8 "$root/tests/run.sh" "$root"/tests/cli/{threads,signals}.bats \
        "$root"/build/odd/tests/unit/{thread_pool,train_loop}
}
