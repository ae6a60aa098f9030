#!/usr/bin/env bats
# scripts/bench.py with stand-ins for make and for the measured programs.
load ../support/program

write_program() { # FILE SECONDS
    mkdir -p "$(dirname "$1")"
    cat >"$1" <<END
#!/bin/sh
[ "\$1" != --version ] || { echo "kernel K"; exit; }
while [ "\$1" != --log ]; do shift; done
printf '{"event":"epoch","seconds":%s}\n' $2 0.05 >"\$2"
END
    chmod +x "$1"
}

@test "the benchmark prints medians and ratios, and the words of a program that fails" {
    need python3
    write_program "$scratch/build/mnist-train" 0.45
    write_program "$scratch/other/build/mnist-train" 0.95
    mkdir "$scratch/bin" "$scratch/build/bench"
    # 9375 steps of 13,090,816 operations in 0.4 s
    printf '#!/bin/sh\necho "{\\"gflops\\": 306.816, \\"processors_busy\\": 2, \\"inflate\\": 0.1}"\n' \
        >"$scratch/build/bench/floor"
    printf '#!/bin/sh\n' >"$scratch/bin/make"
    chmod +x "$scratch/build/bench/floor" "$scratch/bin/make"
    bench() {
        BUILD=$scratch/build PATH=$scratch/bin:$PATH "$root/scripts/bench.py" --data "$drawn" "$@" 2>"$scratch/err"
    }
    bench --runs 2 --against "$scratch/other/build/mnist-train" loop floor half busy >"$scratch/out"
    cat "$scratch/out"
    expect grep -q "^this $scratch/build/mnist-train: kernel K$" "$scratch/out"
    expect grep -qE '^\| default, 1t +\| +0\.5 \| +0\.5 \| +0\.5 \| +2 \|$' "$scratch/out"
    expect grep -qE '^\| reproducible, 1t: other / this +\| +2 \|' "$scratch/out"
    expect grep -qE '^\| reproducible / floor +\| +1\.25 \|' "$scratch/out"
    expect grep -qE '^\| one busy process a core, default: .t / 1t +\| +1 \|' "$scratch/out"
    printf '#!/bin/sh\necho out of memory >&2\nexit 1\n' >"$scratch/build/bench/floor"
    fails_with 1 bench floor
    expect grep -qE '^bench: .*/bench/floor .*: status 1: out of memory$' "$scratch/err"
    fails_with 2 bench fast
    "$root/scripts/bench.py" --help | grep KANN_DIR
}
