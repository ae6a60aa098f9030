#!/usr/bin/env bats
# The report in a browser: the layout, the content security policy, and the canvas.
load ../support/program

# Writes page.html and its weights.
write_page() {
    "$program" --data "$drawn" --quiet --epochs 5 --save "$scratch/weights" --report "$scratch/page.html"
}

# Runs a Python script of the tests; without the browser, the test is skipped.
browse() { # SCRIPT ARGUMENT...
    local status=0
    "$python" -c 'import selenium' 2>/dev/null || skip "python3-selenium is missing"
    need chromedriver
    "$python" "$root/tests/$1" "${@:2}" || status=$?
    [ "$status" -ne 77 ] || skip "the browser does not start"
    return "$status"
}

@test "chromium finds no fault" {
    write_page
    browse browser.py "$scratch/page.html"
}

@test "chromium has the digit of predict for drawings" {
    write_page
    mkdir "$scratch/digits"
    browse draw_digits.py "$program" "$scratch/weights" "$scratch/page.html" "$scratch/digits"
}
