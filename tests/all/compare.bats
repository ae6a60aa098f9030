#!/usr/bin/env bats
# scripts/compare_pytorch.py, with stand-ins for PyTorch's runs and for the program.
load ../support/program

# The kernels that round differently, by the names for x86 and for Arm: none is the first of its list.
other_kernels="Sandybridge CORTEXA57"

# A copy of the script beside a pytorch_tutorial.py that prints made-up figures: the second run's loss is
# higher by $noise, with the kernels of $other_kernels or --nudge.
make_copy() {
    mkdir "$scratch/scripts" "$scratch/mnist"
    cp "$root/scripts/compare_pytorch.py" "$root/scripts/printable_output.py" "$scratch/scripts"
    touch "$scratch/mnist/t10k-labels-idx1-ubyte.gz"
    cat >"$scratch/scripts/pytorch_tutorial.py" <<'END'
import os, sys, time
differs = os.environ.get("OPENBLAS_CORETYPE") in os.environ["other_kernels"].split()
if "--digest" in sys.argv:
    sys.exit(print("other" if differs else "usual"))
differs = differs or "--nudge" in sys.argv
loss = 1.5 + (float(os.environ["noise"]) if differs else 0)
print(f"Epoch: 0 | Loss: {loss:.4f} | Train Accuracy: 90.00", flush=True)
limit = time.monotonic() + 20
while not os.path.exists(os.environ["go_on"]):
    if time.monotonic() > limit:
        sys.exit("nobody read the first line")
    time.sleep(0.01)
print("Test Accuracy: 95.00")
END
    cat >"$scratch/program" <<'END'
#!/bin/sh
echo "Epoch: 0 | Loss: $program_loss | Train Accuracy: 90.00"
echo "Test Accuracy: 95.00"
END
    chmod +x "$scratch/program"
    touch "$scratch/go_on"
    export other_kernels noise=0.0002 program_loss=1.5001 go_on=$scratch/go_on
    export MNIST_DATA=$scratch/mnist MNIST_TRAIN=$scratch/program
}

compare() { # OPTION...
    python3 -B "$scratch/scripts/compare_pytorch.py" --epochs 1 "$@"
}

@test "pytorch runs again on the first kernel that rounds differently" {
    case $(uname -m) in
    x86_64 | aarch64 | arm64) ;;
    *) skip "no kernels are listed for $(uname -m)" ;;
    esac
    make_copy
    compare --seeds 0-1,7 >"$scratch/out"
    cat "$scratch/out"
    expect test "$(grep -cE '^  PyTorch, kernel (Sandybridge|CORTEXA57)$' "$scratch/out")" -eq 3
    expect grep -qE '^  mnist-train +0\.000100 +0\.0000$' "$scratch/out"
    expect grep -qE '^  PyTorch, kernel [A-Z].* 0\.000200 +0\.0000$' "$scratch/out"
    expect test "$(tail -n 1 "$scratch/out")" = "mnist-train is within the limit"
}

@test "the users kernel variables reach no run" {
    make_copy
    OPENBLAS_CORETYPE=${other_kernels% *} compare --seeds 0 >"$scratch/out"
    expect grep -qx '    Epoch: 0 | Loss: 1.5000 | Train Accuracy: 90.00' "$scratch/out"
}

@test "without such a kernel the last bits of the weights differ" {
    make_copy
    other_kernels=none compare --seeds 0 >"$scratch/out"
    cat "$scratch/out"
    expect grep -q '^PyTorch rounds the same on every kernel tried' "$scratch/out"
    expect grep -qx '    Epoch: 0 | Loss: 1.5002 | Train Accuracy: 90.00' "$scratch/out"
}

@test "a program far from pytorch is a failure" {
    make_copy
    program_loss=1.5005 fails_with 1 compare --seeds 0 >"$scratch/out"
    expect test "$(tail -n 1 "$scratch/out")" = "mnist-train is beyond the limit"
    program_loss=1.5005 other_kernels=none fails_with 1 compare --seeds 0 >"$scratch/out"
    program_loss=1.5003 compare --seeds 0 >"$scratch/out"
}

@test "equal pytorch runs leave the usual distance" {
    make_copy
    program_loss=1.5000 noise=0 compare --seeds 0 >"$scratch/out"
    cat "$scratch/out"
    expect grep -q '^Both PyTorch runs printed the same lines' "$scratch/out"
    program_loss=1.5002 noise=0 compare --seeds 0 >"$scratch/out"
    program_loss=1.5003 noise=0 fails_with 1 compare --seeds 0 >"$scratch/out"
}

# PyTorch's stand-in prints its second line only after its first was seen.
@test "lines come as they are printed" {
    make_copy
    rm "$go_on"
    unset PYTHONUNBUFFERED
    compare --seeds 0 >"$scratch/out" &
    local process=$!
    for _ in $(seq 1500); do
        if sed -n '/^  PyTorch$/,$p' "$scratch/out" 2>/dev/null | grep -q '^    Epoch: 0 '; then
            touch "$go_on"
            break
        fi
        sleep 0.01
    done
    expect wait "$process"
    expect test -e "$go_on"
}

@test "a run that fails or lacks figures ends the comparison" {
    make_copy
    printf '#!/bin/sh\nexit 3\n' >"$scratch/program"
    fails_with 2 compare --seeds 0 2>"$scratch/err"
    expect grep -q '/program --data .*: expected exit status 0, found 3$' "$scratch/err"
    printf '#!/bin/sh\necho "Test Accuracy: 95.00"\n' >"$scratch/program"
    fails_with 2 compare --seeds 0 2>"$scratch/err"
    expect grep -q 'expected as many figures of both runs, found 0 and 1' "$scratch/err"
}

@test "malformed seed lists are refused" {
    make_copy
    for list in '' a 1- 3-1 1,,2 -1; do
        fails_with 2 compare "--seeds=$list" 2>"$scratch/err"
        expect grep -q 'compare-pytorch: --seeds: expected ' "$scratch/err"
    done
}
