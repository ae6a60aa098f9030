#!/bin/sh
# usage: fetch-mnist.sh [DIR]
# Downloads MNIST's four files into DIR (default: data/mnist of this project) from the first mirror that
# has them, or from $MNIST_MIRROR (a base URL; file:// works too). Each file is verified before it
# gets its name.
set -eu

files='
train-images-idx3-ubyte.gz 9912422 440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609
train-labels-idx1-ubyte.gz 28881 3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c
t10k-images-idx3-ubyte.gz 1648877 8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6
t10k-labels-idx1-ubyte.gz 4542 f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6
'
mirrors='https://ossci-datasets.s3.amazonaws.com/mnist
https://storage.googleapis.com/cvdf-datasets/mnist'

. "$(dirname -- "$0")/say.sh"

case ${1-} in
-h | --help)
    sed -n '2,/^set/s/^# //p' "$0"
    exit 0
    ;;
-*)
    say "expected a directory, found the option '$1'"
    exit 2
    ;;
esac
if [ $# -gt 1 ]; then
    say "expected one directory, found $# arguments"
    exit 2
fi
directory=${1:-$(dirname "$0")/../data/mnist}
[ -z "${MNIST_MIRROR-}" ] || mirrors=${MNIST_MIRROR%/}

checksum() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi |
        cut -c1-64
}

child=

# Runs a command in the background and waits: a signal then runs its trap at once. The command may
# write files of this size and little more; then SIGXFSZ ends it.
interruptible() { # SIZE COMMAND...
    blocks=$(($1 / 512 + 2)) # in POSIX, the unit of ulimit -f is 512 bytes
    shift
    (
        # shellcheck disable=SC3045 # nor is a core dump everywhere
        ulimit -c 0 2>/dev/null || true
        ulimit -f "$blocks"
        exec "$@"
    ) &
    child=$!
    wait "$child"
}

# Downloads a file of this size. If it fails, FILE.reason has the reason.
download() { # URL FILE SIZE
    if command -v curl >/dev/null 2>&1; then
        interruptible "$3" curl -fsSL --connect-timeout 5 --speed-limit 1000 --speed-time 10 --max-time 300 \
            -o "$2" "$1" 2>"$2.reason"
    elif [ "${1#file://}" != "$1" ]; then
        interruptible "$3" cp "${1#file://}" "$2" 2>"$2.reason"
    elif command -v wget >/dev/null 2>&1; then
        interruptible "$3" wget -q --tries=1 --connect-timeout=5 --read-timeout=10 -O "$2" "$1" 2>"$2.reason" || {
            [ -s "$2.reason" ] || echo "wget failed" >"$2.reason"
            false
        }
    else
        echo "expected curl or wget, found neither" >"$2.reason"
        false
    fi
}

# Prints the fault of a downloaded file.
describe() { # FILE SIZE
    size=$(wc -c <"$1" | tr -d ' ')
    if [ "$(head -c 1 "$1")" = '<' ]; then
        echo "found a web page"
    elif [ "$size" -lt "$2" ]; then
        echo "found it cut short at $size of $2 bytes"
    else
        echo "found another sha256: $(checksum "$1")"
    fi
}

# Renames a file with other content instead of overwriting it.
keep_old() {
    [ -e "$1" ] || return 0
    old=$1.old
    count=2
    while [ -e "$old" ]; do
        old=$1.old.$count
        count=$((count + 1))
    done
    mv "$1" "$old"
    say "$1: not MNIST's file; renamed to $old"
}

fetch() { # NAME SIZE SHA256
    reason=
    IFS='
'
    for mirror in $mirrors; do
        unset IFS
        if ! download "$mirror/$1" "$partial" "$2"; then
            if [ "$(wc -c <"$partial")" -gt "$2" ]; then
                reason="$mirror: found more than $2 bytes"
                continue
            fi
            reason="$mirror: $(tail -n 1 "$partial.reason")"
        elif [ "$(checksum "$partial")" != "$3" ]; then
            reason="$mirror: $(describe "$partial" "$2")"
        else
            keep_old "$directory/$1"
            chmod 644 "$partial"
            mv "$partial" "$directory/$1"
            return 0
        fi
    done
    say "$1: expected MNIST's file from a mirror; $reason;" \
        "try again, set MNIST_MIRROR to another base URL, or use --data data/drawn"
    return 1
}

is_verified() { # NAME SHA256
    [ -f "$directory/$1" ] && [ "$(checksum "$directory/$1")" = "$2" ]
}

wanted=$(echo "$files" | while read -r name size sum; do
    if [ -n "$name" ] && ! is_verified "$name" "$sum"; then echo "$name $size $sum"; fi
done)
if [ -z "$wanted" ]; then
    say "$directory: all four files are present and verified"
    exit 0
fi

mkdir -p "$directory"
# Removes the files that killed downloads have left. That of a running download is less than a day old.
find "$directory"/.fetch.* -prune -type f -mtime +0 -exec rm -f {} + 2>/dev/null || true
partial=$(mktemp "$directory/.fetch.XXXXXX")
trap 'rm -f "$partial" "$partial.reason"' EXIT
trap 'kill "$child" 2>/dev/null; exit 130' INT
trap 'kill "$child" 2>/dev/null; exit 143' TERM HUP

while read -r name size sum; do
    fetch "$name" "$size" "$sum"
    say "$directory/$name: downloaded"
done <<END
$wanted
END
