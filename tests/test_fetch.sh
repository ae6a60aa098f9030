#!/bin/bash
# scripts/fetch-mnist.sh against folders and servers on this machine.
set -eu
. "$(dirname "$0")/tap.sh"

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
    command -v python3 >/dev/null || tap_skip "python3 is not here"
    python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 >"$scratch/server.log" 2>&1 &
    use_server $!
}

fetch_gets_all_four_files_from_a_folder() {
    copy_mirror
    "$fetch" "$scratch/a folder"
    holds "$scratch/a folder" "$files"
    cmp "$scratch/a folder/train-images-idx3-ubyte.gz" "$mnist/train-images-idx3-ubyte.gz"
}

fetch_takes_a_mirror_with_a_slash_at_its_end() {
    copy_mirror
    MNIST_MIRROR=$MNIST_MIRROR/ "$fetch" "$scratch/to"
    holds "$scratch/to" "$files"
}

fetch_gets_them_from_a_web_server() {
    copy_mirror
    serve "$scratch/mirror"
    "$fetch" "$scratch/to"
    holds "$scratch/to" "$files"
}

fetch_does_nothing_when_all_are_there_and_right() {
    copy_mirror
    cp -r "$scratch/mirror" "$scratch/to"
    before=$(stat -c '%n %Y %i' "$scratch"/to/*)
    MNIST_MIRROR=file:///nowhere "$fetch" "$scratch/to"
    expect test "$before" = "$(stat -c '%n %Y %i' "$scratch"/to/*)"
}

fetch_gets_only_what_is_missing() {
    copy_mirror
    cp -r "$scratch/mirror" "$scratch/to"
    rm "$scratch/to/t10k-labels-idx1-ubyte.gz" "$scratch/mirror/train-images-idx3-ubyte.gz"
    "$fetch" "$scratch/to"
    holds "$scratch/to" "$files"
}

fetch_refuses_a_file_cut_short() {
    copy_mirror
    truncate -s 1000 "$scratch/mirror/train-images-idx3-ubyte.gz"
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    holds "$scratch/to" ""
    grep "cut short at 1000 of 9912422 bytes" "$scratch/errors"
}

# A server of files that do not end.
serve_without_end() {
    command -v python3 >/dev/null || tap_skip "python3 is not here"
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
fetch_stops_a_download_above_the_known_size() {
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

fetch_stops_a_download_by_wget_above_the_known_size() {
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

fetch_refuses_a_file_with_another_content() {
    copy_mirror
    printf x | dd of="$scratch/mirror/t10k-labels-idx1-ubyte.gz" bs=1 seek=100 conv=notrunc
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    expect test ! -e "$scratch/to/t10k-labels-idx1-ubyte.gz"
    grep "t10k-labels-idx1-ubyte.gz: .*another sha256" "$scratch/errors"
}

fetch_refuses_a_web_page_served_as_data() {
    mkdir "$scratch/pages"
    for file in $files; do
        echo '<!DOCTYPE html><html><body>Moved</body></html>' >"$scratch/pages/$file"
    done
    serve "$scratch/pages"
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    holds "$scratch/to" ""
    grep "found a web page" "$scratch/errors"
}

fetch_says_so_when_the_server_has_no_such_file() {
    mkdir "$scratch/empty"
    serve "$scratch/empty"
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    holds "$scratch/to" ""
    grep "404" "$scratch/errors"
}

fetch_says_so_when_there_is_no_network() {
    # nothing listens on port 9 of this machine
    MNIST_MIRROR=http://127.0.0.1:9 fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/errors"
    expect test "$(wc -l <"$scratch/errors")" -eq 1
    grep "train-images-idx3-ubyte.gz: expected MNIST's file from a mirror; http://127.0.0.1:9" "$scratch/errors"
    holds "$scratch/to" ""
}

fetch_keeps_a_wrong_file_of_the_users_under_another_name() {
    copy_mirror
    mkdir "$scratch/to"
    echo mine >"$scratch/to/train-labels-idx1-ubyte.gz"
    echo older >"$scratch/to/train-labels-idx1-ubyte.gz.old"
    "$fetch" "$scratch/to"
    cmp "$scratch/to/train-labels-idx1-ubyte.gz" "$mnist/train-labels-idx1-ubyte.gz"
    expect grep -qx mine "$scratch/to/train-labels-idx1-ubyte.gz.old.2"
    expect grep -qx older "$scratch/to/train-labels-idx1-ubyte.gz.old"
}

fetch_leaves_a_wrong_file_where_it_is_when_no_better_can_be_had() {
    mkdir "$scratch/to"
    echo mine >"$scratch/to/train-images-idx3-ubyte.gz"
    MNIST_MIRROR=file:///nowhere fails_with 1 "$fetch" "$scratch/to"
    holds "$scratch/to" "train-images-idx3-ubyte.gz"
    expect grep -qx mine "$scratch/to/train-images-idx3-ubyte.gz"
}

fetch_ended_by_a_signal_leaves_nothing_behind() {
    command -v python3 >/dev/null || tap_skip "python3 is not here"
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

fetch_removes_what_a_killed_download_has_left() {
    copy_mirror
    mkdir "$scratch/to"
    touch -t 200001010000 "$scratch/to/.fetch.abcdef" "$scratch/to/.fetch.abcdef.reason"
    touch "$scratch/to/.fetch.uvwxyz" # of a download that runs
    "$fetch" "$scratch/to"
    holds "$scratch/to" ".fetch.uvwxyz $files"
}

fetch_prints_no_control_characters() {
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

fetch_refuses_options_and_words_that_it_does_not_know() {
    fails_with 2 "$fetch" --fast
    fails_with 2 "$fetch" a b
    "$fetch" --help | grep 'usage: fetch-mnist.sh'
}

tap_run fetch_gets_all_four_files_from_a_folder \
    fetch_takes_a_mirror_with_a_slash_at_its_end \
    fetch_gets_them_from_a_web_server \
    fetch_does_nothing_when_all_are_there_and_right \
    fetch_gets_only_what_is_missing \
    fetch_refuses_a_file_cut_short \
    fetch_stops_a_download_above_the_known_size \
    fetch_stops_a_download_by_wget_above_the_known_size \
    fetch_refuses_a_file_with_another_content \
    fetch_refuses_a_web_page_served_as_data \
    fetch_says_so_when_the_server_has_no_such_file \
    fetch_says_so_when_there_is_no_network \
    fetch_keeps_a_wrong_file_of_the_users_under_another_name \
    fetch_leaves_a_wrong_file_where_it_is_when_no_better_can_be_had \
    fetch_ended_by_a_signal_leaves_nothing_behind \
    fetch_removes_what_a_killed_download_has_left \
    fetch_prints_no_control_characters \
    fetch_refuses_options_and_words_that_it_does_not_know
