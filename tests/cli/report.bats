#!/usr/bin/env bats
# The report of a run. tests/unit/report*.c have the parts of the page, tests/all/report.bats the browser.
load ../support/program

setup() {
    scratch=$BATS_TEST_TMPDIR
    need "$python"
    cd "$scratch"
}

@test "every number equals the log's, and no directory is on the page" {
    local directory='<b>"x'$'\\'
    mkdir "$directory"
    cp "$drawn"/*.gz "$directory"
    "$program" --data "$scratch/$directory" --train-limit 640 --quiet --epochs 3 --log log --report page
    "$python" "$root/tests/report_numbers.py" page log
    fails_with 1 grep -qF "$(basename "$BATS_RUN_TMPDIR")" page
}

# Paths on the page are their last parts, so that the files must be in the working directory.
@test "the command on the page reproduces the run" {
    ln -s "$drawn" drawn
    mkdir bin
    ln -s "$program" bin/mnist-train
    export PATH="$scratch/bin:$PATH"
    train first --train-limit 640 --epochs 1 --seed 7 --quiet --report "it's <here>.html"
    "$python" - "it's <here>.html" >again <<'END'
import html, re, subprocess, sys
page = open(sys.argv[1], encoding="utf-8").read()
command = html.unescape(re.search(r"<code>(.*?)</code>", page, re.S).group(1))
subprocess.run(["sh", "-euc", command], check=True)
END
    expect cmp first again
}

@test "a run that only tested and a resumed one say so" {
    train out --train-limit 64 --epochs 1 --save model --checkpoint run
    train out --epochs 0 --load model --report tested
    expect grep -q 'This run only tested the network' tested
    train out --epochs 2 --resume run --report resumed
    expect grep -q 'This run was resumed in epoch 1' resumed
}
