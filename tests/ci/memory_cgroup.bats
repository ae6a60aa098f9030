#!/usr/bin/env bats
# Memory cgroups. Most machines let no test make one, so tests/machines/memory_cgroup.sh runs in an emulated
# machine with Debian's kernel. Its only file system is an initial RAM disk with what the test needs.
load ../support/program

tools='bash basename cat chmod dirname env grep head id mkdir mktemp mount rm rmdir sed sleep tail timeout touch umount wc'

# Copies files to the RAM disk, under their names.
copy() { # FILE...
    local file
    for file in "$@"; do
        mkdir -p "$disk$(dirname "$file")"
        cp -L "$file" "$disk$file"
    done
}

copy_program() { # FILE
    copy "$1"
    # shellcheck disable=SC2046 # names without spaces
    copy $(ldd "$1" | grep -o '/[^ ]*')
}

unpack_kernel() {
    local package
    package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p')
    [ -n "$package" ] || skip "apt has no kernel for virtual machines"
    (cd "$scratch" && apt-get -q -o APT::Sandbox::User=root download "$package") ||
        skip "apt cannot download $package"
    dpkg -x "$scratch"/linux-image-*.deb "$scratch/kernel"
}

make_disk() {
    disk=$scratch/disk
    mkdir -p "$disk/proc" "$disk/sys" "$disk/dev" "$disk/tmp" "$disk/bin"
    for tool in $tools; do
        copy_program "$(command -v "$tool")"
        [ -e "$disk/bin/$tool" ] || ln -s "$(command -v "$tool")" "$disk/bin/$tool"
    done
    make -s -C "$root" BUILD="$scratch/build" ARCH= all
    copy_program "$scratch/build/mnist-train"
    copy "$root"/tests/*.sh "$root"/tests/machines/*.sh "$root/scripts/build-dir.sh" "$root"/data/drawn/*.gz
    if find_mnist; then copy "$mnist"/*.gz; fi
    cat >"$disk/init" <<END
#!/bin/bash
export PATH=/bin MNIST_TRAIN=$scratch/build/mnist-train MNIST_DATA=$mnist
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
bash '$root/tests/machines/memory_cgroup.sh'
echo o >/proc/sysrq-trigger
sleep 60
END
    chmod +x "$disk/init"
    (cd "$disk" && find . | cpio -o -H newc --quiet | gzip -1) >"$scratch/disk.gz"
}

@test "memory cgroups give a result or one line" {
    need qemu-system-x86_64 cpio apt-get dpkg
    [ "$(uname -m)" = x86_64 ] || skip "the kernel is for x86-64"
    unpack_kernel
    make_disk
    # An emulator runs SSE faster than AVX.
    qemu-system-x86_64 -accel tcg,thread=multi -cpu Nehalem -smp 2 -m 1500 -nodefaults -no-reboot -display none \
        -serial stdio -kernel "$scratch"/kernel/boot/vmlinuz-* -initrd "$scratch/disk.gz" \
        -append 'console=ttyS0 panic=-1 quiet' </dev/null | tee "$scratch/console"
    expect grep -q '^ok 1 ' "$scratch/console"
    fails_with 1 grep -qE '^not ok|SKIP|Killed process' "$scratch/console"
}
