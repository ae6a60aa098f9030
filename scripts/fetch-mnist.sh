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

# Prints the file.
download() { # URL
    if command -v curl >/dev/null 2>&1; then
        curl -fsSL --connect-timeout 5 --speed-limit 1000 --speed-time 10 --max-time 300 "$1"
    elif [ "${1#file://}" != "$1" ]; then
        cat "${1#file://}"
    elif command -v wget >/dev/null 2>&1; then
        wget -q --tries=1 --connect-timeout=5 --read-timeout=10 -O - "$1" || echo "wget failed" >&2
    else
        echo "expected curl or wget, found neither" >&2
    fi
}

# Prints the fault of a download.
describe() { # SIZE
    found=$(wc -c <"$partial" | tr -d ' ')
    if [ "$found" -gt "$1" ]; then
        echo "found more than $1 bytes"
    elif [ -s "$partial.reason" ]; then
        tail -n 1 "$partial.reason"
    elif [ "$(head -c 1 "$partial")" = '<' ]; then
        echo "found a web page"
    elif [ "$found" -lt "$1" ]; then
        echo "found it cut short at $found of $1 bytes"
    else
        echo "found another sha256: $(checksum "$partial")"
    fi
}

fetch() { # NAME SIZE SHA256
    for mirror in $mirrors; do
        # a server may send more, and without end
        download "$mirror/$1" 2>"$partial.reason" | head -c $(($2 + 1)) >"$partial" &
        downloader=$!
        wait $downloader # a signal ends the script at once
        downloader=
        if [ "$(checksum "$partial")" = "$3" ]; then
            chmod 644 "$partial"
            mv "$partial" "$directory/$1"
            say "$directory/$1: downloaded"
            return 0
        fi
        reason="$mirror: $(describe "$2")"
    done
    say "$1: expected MNIST's file from a mirror; $reason;" \
        "try again, set MNIST_MIRROR to another base URL, or use --data data/drawn"
    return 1
}

mkdir -p "$directory"
partial=$(mktemp "$directory/.fetch.XXXXXX")
downloader=
trap 'rm -f "$partial" "$partial.reason"' EXIT
# Ends head, the last process of a download; the download ends at its next write.
interrupt() { # STATUS
    [ -z "$downloader" ] || kill "$downloader" 2>/dev/null || :
    exit "$1"
}
# If a signal ends dash, the EXIT trap does not run.
trap 'interrupt 130' INT
trap 'interrupt 143' TERM HUP

while read -r name size sum; do
    [ -n "$name" ] || continue
    if [ ! -e "$directory/$name" ]; then
        fetch "$name" "$size" "$sum"
    elif [ "$(checksum "$directory/$name")" != "$sum" ]; then
        say "$directory/$name: expected MNIST's file or none, found another; move it away"
        exit 1
    fi
done <<END
$files
END
