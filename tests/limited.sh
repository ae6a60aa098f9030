# Sourced by the tests of limits, after tap.sh.
# shellcheck shell=bash disable=SC2154 # program and scratch are those of tap.sh

tried=0
bad=0
as_user=()       # a command that starts the program as another user
limit_seconds=20 # for a run

# Runs the program under a limit of bash's ulimit, and counts the run as bad unless it ends with a
# result or with status 1 and one line. Where the memory does not suffice to load the libraries, that
# line and status 127 are the dynamic loader's.
limited() { # LIMIT VALUE ARGUMENT...
    local limit=$1 value=$2 status
    shift 2
    # With a stack of 16 or 20 KB Linux ends 2 of 100 processes with SIGSEGV before they run, /bin/true
    # too: the stack begins at a random place. A program that needs a larger stack ends like that every time.
    for _ in 1 2 3 4; do
        status=0
        # shellcheck disable=SC2016 # expanded by the inner shell
        timeout -s KILL "$limit_seconds" "${as_user[@]}" bash -c 'ulimit "$1" "$2"; shift 2; exec "$@"' - \
            "$limit" "$value" "$program" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
        if [ "$limit" != -s ] || [ "$value" -gt 20 ] || [ "$status" -ne 139 ]; then
            break
        fi
    done
    tried=$((tried + 1))
    if [ "$status" -eq 0 ]; then
        [ -s "$scratch/out" ] && [ ! -s "$scratch/err" ] && return
    elif [ "$status" -eq 1 ]; then
        [ "$(grep -c '^mnist-train: ' "$scratch/err")" -eq 1 ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] && return
    elif [ "$status" -eq 127 ]; then
        [ "$(grep -cE 'error while loading shared libraries|cannot allocate TLS' "$scratch/err")" -eq 1 ] &&
            [ "$(wc -l <"$scratch/err")" -eq 1 ] && return
    fi
    bad=$((bad + 1))
    echo "ulimit $limit $value, status $status: $*"
    tail -n 3 "$scratch/out" "$scratch/err"
}

none_is_bad() {
    echo "$tried tried, $bad bad"
    [ "$bad" -eq 0 ]
}
