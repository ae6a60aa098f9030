#!/usr/bin/env bats
# Drawing digits in the report: the script's predictions are those of --predict.
load ../support/program

drawn=$root/data/drawn
python=/usr/bin/python3
[ -x "$python" ] || python=python3

need_chromium() {
    "$python" -c 'import selenium' 2>/dev/null || skip "python3-selenium is missing"
    need chromedriver
}

# Writes page.html and its weights.
write_page() {
    "$program" --data "$drawn" --quiet --epochs 5 --save "$scratch/weights" --report "$scratch/page.html"
}

# Runs a Python script of the tests; without a browser, the test is skipped.
browse() { # SCRIPT ARGUMENT...
    local status=0
    "$python" "$root/tests/$1" "${@:2}" || status=$?
    [ "$status" -ne 77 ] || skip "the browser does not start"
    return "$status"
}

# The output goes to the terminal as well: it has the times, which depend on the machine.
draw_digits() { # BROWSER
    write_page
    mkdir "$scratch/digits"
    browse draw_digits.py "$1" "$program" "$scratch/weights" "$scratch/page.html" "$scratch/digits" >"$scratch/found" || {
        cat "$scratch/found"
        return 1
    }
    sed -n "s/^# /# $1: /p" "$scratch/found" >&3
}

@test "chromium recognises two hundred digits as predict does" {
    need_chromium
    draw_digits chromium
}

@test "firefox recognises two hundred digits as predict does" {
    command -v firefox-esr >/dev/null || command -v firefox >/dev/null || skip "firefox is missing"
    draw_digits firefox
}

@test "loaded and resumed networks can be drawn for" {
    write_page
    "$program" --data "$drawn" --quiet --epochs 0 --load "$scratch/weights" --report "$scratch/loaded.html"
    "$program" --data "$drawn" --quiet --epochs 1 --checkpoint "$scratch/run"
    "$program" --data "$drawn" --quiet --epochs 2 --resume "$scratch/run" --save "$scratch/resumed" \
        --report "$scratch/resumed.html"
    "$python" - "$scratch" <<'END'
import base64, json, pathlib, re, struct, sys

def tensors(path):
    content = path.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + size])
    names = ("d1.weight", "d1.bias", "d2.weight", "d2.bias")
    places = [header[name]["data_offsets"] for name in names]
    return b"".join(content[8 + size + first:8 + size + end] for first, end in places)

directory = pathlib.Path(sys.argv[1])
for page, weights in (("page", "weights"), ("loaded", "weights"), ("resumed", "resumed")):
    text = (directory / f"{page}.html").read_text(encoding="utf-8")
    found = base64.b64decode(re.search(r'id="draw-parameters">([^<]*)<', text).group(1))
    if found != tensors(directory / weights):
        sys.exit(f"{page}.html: the parameters are not those of {weights}")
END
}

@test "the policy blocks everything else" {
    need_chromium
    write_page
    browse page_checks.py policy "$scratch/page.html"
}

# Checks the check itself.
@test "a weaker policy is found" {
    need_chromium
    write_page
    sed "s/default-src 'none'/default-src */; s/script-src 'sha/script-src 'unsafe-hashes' 'sha/" \
        "$scratch/page.html" >"$scratch/weak.html"
    fails_with 1 browse page_checks.py policy "$scratch/weak.html" >"$scratch/found"
    expect grep -q '^expected violations of' "$scratch/found"
}

@test "without scripts the page has everything but the canvas" {
    need_chromium
    write_page
    browse page_checks.py plain "$scratch/page.html"
}

@test "axe finds nothing serious" {
    need_chromium
    write_page
    need npm
    cd "$scratch"
    timeout 60 npm install --silent --no-audit --no-fund axe-core@4 >npm.log 2>&1 ||
        skip "npm cannot install axe-core"
    browse page_checks.py axe page.html node_modules/axe-core/axe.min.js
}

exec 3>&1
