#!/usr/bin/env bats
# scripts/fetch-mnist.sh against folders and servers on this machine.
load ../support/program

fetch=$root/scripts/fetch-mnist.sh
files="t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz"

# Exactly these names are in the folder, hidden ones too.
holds() {
    expect test "$(find "$1" -mindepth 1 -printf '%f\n' | LC_ALL=C sort | tr '\n' ' ')" = "${2:+$2 }"
}

# A mirror with the real files, to be damaged.
copy_mirror() {
    real_mnist
    mkdir "$scratch/mirror"
    cp "$mnist"/*.gz "$scratch/mirror"
    export MNIST_MIRROR=file://$scratch/mirror
}

# Sets MNIST_MIRROR to the server of this process number, which writes its port to the log.
use_server() { # PROCESS
    server=$1
    trap 'kill "$server"' EXIT
    for _ in $(seq 100); do
        grep -q 'port [0-9]' "$scratch/server.log" && break
        sleep 0.1
    done
    MNIST_MIRROR=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\) .*/\1/p' "$scratch/server.log")
    export MNIST_MIRROR
}

serve() { # FOLDER: sets MNIST_MIRROR
    command -v python3 >/dev/null || skip "python3 is not here"
    python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 >"$scratch/server.log" 2>&1 &
    use_server $!
}

@test "fetch gets all four files from a folder" {
    copy_mirror
    "$fetch" "$scratch/a folder"
    holds "$scratch/a folder" "$files"
    cmp "$scratch/a folder/train-images-idx3-ubyte.gz" "$mnist/train-images-idx3-ubyte.gz"
}

@test "fetch takes a mirror with a slash at its end" {
    copy_mirror
    MNIST_MIRROR=$MNIST_MIRROR/ "$fetch" "$scratch/to"
    holds "$scratch/to" "$files"
}

@test "fetch gets them from a web server" {
    copy_mirror
    serve "$scratch/mirror"
    "$fetch" "$scratch/to"
    holds "$scratch/to" "$files"
}

@test "fetch does nothing when all are there and right" {
    copy_mirror
    cp -r "$scratch/mirror" "$scratch/to"
    before=$(stat -c '%n %Y %i' "$scratch"/to/*)
    MNIST_MIRROR=file:///nowhere "$fetch" "$scratch/to"
    expect test "$before" = "$(stat -c '%n %Y %i' "$scratch"/to/*)"
}

@test "fetch gets only what is missing" {
    copy_mirror
    cp -r "$scratch/mirror" "$scratch/to"
    rm "$scratch/to/t10k-labels-idx1-ubyte.gz" "$scratch/mirror/train-images-idx3-ubyte.gz"
    "$fetch" "$scratch/to"
    holds "$scratch/to" "$files"
}

@test "fetch refuses a file cut short" {
    copy_mirror
    truncate -s 1000 "$scratch/mirror/train-images-idx3-ubyte.gz"
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    holds "$scratch/to" ""
    grep "cut short at 1000 of 9912422 bytes" "$scratch/errors"
}

# A server of files that do not end.
serve_without_end() {
    command -v python3 >/dev/null || skip "python3 is not here"
    python3 -u - >"$scratch/server.log" 2>&1 <<'END' &
import http.server

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(bytes(1 << 16))
        except OSError:
            pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print("port", server.server_port, "")
server.serve_forever()
END
    use_server $!
}

# The limit of the file's size proves that no more was written: the largest file has 9,912,422 bytes.
@test "fetch stops a download above the known size" {
    serve_without_end
    (
        ulimit -f $((9912422 / 1024 + 4))
        fails_with 1 timeout 60 "$fetch" "$scratch/to" 2>"$scratch/errors"
    )
    cat "$scratch/errors"
    holds "$scratch/to" ""
    expect grep -q "train-images-idx3-ubyte.gz: expected MNIST's file from a mirror; .*: found more than 9912422 bytes;" \
        "$scratch/errors"
    expect test "$(wc -l <"$scratch/errors")" -eq 1
}

@test "fetch stops a download by wget above the known size" {
    need wget
    serve_without_end
    mkdir "$scratch/bin"
    for tool in /usr/bin/* /bin/*; do
        [ "$(basename "$tool")" = curl ] || ln -sf "$tool" "$scratch/bin"
    done
    PATH=$scratch/bin fails_with 1 timeout 60 "$fetch" "$scratch/to" 2>"$scratch/errors"
    expect grep -q "found more than 9912422 bytes;" "$scratch/errors"
    holds "$scratch/to" ""
}

@test "fetch refuses a file with another content" {
    copy_mirror
    printf x | dd of="$scratch/mirror/t10k-labels-idx1-ubyte.gz" bs=1 seek=100 conv=notrunc
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    expect test ! -e "$scratch/to/t10k-labels-idx1-ubyte.gz"
    grep "t10k-labels-idx1-ubyte.gz: .*another sha256" "$scratch/errors"
}

@test "fetch refuses a web page served as data" {
    mkdir "$scratch/pages"
    for file in $files; do
        echo '<!DOCTYPE html><html><body>Moved</body></html>' >"$scratch/pages/$file"
    done
    serve "$scratch/pages"
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    holds "$scratch/to" ""
    grep "found a web page" "$scratch/errors"
}

@test "fetch says so when the server has no such file" {
    mkdir "$scratch/empty"
    serve "$scratch/empty"
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    holds "$scratch/to" ""
    grep "404" "$scratch/errors"
}

@test "fetch says so when there is no network" {
    # nothing listens on port 9 of this machine
    MNIST_MIRROR=http://127.0.0.1:9 fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    expect test "$(wc -l <"$scratch/errors")" -eq 1
    grep "train-images-idx3-ubyte.gz: expected MNIST's file from a mirror; http://127.0.0.1:9" "$scratch/errors"
    holds "$scratch/to" ""
}

@test "fetch keeps a wrong file of the users under another name" {
    copy_mirror
    mkdir "$scratch/to"
    echo mine >"$scratch/to/train-labels-idx1-ubyte.gz"
    echo older >"$scratch/to/train-labels-idx1-ubyte.gz.old"
    "$fetch" "$scratch/to"
    cmp "$scratch/to/train-labels-idx1-ubyte.gz" "$mnist/train-labels-idx1-ubyte.gz"
    expect grep -qx mine "$scratch/to/train-labels-idx1-ubyte.gz.old.2"
    expect grep -qx older "$scratch/to/train-labels-idx1-ubyte.gz.old"
}

@test "fetch leaves a wrong file where it is when no better can be had" {
    mkdir "$scratch/to"
    echo mine >"$scratch/to/train-images-idx3-ubyte.gz"
    MNIST_MIRROR=file:///nowhere fails_with 1 "$fetch" "$scratch/to"
    holds "$scratch/to" "train-images-idx3-ubyte.gz"
    expect grep -qx mine "$scratch/to/train-images-idx3-ubyte.gz"
}

@test "fetch ended by a signal leaves nothing behind" {
    command -v python3 >/dev/null || skip "python3 is not here"
    # a server that takes the request and never answers
    python3 -u -c '
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1])
kept = [s.accept() for _ in range(9)]' >"$scratch/port" &
    server=$!
    trap 'kill "$server"' EXIT
    until [ -s "$scratch/port" ]; do sleep 0.1; done
    MNIST_MIRROR=http://127.0.0.1:$(cat "$scratch/port") "$fetch" "$scratch/to" &
    fetching=$!
    until find "$scratch/to" -name '.fetch.*' 2>/dev/null | grep -q .; do sleep 0.1; done
    kill "$fetching"
    fails_with 143 wait "$fetching"
    holds "$scratch/to" ""
}

@test "fetch removes what a killed download has left" {
    copy_mirror
    mkdir "$scratch/to"
    touch -t 200001010000 "$scratch/to/.fetch.abcdef" "$scratch/to/.fetch.abcdef.reason"
    touch "$scratch/to/.fetch.uvwxyz" # of a download that runs
    "$fetch" "$scratch/to"
    holds "$scratch/to" ".fetch.uvwxyz $files"
}

@test "fetch prints no control characters" {
    for shell in sh bash dash; do
        command -v "$shell" >/dev/null || continue
        for string in $'\033]0;title\a' '\033[31m' $'\302\2335m' $'\2335m' $'a\nb' $'\342\200\256b'; do
            fails_with 1 env MNIST_MIRROR="file:///none$string" "$shell" "$fetch" "$scratch/to$string" 2>"$scratch/err"
            expect test "$(wc -l <"$scratch/err")" -eq 1
            LC_ALL=C fails_with 1 grep -q '[^[:print:]]' "$scratch/err"
            expect grep -q '^fetch-mnist: train-images-idx3-ubyte.gz: expected' "$scratch/err"
        done
    done
}

@test "fetch refuses options and words that it does not know" {
    fails_with 2 "$fetch" --fast
    fails_with 2 "$fetch" a b
    "$fetch" --help | grep 'usage: fetch-mnist.sh'
}
