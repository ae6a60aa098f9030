#!/bin/bash
# The page about a run, as browsers and other programs see it.
set -eu
. "$(dirname "$0")/tap.sh"

drawn=$root/data/drawn
python=/usr/bin/python3
[ -x "$python" ] || python=python3
train=("$program" --data "$drawn" --quiet)

# Tidy is older than the element <data>.
is_valid() { # PAGE
    command -v tidy >/dev/null || tap_skip "tidy is not here"
    local found
    found=$(tidy -errors -quiet --new-inline-tags data "$1" 2>&1 | grep -v '<data> is not approved' || true)
    expect test -z "$found"
}

browse() { # PAGE
    "$python" -c 'import selenium' 2>/dev/null || tap_skip "python3-selenium is not here"
    command -v chromedriver >/dev/null || tap_skip "Chromium's driver is not here"
    local status=0
    "$python" "$root/tests/browser.py" "$1" || status=$?
    [ "$status" -ne 77 ] || tap_skip "Chromium does not start here"
    return "$status"
}

every_number_is_the_logs() {
    "${train[@]}" --epochs 3 --log "$scratch/log.jsonl" --report "$scratch/report.html"
    "$python" "$root/tests/report_numbers.py" "$scratch/report.html" "$scratch/log.jsonl"
}

the_page_is_valid_html() {
    "${train[@]}" --epochs 2 --report "$scratch/report.html"
    is_valid "$scratch/report.html"
}

chromium_shows_it_without_complaint() {
    "${train[@]}" --epochs 2 --report "$scratch/report.html"
    browse "$scratch/report.html"
}

# Were the look itself blind, everything would pass.
chromium_does_complain_of_a_bad_page() {
    printf '<!DOCTYPE html><title>t</title><script>boom()</script><img src="gone.png"><div style="width:2000px">x</div>' \
        >"$scratch/bad.html"
    fails_with 1 browse "$scratch/bad.html" >"$scratch/found"
    expect grep -q 'phone, dark: is 2[0-9]* wide' "$scratch/found"
    expect grep -q 'console: .*boom' "$scratch/found"
    expect grep -q 'asks for .*gone.png' "$scratch/found"
}

it_needs_nothing_but_itself() {
    "${train[@]}" --epochs 1 --report "$scratch/report.html"
    fails_with 1 grep -E '<script|<link|@import|https?:' "$scratch/report.html"
    expect test "$(grep -oE '(src|href)="[^"]{0,14}' "$scratch/report.html" | sort -u)" = 'src="data:image/png'
}

strange_names_break_nothing() {
    local folder="$scratch/<b>\"x\\"
    mkdir "$folder"
    cp "$drawn"/*.gz "$folder"
    "$program" --data "$folder" --epochs 1 --quiet --report "$folder/report.html" --log "$folder/log.jsonl"
    fails_with 1 grep -q '<b>"x' "$folder/report.html"
    # shellcheck disable=SC1003 # a backslash
    expect grep -qF '&lt;b&gt;&quot;x\' "$folder/report.html"
    "$python" "$root/tests/report_numbers.py" "$folder/report.html" "$folder/log.jsonl"
    is_valid "$folder/report.html"
}

the_command_on_the_page_repeats_the_run() {
    cd "$scratch"
    "${train[@]}" --epochs 1 --seed 7 --report "it's <here>.html" >first
    "$python" - "it's <here>.html" >again <<'END'
import html, re, subprocess, sys
page = open(sys.argv[1], encoding="utf-8").read()
command = html.unescape(re.search(r"<pre><code>(.*?)</code></pre>", page, re.S).group(1))
subprocess.run(["sh", "-euc", command], check=True)
END
    expect cmp first again
}

a_run_without_epochs_and_a_resumed_one_say_so() {
    "${train[@]}" --epochs 1 --save "$scratch/model" --checkpoint "$scratch/run"
    "${train[@]}" --epochs 0 --load "$scratch/model" --report "$scratch/tested.html"
    expect grep -q 'Nothing was trained' "$scratch/tested.html"
    is_valid "$scratch/tested.html"
    "${train[@]}" --epochs 2 --resume "$scratch/run" --report "$scratch/resumed.html"
    expect grep -q 'epochs before epoch 1 were trained earlier' "$scratch/resumed.html"
}

a_report_that_cannot_be_written_is_found_before_training() {
    fails_with 1 "${train[@]}" --epochs 1000000 --report "$scratch/missing/r.html" 2>"$scratch/err"
    expect grep -q '^mnist-train: cannot write .*missing/r.html: No such file' "$scratch/err"
    mkdir "$scratch/folder"
    fails_with 1 "${train[@]}" --epochs 1000000 --report "$scratch/folder" 2>"$scratch/err"
    expect grep -q 'expected a regular file or a new one, found a directory' "$scratch/err"
}

a_full_disk_leaves_the_old_report() {
    echo old >"$scratch/report.html"
    (
        ulimit -f 16
        fails_with 1 "${train[@]}" --epochs 1 --report "$scratch/report.html" 2>"$scratch/err"
    )
    expect grep -q 'report.html: File too large' "$scratch/err"
    expect test "$(cat "$scratch/report.html")" = old
    expect test "$(ls "$scratch")" = "$(printf 'err\nreport.html')"
}

mapfile -t tests < <(sed -n 's/^\([a-z0-9_]*\)() {$/\1/p' "$0" | grep -vxE 'is_valid|browse')
tap_run "${tests[@]}"
