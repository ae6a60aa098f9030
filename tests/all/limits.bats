#!/usr/bin/env bats
# Under limits of memory, stack, processes and open files, and with files that promise more than they
# hold, the program ends within 20 seconds, with a result or with one line on stderr.
load ../support/program
. "$root/tests/limited.sh"

drawn=$root/data/drawn
train=(--data "$drawn" --epochs 1 --quiet)

save_network() {
    "$program" "${train[@]}" --save "$scratch/network" >"$scratch/out"
}

@test "every limit of the address space gives a result or one line" {
    save_network
    for ((megabytes = 20; megabytes <= 1000; megabytes += 20)); do
        limited -v $((1000 * megabytes)) "${train[@]}" --checkpoint "$scratch/checkpoint"
    done
    for ((megabytes = 50; megabytes <= 1000; megabytes += 100)); do
        limited -v $((1000 * megabytes)) "${train[@]}" --reproducible --threads 4
        limited -v $((1000 * megabytes)) --load "$scratch/network" --predict "$drawn/t10k-images-idx3-ubyte.gz"
    done
    limited -v 1000000 "${train[@]}"
    expect grep -q '^Test Accuracy' "$scratch/out"
    none_is_bad
}

# With less than 400 KB the loader itself ends with SIGSEGV, for /bin/true too.
@test "every limit of the data segment gives a result or one line" {
    for kilobytes in 420 440 460 480 490 500 510 520 530 540 560 600 800 1000 1100 1200 1500 2000 4000 8000; do
        limited -d "$kilobytes" --version
        limited -d "$kilobytes" "${train[@]}" --threads 4
    done
    for ((megabytes = 10; megabytes <= 700; megabytes += 46)); do
        limited -d $((1000 * megabytes)) "${train[@]}" --threads 4
    done
    none_is_bad
}

@test "every limit of the stack gives a result or one line" {
    save_network
    for kilobytes in 16 20 24 32 48 64 96 128 256 512 1024 2048 4096 8192; do
        limited -s "$kilobytes" "${train[@]}" --threads 4 --report "$scratch/report" --log "$scratch/log" \
            --checkpoint "$scratch/checkpoint" --save "$scratch/saved" --grid "$scratch/grid"
        limited -s "$kilobytes" --load "$scratch/network" --predict "$drawn/t10k-images-idx3-ubyte.gz"
    done
    none_is_bad
}

@test "every limit of processes gives a result or one line" {
    [ "$(id -u)" -eq 0 ] || skip "only root can run the program as a user without other processes"
    need setpriv
    chmod 755 "$scratch" "$scratch/.."
    cp "$program" "$scratch/program"
    program=$scratch/program
    as_user=(setpriv --reuid=64321 --regid=64321 --clear-groups)
    "${as_user[@]}" "$program" --version >/dev/null || skip "another user cannot run the program"
    for processes in 1 2 3 4 5 8; do
        limited -u "$processes" --data "$drawn" --epochs 1 --quiet
        limited -u "$processes" --data "$drawn" --epochs 1 --quiet --threads 4
    done
    none_is_bad
}

@test "every limit of open files gives a result or one line" {
    for files in 3 4 5 6 7 8 10 12 16 20; do
        limited -n "$files" "${train[@]}" --report "$scratch/report" --log "$scratch/log" \
            --checkpoint "$scratch/checkpoint" --save "$scratch/saved"
    done
    none_is_bad
}

# Prints the bytes of an IDX header, and megabytes of zeros after it.
idx_zeros() { # MAGIC-AND-SIZES-IN-HEX MEGABYTES
    python3 -c 'import sys
sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))
for _ in range(int(sys.argv[2])): sys.stdout.buffer.write(bytes(1 << 20))' "$@"
}

# Fails unless the program ends with this status, with its error in one line if it is not 0, and with
# at most 300 MB of its own.
bounded() { # STATUS ARGUMENT...
    python3 - "$scratch/err" "$program" "$@" <<'END'
import os, subprocess, sys
log, program, status, *arguments = sys.argv[1:]
with open(log, "wb") as err:
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=err)
    _, found, usage = os.wait4(process.pid, 0)
lines = open(log, "rb").read()
print(arguments, found, usage.ru_maxrss // 1024, "MB", lines)
sys.exit(os.waitstatus_to_exitcode(found) != int(status) or usage.ru_maxrss > 300 * 1024 or
         lines.count(b"\n") != (0 if status == "0" else 1))
END
}

@test "no small file makes the program use more than 300 megabytes" {
    need python3 gzip mkfifo
    local images=0000001c0000001c
    save_network
    idx_zeros "00000803ee6b2800$images" 1500 | gzip -c >"$scratch/promised.gz"  # 4 000 000 000 images
    idx_zeros "0000080300082900$images" 399 | gzip -c >"$scratch/short.gz"      # 534,784 images, 400 MB
    idx_zeros "00000e03003d0900$images" 400 | gzip -c >"$scratch/doubles.gz"
    idx_zeros 00000801ee6b2800 1000 | gzip -c >"$scratch/labels.gz"
    for file in promised short doubles; do
        expect test "$(wc -c <"$scratch/$file.gz")" -le 10000000
        expect bounded 1 --load "$scratch/network" --predict "$scratch/$file.gz"
        expect bounded 1 --load "$scratch/network" --predict - <"$scratch/$file.gz"
        mkfifo "$scratch/pipe"
        cat "$scratch/$file.gz" >"$scratch/pipe" &
        expect bounded 1 --load "$scratch/network" --predict "$scratch/pipe"
        wait $! || true # cat may not have written all
        rm "$scratch/pipe"
    done
    expect bounded 1 --load "$scratch/network" --predict "$drawn/t10k-images-idx3-ubyte.gz" --labels "$scratch/labels.gz"
    mkdir "$scratch/data"
    cp "$drawn"/*-ubyte.gz "$scratch/data"
    cp "$scratch/promised.gz" "$scratch/data/train-images-idx3-ubyte.gz"
    expect bounded 1 --data "$scratch/data" --epochs 1 --quiet
    expect bounded 1 --data "$scratch/data" --info
    expect bounded 1 --load "$scratch/promised.gz" --epochs 0 --data "$drawn"
    expect bounded 1 --resume "$scratch/promised.gz" --data "$drawn"
}

# Writes a gzip file with a picture of 64 million pixels and padding: spaces before the last value of a
# PGM, or a chunk of zeros in a PNG. MEGABYTES is the size before the compression, WIDTH that of the
# picture.
padded_picture() { # FORMAT MEGABYTES WIDTH
    python3 - "$@" <<'END'
import gzip, struct, sys, zlib
size, width = 1000000 * int(sys.argv[2]), int(sys.argv[3])
height = 64000000 // width
with gzip.open(sys.stdout.buffer, "wb", 1) as out:
    def chunk(name, data):
        out.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
    if sys.argv[1] == "pgm":
        out.write(b"P2 %d %d 255 " % (width, height) + b"0 " * (width * height - 1))
        out.write(b" " * (size - 2 * width * height - 30) + b"9")
    else:
        out.write(b"\x89PNG\r\n\x1a\n")
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0))
        chunk(b"skIp", bytes(size - 3000000))
        rows = zlib.compressobj(1)
        chunk(b"IDAT", b"".join(rows.compress(bytes(1 + 8 * width)) for _ in range(height)) + rows.flush())
        chunk(b"IEND", b"")
END
}

@test "no small picture makes the program use more than 300 megabytes" {
    need python3
    save_network
    for picture in "pgm 199 8000" "pgm 268 8000" "png 199 1000000" "png 199 8000000" "png 268 1000000"; do
        # shellcheck disable=SC2086 # words
        padded_picture $picture >"$scratch/picture.gz"
        expect test "$(wc -c <"$scratch/picture.gz")" -le 10000000
        expect bounded 1 --load "$scratch/network" --predict "$scratch/picture.gz"
    done
}

# Memory that is short for the network is an error of the run and not of each file.
@test "several pictures need no more memory than one" {
    local files megabytes
    save_network
    files=("$drawn/t10k-images-idx3-ubyte.gz" "$drawn/t10k-images-idx3-ubyte.gz" "$drawn/t10k-images-idx3-ubyte.gz")
    for megabytes in 60 100 160 200 240 280 320 500; do
        limited -v $((1000 * megabytes)) --load "$scratch/network" --predict "${files[0]}"
        cp "$scratch/err" "$scratch/err1"
        limited -v $((1000 * megabytes)) --load "$scratch/network" --predict "${files[@]}"
        expect cmp "$scratch/err" "$scratch/err1"
    done
    none_is_bad
}

@test "openblas starts no thread and chooses its kernel" {
    need strace
    "$program" --version | grep -q '^OpenBLAS' || skip "the BLAS library is not OpenBLAS"
    unset OPENBLAS_NUM_THREADS
    strace -f -e trace=clone,clone3,execve -o "$scratch/trace" "$program" --version >"$scratch/out" ||
        skip "strace cannot trace here"
    fails_with 1 grep -qE '^[0-9]+ +clone3?[(]' "$scratch/trace"
    expect test "$(grep -c 'execve(' "$scratch/trace")" -eq 2
    OPENBLAS_NUM_THREADS=1 "$program" --version | expect cmp - "$scratch/out"
    OPENBLAS_NUM_THREADS=1 strace -f -e trace=execve -o "$scratch/trace" "$program" --version >"$scratch/out"
    expect test "$(grep -c 'execve(' "$scratch/trace")" -eq 1
    OPENBLAS_NUM_THREADS=64 strace -f -e trace=clone,clone3 -o "$scratch/trace" "$program" --version >"$scratch/out"
    fails_with 1 grep -qE '^[0-9]+ +clone3?[(]' "$scratch/trace"
}

has_restart() {
    need strace
    "$program" --version | grep -q '^OpenBLAS' || skip "the BLAS library is not OpenBLAS"
    unset OPENBLAS_NUM_THREADS
    strace -e trace=execve -o "$scratch/trace" "$program" --version >"$scratch/out" || skip "strace cannot trace here"
}

@test "a script that names the program keeps its arguments" {
    has_restart
    ln -s "$program" "$scratch/program"
    printf '#!%s --bogus\n' "$scratch/program" >"$scratch/script"
    chmod +x "$scratch/script"
    fails_with 2 strace -e trace=execve -o "$scratch/trace" "$scratch/script" 2>"$scratch/err"
    expect test "$(grep -c 'execve(' "$scratch/trace")" -eq 2
    expect test "$(grep 'execve("/proc/self/exe"' "$scratch/trace" | grep -o -e '--bogus' | wc -l)" -eq 1
}

@test "a preloaded library that replaces execve is not called before it is initialised" {
    has_restart
    need "${CC:-cc}"
    cat >"$scratch/preload.c" <<'END'
#include <stdlib.h>
static int initialised;
__attribute__((constructor)) static void initialise(void) { initialised = 1; }
int execve(const char *path, char *const arguments[], char *const environment[]) {
    (void)path, (void)arguments, (void)environment;
    if (!initialised)
        abort();
    return -1;
}
END
    "${CC:-cc}" -shared -fPIC -o "$scratch/preload.so" "$scratch/preload.c"
    LD_PRELOAD=$scratch/preload.so expect "$program" --version >"$scratch/out"
}

@test "a setuid program does not execute a path again" {
    [ "$(id -u)" -eq 0 ] || skip "only root can make such a program"
    has_restart
    need setpriv
    chmod 755 "$scratch" "$scratch/.."
    cp "$program" "$scratch/program"
    chown 64322 "$scratch/program"
    chmod 4755 "$scratch/program"
    # strace by root keeps the other user's rights.
    strace -f -e trace=execve -o "$scratch/trace" \
        setpriv --reuid=64321 --regid=64321 --clear-groups "$scratch/program" --version >"$scratch/out" 2>"$scratch/err" ||
        skip "another user cannot run the program"
    expect test "$(grep -c "execve(\"$scratch/program\"" "$scratch/trace")" -eq 1
}
