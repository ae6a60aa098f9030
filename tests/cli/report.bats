#!/usr/bin/env bats
# The report in browsers and for other programs.
load ../support/program

drawn=$root/data/drawn
python=/usr/bin/python3
[ -x "$python" ] || python=python3
train=("$program" --data "$drawn" --quiet)

# Tidy does not know the element <data>, which is newer.
is_valid() { # PAGE
    need tidy
    local found
    found=$(tidy -errors -quiet --new-inline-tags data "$1" 2>&1 | grep -v '<data> is not approved' || true)
    expect test -z "$found"
}

browse() { # PAGE
    "$python" -c 'import selenium' 2>/dev/null || skip "python3-selenium is missing"
    need chromedriver
    local status=0
    "$python" "$root/tests/browser.py" "$1" || status=$?
    [ "$status" -ne 77 ] || skip "Chromium does not start"
    return "$status"
}

@test "every number equals the logs" {
    "${train[@]}" --epochs 3 --log "$scratch/log.jsonl" --report "$scratch/report.html"
    "$python" "$root/tests/report_numbers.py" "$scratch/report.html" "$scratch/log.jsonl"
}

@test "the page is valid html" {
    "${train[@]}" --epochs 2 --report "$scratch/report.html"
    is_valid "$scratch/report.html"
}

@test "chromium finds no fault" {
    "${train[@]}" --epochs 2 --report "$scratch/report.html"
    browse "$scratch/report.html"
}

# Checks the check itself.
@test "chromium finds the faults of a bad page" {
    printf '<!DOCTYPE html><title>t</title><script>boom()</script><img src="gone.png"><div style="width:2000px">x</div>' \
        >"$scratch/bad.html"
    fails_with 1 browse "$scratch/bad.html" >"$scratch/found"
    expect grep -q 'phone, dark: is 2[0-9]* pixels wide' "$scratch/found"
    expect grep -q 'console: .*boom' "$scratch/found"
    expect grep -q 'requests .*gone.png' "$scratch/found"
}

@test "the page is self contained" {
    "${train[@]}" --epochs 1 --report "$scratch/report.html"
    fails_with 1 grep -qE '<link|@import|url\(' "$scratch/report.html"
    fails_with 1 grep -qE 'src="[^d]|src="d[^a]' "$scratch/report.html"
    expect test "$(grep -oE 'src="[^"]{0,14}' "$scratch/report.html" | sort -u)" = 'src="data:image/png'
    expect test "$(grep -oE 'href="[^#][^"]*' "$scratch/report.html")" = \
        'href="https://github.com/AINewHorizon/pytorch_notebooks'
}

@test "no directory of the user is on the page" {
    mkdir -p "$scratch/secret/den_of_mine"
    cd "$scratch/secret/den_of_mine"
    HOME=$scratch/secret "${train[@]}" --epochs 1 --report "$scratch/secret/den_of_mine/page.html"
    fails_with 1 grep -qF "$scratch" page.html
    fails_with 1 grep -qE 'secret|den_of_mine' page.html
    fails_with 1 grep -qF "$drawn" page.html
}

@test "strange names are escaped" {
    local directory="$scratch/<b>\"x\\"
    mkdir "$directory"
    cp "$drawn"/*.gz "$directory"
    "$program" --data "$directory" --epochs 1 --quiet --report "$directory/report.html" --log "$directory/log.jsonl"
    fails_with 1 grep -q '<b>"x' "$directory/report.html"
    # shellcheck disable=SC1003 # a backslash
    expect grep -qF '&lt;b&gt;&quot;x\' "$directory/report.html"
    "$python" "$root/tests/report_numbers.py" "$directory/report.html" "$directory/log.jsonl"
    is_valid "$directory/report.html"
}

# Paths on the page are their last parts, so that the files must be in the working directory.
@test "the command on the page reproduces the run" {
    cd "$scratch"
    ln -s "$drawn" drawn
    mkdir bin
    ln -s "$program" bin/mnist-train
    export PATH="$scratch/bin:$PATH"
    "${train[@]}" --epochs 1 --seed 7 --report "it's <here>.html" >first
    "$python" - "it's <here>.html" >again <<'END'
import html, re, subprocess, sys
page = open(sys.argv[1], encoding="utf-8").read()
command = html.unescape(re.search(r"<code>(.*?)</code>", page, re.S).group(1))
subprocess.run(["sh", "-euc", command], check=True)
END
    expect cmp first again
}

@test "a run without epochs and a resumed one say so" {
    "${train[@]}" --epochs 1 --save "$scratch/model" --checkpoint "$scratch/run"
    "${train[@]}" --epochs 0 --load "$scratch/model" --report "$scratch/tested.html"
    expect grep -q 'This run only tested the network' "$scratch/tested.html"
    is_valid "$scratch/tested.html"
    "${train[@]}" --epochs 2 --resume "$scratch/run" --report "$scratch/resumed.html"
    expect grep -q 'This run was resumed in epoch 1' "$scratch/resumed.html"
}

# The two lists of the tutorial's results, in C and in Python.
@test "the tutorials results are those of the scripts" {
    "${train[@]}" --epochs 5 --report "$scratch/report.html"
    "$python" - "$scratch/report.html" "$root/scripts/summarise.py" <<'END'
import ast, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
rows = re.findall(r'<tr><th scope="row">\d</th>(?:<td><data.*?</td>){2}<td>([\d.]+)</td><td>([\d.]+)</td>', page)
found = [text for row in rows for text in row] + re.findall(r"tutorial's own run: ([\d.]+)\.<", page)
statements = ast.parse(open(sys.argv[2], encoding="utf-8").read()).body
lists = [s.value for s in statements if isinstance(s, ast.Assign) and ast.unparse(s.targets[0]) == "TUTORIAL"]
if len(found) != 11 or [float(text) for text in found] != ast.literal_eval(lists[0]):
    sys.exit(f"expected {ast.unparse(lists[0])}, found {found}")
END
}

@test "a report that cannot be written is found before training" {
    fails_with 1 "${train[@]}" --epochs 1000000 --report "$scratch/missing/r.html" 2>"$scratch/err"
    expect grep -q '^mnist-train: cannot write .*missing/r.html: No such file' "$scratch/err"
    mkdir "$scratch/directory"
    fails_with 1 "${train[@]}" --epochs 1000000 --report "$scratch/directory" 2>"$scratch/err"
    expect grep -q 'expected a regular file or a new one, found a directory' "$scratch/err"
}

@test "a full disk leaves the old report" {
    echo old >"$scratch/report.html"
    (
        ulimit -f 16
        fails_with 1 "${train[@]}" --epochs 1 --report "$scratch/report.html" 2>"$scratch/err"
    )
    expect grep -q 'cannot write .*report.html: File too large' "$scratch/err"
    expect test "$(cat "$scratch/report.html")" = old
    expect test "$(ls "$scratch")" = "$(printf 'err\nreport.html')"
}
