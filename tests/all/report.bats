#!/usr/bin/env bats
# The report as a page: for a validator, in a browser, and beside the scripts.
load ../support/program

setup() {
    scratch=$BATS_TEST_TMPDIR
    cd "$scratch"
    "$program" "${data[@]}" --quiet --epochs 5 --report page.html >out
}

# Tidy does not know the element <data>, which is newer.
@test "the page is valid html" {
    need tidy
    fails_with 1 grep -v '<data> is not approved' <(tidy -errors -quiet --new-inline-tags data page.html 2>&1)
}

browse() { # PAGE
    "$python" -c 'import selenium' 2>/dev/null || skip "python3-selenium is missing"
    need chromedriver
    local status=0
    "$python" "$root/tests/browser.py" "$1" || status=$?
    [ "$status" -ne 77 ] || skip "Chromium does not start"
    return "$status"
}

@test "chromium finds no fault" {
    browse page.html
}

# Checks the check itself.
@test "chromium finds the faults of a bad page" {
    printf '<!DOCTYPE html><title>t</title><script>boom()</script><img src="gone.png"><div style="width:2000px">x</div>' \
        >bad.html
    fails_with 1 browse bad.html >found
    expect grep -q 'phone, dark: is 2[0-9]* pixels wide' found
    expect grep -q 'console: .*boom' found
    expect grep -q 'requests .*gone.png' found
}

# The two lists of the tutorial's results, in C and in Python.
@test "the tutorial's results are those of the scripts" {
    "$python" - page.html "$root/scripts/summarise.py" <<'END'
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
