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

# Starts a server and sets MNIST_MIRROR. It serves a folder, or with `endless` files that do not end; it prints its
# port to descriptor 8.
serve() { # FOLDER|endless
    need "$python"
    mkfifo "$scratch/server"
    exec 8<>"$scratch/server"
    "$python" -u - "$1" >&8 2>/dev/null 3>&- <<'END' &
import http.server, sys

class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if sys.argv[1] != "endless":
            return super().do_GET()
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(bytes(1 << 16))

    def __init__(self, *arguments):
        super().__init__(*arguments, directory=sys.argv[1])

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port)
server.serve_forever()
END
    local port
    read -r port <&8
    export MNIST_MIRROR=http://127.0.0.1:$port
}

# The first file cannot be had: one line with these words, and nothing is left in the folder.
refuses() { # WORDS
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/err"
    cat "$scratch/err"
    expect test "$(wc -l <"$scratch/err")" -eq 1
    expect grep -q "^fetch-mnist: train-images-idx3-ubyte.gz: expected MNIST's file from a mirror; .*$1" "$scratch/err"
    holds "$scratch/to" ""
}

@test "all four files come from a folder or a web server" {
    copy_mirror
    "$fetch" "$scratch/a folder"
    holds "$scratch/a folder" "$files"
    cmp "$scratch/a folder/train-images-idx3-ubyte.gz" "$mnist/train-images-idx3-ubyte.gz"
    MNIST_MIRROR=$MNIST_MIRROR/ "$fetch" "$scratch/slash" # at its end
    holds "$scratch/slash" "$files"
    serve "$scratch/mirror"
    "$fetch" "$scratch/served"
    holds "$scratch/served" "$files"
}

@test "a file cut short or with another content is refused" {
    mkdir "$scratch/mirror"
    export MNIST_MIRROR=file://$scratch/mirror
    head -c 1000 /dev/zero >"$scratch/mirror/train-images-idx3-ubyte.gz"
    refuses "cut short at 1000 of 9912422 bytes"
    head -c 9912422 /dev/zero >"$scratch/mirror/train-images-idx3-ubyte.gz"
    refuses "another sha256: [0-9a-f]*"
}

@test "a web page, an error of the server and a missing server are told" {
    mkdir "$scratch/pages"
    serve "$scratch/pages"
    refuses 404
    echo '<!DOCTYPE html><html><body>Moved</body></html>' >"$scratch/pages/train-images-idx3-ubyte.gz"
    refuses "found a web page"
    MNIST_MIRROR=http://127.0.0.1:9 refuses http://127.0.0.1:9 # nothing listens there
}

@test "a signal ends a download at once and leaves nothing" {
    mkdir "$scratch/bin"
    printf '#!/bin/sh\necho $$ >"%s"\nwhile echo x; do sleep 0.1; done\n' "$scratch/downloader" >"$scratch/bin/curl"
    chmod +x "$scratch/bin/curl"
    PATH=$scratch/bin:$PATH "$fetch" "$scratch/to" 3>&- &
    wait_until $! test -s "$scratch/downloader"
    kill -s TERM $!
    ends_with 143 $!
    while kill -0 "$(cat "$scratch/downloader")" 2>/dev/null; do sleep 0.1; done # or the time limit ends it
    holds "$scratch/to" ""
}

@test "a download without end is refused" {
    serve endless
    refuses "found more than 9912422 bytes;"
    need wget
    mkdir "$scratch/bin"
    ln -s /usr/bin/* /bin/* "$scratch/bin" 2>/dev/null || true
    rm -f "$scratch/bin/curl"
    PATH=$scratch/bin refuses "found more than 9912422 bytes;"
}

@test "what is there and right is not fetched again, and another file is kept" {
    copy_mirror
    cp -r "$scratch/mirror" "$scratch/to"
    MNIST_MIRROR=file:///nowhere "$fetch" "$scratch/to"
    rm "$scratch/to/train-images-idx3-ubyte.gz"
    "$fetch" "$scratch/to"
    holds "$scratch/to" "$files"
    echo mine >"$scratch/to/train-labels-idx1-ubyte.gz"
    fails_with 1 "$fetch" "$scratch/to" 2>"$scratch/err"
    expect grep -q "train-labels-idx1-ubyte.gz: expected MNIST's file or none, found another; move it away$" "$scratch/err"
    expect grep -qx mine "$scratch/to/train-labels-idx1-ubyte.gz"
}
