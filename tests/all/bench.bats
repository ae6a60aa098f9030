#!/usr/bin/env bats
# scripts/bench.sh with stand-ins for make and for the measured programs, whose figures are made up.
load ../support/program

make_stand_ins() {
    export BUILD=$scratch/build PATH=$scratch/bin:$PATH
    mkdir -p "$BUILD/bench" "$BUILD/packaged/bench" "$scratch/bin" "$scratch/mnist"
    printf '#!/bin/sh\n' >"$scratch/bin/make"
    echo "cc -O3" >"$BUILD/flags"
    for name in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
        echo raw >"$scratch/mnist/$name-ubyte"
    done
    # 9375 steps of 13,090,816 operations in 0.4 s
    cat >"$BUILD/bench/floor" <<'END'
#!/bin/sh
echo '{"gflops": 306.816, "processors_busy": 2, "processors": 2, "library": "a BLAS", "kernel": "a kernel"}'
END
    # 0.9 s on one thread, else 0.5 s: loop DIR EPOCHS BATCH THREADS IMAGES
    cat >"$BUILD/bench/loop" <<'END'
#!/bin/sh
seconds=0.5
[ "$4" != 1 ] || seconds=0.9
echo "{\"loop\": $seconds, \"epochs\": [0.1, 0.1, 0.1, 0.1, 0.11], \"test\": 0.012, \"images\": 60000, \"library\": \"a BLAS\", \"kernel\": \"a kernel\"}"
END
    # 1 s if it is built for any processor
    cat >"$BUILD/packaged/bench/loop" <<'END'
#!/bin/sh
echo '{"loop": 1.0}'
END
    cat >"$BUILD/bench/stages" <<'END'
#!/bin/sh
echo '{"forward": 20, "backward": 30, "barrier": 1.5}'
END
    printf '#!/bin/sh\necho Threads: 2 >&2\n' >"$BUILD/mnist-train"
    # 0.75 s with one thread of torch and of the BLAS library, else 0.8 s: libtorch DIR THREADS
    cat >"$BUILD/bench/libtorch" <<'END'
#!/bin/sh
[ "$2 $OPENBLAS_NUM_THREADS" != "1 1" ] || seconds=0.75
echo "{\"epoch\": ${seconds-0.8}}"
END
    cat >"$BUILD/bench/kann" <<'END'
#!/bin/sh
echo "{\"loop\": 1.$OPENBLAS_NUM_THREADS}"
END
    chmod +x "$scratch/bin/make" "$BUILD"/bench/* "$BUILD/packaged/bench/loop" "$BUILD/mnist-train"
}

bench() { # OPTION...
    "$root/scripts/bench.sh" --data "$scratch/mnist" --output "$scratch/results.json" "$@" 2>"$scratch/err"
}

# A row of the tables: its first cell, and the following ones as a pattern.
expect_row() { # FIRST PATTERN
    expect grep -qE "^\| $1 +\| +$2" "$scratch/out"
}

@test "the tables have medians ratios and verdicts" {
    make_stand_ins
    bench --quick --bounds --runs 2 >"$scratch/out"
    cat "$scratch/out"
    expect_row 'loop / floor, all cores' '1\.250 \| 1\.250 to 1\.250 \| +2 \| +<= 1\.5 \| +<= 1\.2 \| +holds \|$'
    expect_row '1 thread: this build / make ARCH=' '0\.900 \|.* holds \|$'
    expect_row 'half of the pixels nonzero: reproducible / loop' '1\.000 \|.* holds \|$'
    expect_row 'epoch 5 / epoch 1' '1\.100 \|.* missed \|$'
    expect_row 'test of 10,000 images' '12\.00 ms \|.* holds \|$'
    expect_row 'libtorch C\+\+ / loop' '- \| +- \| +0 \|.* not measured \|$'
    expect_row 'floor' '0\.400 \| 0\.400 to 0\.400 \| +2 \|$'
    expect_row 'mnist-train --threads 1' '0\.900 \| 0\.900 to 0\.900 \| +333,333 \| +1\.80 x \|$'
    expect_row 'sum' '50\.00 \| 50\.00 to 50\.00 \| +51\.50 \|'
    expect_row 'step of the loop' '96\.00 \|'
    expect grep -qx 'libtorch, PyTorch, KANN: skipped: --quick' "$scratch/out"
    command -v jq >/dev/null || skip "jq is not here"
    expect test "$(jq '.runs | length' "$scratch/results.json")" -eq 2
}

@test "peers are measured where they are installed" {
    make_stand_ins
    KANN_DIR=$scratch bench --bounds --runs 1 >"$scratch/out"
    cat "$scratch/out"
    expect_row 'KANN, best setting \(RMSprop\)' '1\.100 \|'
    expect_row 'libtorch C\+\+, best setting \(1 epoch x 5\)' '3\.750 \|'
    expect_row 'libtorch C\+\+ / loop' '7\.500 \|.* holds \|$'
    expect grep -q '^KANN, seconds by threads, first run: BLAS 1: 1\.10' "$scratch/out"
    # an epoch of 60,000 images in 0.5 s, for any number of images
    expect_row 'time for an image: 600,000 images / 60,000' '1\.000 \|.* aim reached \|$'
    # two epochs of 60,000 images in 0.5 s
    expect_row '1,024' '4\.167 \|'
}

@test "peers that are missing or fail are named with the reason" {
    make_stand_ins
    rm "$BUILD/bench/libtorch"
    printf '#!/bin/sh\necho no such file >&2\nexit 3\n' >"$BUILD/bench/kann"
    KANN_DIR=$scratch bench --runs 1 >"$scratch/out"
    expect grep -q '^libtorch: skipped: libtorch-dev .* is not installed' "$scratch/out"
    expect grep -q '^KANN: skipped: .*/bench/kann .*: expected exit status 0, found 3: no such file$' "$scratch/out"
    rm "$BUILD/bench/kann"
    KANN_DIR=$scratch/none bench --runs 1 >"$scratch/out"
    expect grep -q "^KANN: skipped: expected KANN's sources in $scratch/none" "$scratch/out"
    env -u KANN_DIR "$root/scripts/bench.sh" --data "$scratch/mnist" --output "$scratch/results.json" --runs 1 \
        >"$scratch/out" 2>"$scratch/err"
    expect grep -q '^KANN: skipped: KANN_DIR is not set' "$scratch/out"
}

@test "users see seconds and peers first and no bounds" {
    make_stand_ins
    bench --quick --runs 1 >"$scratch/out"
    cat "$scratch/out"
    expect_row 'mnist-train, all cores' '0\.500 \| 0\.500 to 0\.500 \| +600,000 \| +1\.00 x \|$'
    fails_with 1 grep -qE 'Bounds|must|Stages' "$scratch/out"
}

@test "a measured program that fails ends the benchmark" {
    make_stand_ins
    printf '#!/bin/sh\necho out of memory >&2\nexit 1\n' >"$BUILD/bench/stages"
    fails_with 1 bench --quick --runs 1 >"$scratch/out"
    expect grep -q '^bench: .*/bench/stages .*: expected exit status 0, found 1: out of memory$' "$scratch/err"
    expect test ! -e "$scratch/results.json"
}

@test "wrong options and missing data are refused" {
    make_stand_ins
    fails_with 2 bench --runs 0
    fails_with 2 bench --fast
    rm "$scratch/mnist/t10k-labels-idx1-ubyte"
    fails_with 1 bench
    expect grep -q "expected MNIST's four files in $scratch/mnist, found none" "$scratch/err"
}

@test "the benchmark leaves no compiled python" {
    make_stand_ins
    (
        unset PYTHONDONTWRITEBYTECODE
        bench --help >"$scratch/out"
    )
    expect grep -q KANN_DIR "$scratch/out"
    expect test -z "$(find "$root/scripts/bench" -name '__pycache__')"
}
