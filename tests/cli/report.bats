#!/usr/bin/env bats
# The report: its numbers and pictures, and the page for people, shells and validators.
load ../support/program

train=("$program" --data "$drawn" --quiet)

is_valid() { # PAGE
    need tidy
    tidy -errors -quiet "$1"
}

@test "every number and picture is that of the log the model and the predictions" {
    local images=$drawn/t10k-images-idx3-ubyte.gz
    "${train[@]}" --epochs 3 --test-limit 400 --log "$scratch/log" --save "$scratch/model" --report "$scratch/page.html"
    "$program" --load "$scratch/model" --predict "$images" >"$scratch/csv"
    "$python" "$root/tests/report_page.py" "$scratch/page.html" "$scratch/log" "$scratch/csv" "$scratch/model" \
        "$images" "$drawn/t10k-labels-idx1-ubyte.gz"
    is_valid "$scratch/page.html"
}

@test "the page is self contained" {
    "${train[@]}" --epochs 1 --report "$scratch/report.html"
    fails_with 1 grep -qE '<link|@import|url\(' "$scratch/report.html"
    expect test "$(grep -oE 'src="[^"]{0,14}' "$scratch/report.html" | sort -u)" = 'src="data:image/png'
    expect test "$(grep -oE 'href="[^#][^"]*' "$scratch/report.html")" = \
        'href="https://github.com/AINewHorizon/pytorch_notebooks'
}

# Paths on the page are their last parts, so that the files must be in the working directory.
@test "the command on the page reproduces the run" {
    cd "$scratch"
    ln -s "$drawn" drawn
    mkdir bin
    ln -s "$program" bin/mnist-train
    export PATH="$scratch/bin:$PATH"
    "${train[@]}" --epochs 1 --seed 7 --report "it's <here>.html" >first
    fails_with 1 grep -qF "$scratch" "it's <here>.html"
    is_valid "it's <here>.html"
    "$python" - "it's <here>.html" >again <<'END'
import html, re, subprocess, sys
page = open(sys.argv[1], encoding="utf-8").read()
command = html.unescape(re.search(r"<code>(.*?)</code>", page, re.S).group(1))
subprocess.run(["sh", "-euc", command], check=True)
END
    expect cmp first again
}
