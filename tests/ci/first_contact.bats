#!/usr/bin/env bats
# The README's first two commands in bare Debian systems, as new users meet them: scripts/run.sh from a
# fresh clone in each, and scripts/test.sh in the first, with the tests that depend on tools and terminals
# (see kept_tests).

# In a mount namespace of its own, so that no mount is left, however the test ends.
if [ "$(id -u)" -eq 0 ] && [ -z "${IN_NAMESPACE-}" ] && unshare --mount true 2>/dev/null; then
    exec env IN_NAMESPACE=yes unshare --mount --propagation private "$0"
fi

load ../support/program

# base/ is what debootstrap makes. A system is an overlay on it: NAME/root, whose changes are in NAME/changes.
systems=$root/build/first-contact
kept_tests='test_console.c test_progress.c test_atomic_file_errors.c test_build.sh test_fetch.sh test_inspect.sh
test_install.sh test_log.sh test_output_files.sh test_predict.sh test_progress.sh test_report.sh test_scripts.sh'

# --- Systems --------------------------------------------------------------------------------------

remove_systems() {
    cut -d ' ' -f 5 /proc/self/mountinfo | grep "^$systems/" | sort -r | xargs -r umount
    rm -rf "$systems"
}

# Packs the files of a clone: those that git has or would have.
pack_clone() { # TARBALL
    cd "$root"
    if [ -e .git ]; then
        git ls-files -z --cached --others --exclude-standard |
            tar -c --null --ignore-failed-read --files-from=- -f "$1"
    else
        tar -c --exclude=./build --exclude=./data/mnist -f "$1" .
    fi
}

make_base() {
    # shellcheck disable=SC1091
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    # shellcheck disable=SC2016 # a placeholder of apt
    mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $codename" 2>/dev/null | head -n 1)
    [ -n "$mirror" ] || skip "apt has no mirror of $codename"
    mkdir -p "$systems/archives/partial" "$systems/lists/partial"
    debootstrap --variant=minbase "$codename" "$systems/base" "$mirror" >"$scratch/debootstrap.log" ||
        skip "debootstrap cannot download Debian $codename: $(tail -n 1 "$scratch/debootstrap.log")"
    umount "$systems/base/proc" "$systems/base/sys" 2>/dev/null || true
    # the proxy of this machine; and no fsync for each file of a package
    apt-config dump | grep -E '^Acquire::(https?|ftp)::' >"$systems/base/etc/apt/apt.conf.d/90proxy" || true
    echo force-unsafe-io >"$systems/base/etc/dpkg/dpkg.cfg.d/unsafe-io"
    cp /etc/resolv.conf "$systems/base/etc/resolv.conf"
    chroot "$systems/base" useradd --create-home user
    if find_mnist; then cp -rL "$mnist" "$systems/base/mnist"; fi
    pack_clone "$systems/clone.tar"
    touch "$systems/made"
}

# Makes a system from the base and from the changes of another one, and sets $here to its root directory.
make_system() { # NAME [OTHER]
    [ -e "$systems/made" ] || skip "there is no bare Debian"
    here=$systems/$1/root
    mkdir -p "$systems/$1/changes" "$systems/$1/work" "$here"
    mount -t overlay overlay "$here" \
        -o "lowerdir=${2:+$systems/$2/changes:}$systems/base,upperdir=$systems/$1/changes,workdir=$systems/$1/work"
    mount -t proc proc "$here/proc"
    # packages are downloaded once
    mkdir -p "$here/var/cache/apt/archives"
    mount --bind "$systems/archives" "$here/var/cache/apt/archives"
    mount --bind "$systems/lists" "$here/var/lib/apt/lists"
}

# Runs a command in the system; stdout and stderr go to $scratch/out and $scratch/err. $account is who
# runs it, and the words of $network come before it.
account=root
network=
inside() { # COMMAND...
    local status=0 home=/root
    [ "$account" = root ] || home=/home/$account
    # shellcheck disable=SC2086 # words
    $network chroot --userspec="$account:$account" "$here" env -i HOME="$home" LANG=C.UTF-8 \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    echo "== $*: status $status"
    cat "$scratch/out"
    sed 's/^/err: /' "$scratch/err"
    return "$status"
}

# Unpacks a clone, owned by the one who runs it.
clone_into() { # DIRECTORY
    inside mkdir -p "$1"
    tar -x --no-same-owner -C "$here$1" -f "$systems/clone.tar"
    inside_as_root chown -R "$account:$account" "$1"
}

inside_as_root() {
    account=root inside "$@"
}

# Fails unless the packages were installed with one line, and without the output of apt.
installed_with_one_line() {
    expect test "$(grep -c '^install-packages: installing with apt-get for build: .*libopenblas-dev' "$scratch/err")" -eq 1
    fails_with 1 grep -qE '^(Get:|Hit:|Reading|Building|Setting up|Selecting|Unpacking|debconf:|W:|E:)' "$scratch/err"
}

trained_on_the_drawn_digits() {
    expect test "$(grep -c '^Epoch: 0 .* of 4000 right' "$scratch/out")" -eq 1
    expect test "$(grep -c '^Test Accuracy: .* of 1000 right' "$scratch/out")" -eq 1
}

# Without optimisation the build takes a fraction of the time.
quick=CFLAGS=-O0

# --- Tests ----------------------------------------------------------------------------------------

@test "a bare debian is made" {
    [ "$(id -u)" -eq 0 ] || skip "debootstrap needs root"
    [ -n "${IN_NAMESPACE-}" ] || skip "mount namespaces are not permitted"
    need debootstrap apt-get
    remove_systems
    make_base
    for tool in cc gcc make curl wget python3 pkg-config; do
        fails_with 1 test -e "$systems/base/usr/bin/$tool"
    done
}

@test "run sh installs builds and trains where nothing is installed" {
    make_system bare
    clone_into /root/mnist-train
    # without access to MNIST
    inside MNIST_MIRROR=http://127.0.0.1:9 /root/mnist-train/scripts/run.sh --epochs 1
    installed_with_one_line
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    trained_on_the_drawn_digits
    # with a mirror
    real_mnist
    inside MNIST_MIRROR=file:///mnist /root/mnist-train/scripts/run.sh --epochs 1
    expect grep -q '^Epoch: 0 | Loss: 1.59.* of 60000 right' "$scratch/out"
    expect grep -q '^Test Accuracy: .* of 10000 right' "$scratch/out"
}

# The same system. It has no /dev/pts, as in some containers.
@test "test sh passes there and names what would enable the skipped tests" {
    [ -e "$systems/bare/changes/root/mnist-train/build/mnist-train" ] || skip "there is no bare Debian with the program"
    make_system bare-tests bare
    local name
    for name in $(cd "$here/root/mnist-train/tests" && ls test_*); do
        grep -qwF "$name" <<<"$kept_tests" || rm "$here/root/mnist-train/tests/$name"
    done
    inside "$quick" /root/mnist-train/scripts/test.sh
    expect grep -q '^install-packages: installing with apt-get for .*test: .*libcmocka-dev' "$scratch/err"
    expect grep -qE '^[1-9][0-9]* passed, 0 failed, [1-9][0-9]* skipped$' "$scratch/out"
    expect grep -qE '^[1-9][0-9]* skipped: there are no pseudo-terminals$' "$scratch/out"
    fails_with 1 grep -q '^Traceback' "$scratch/out"
    tail -n 1 "$scratch/out" >"$scratch/last"
    expect grep -q '^missing for skipped tests: .*tidy .*scripts/test.sh --all installs' "$scratch/last"
}

run_sh_needs_openblas_where_there_is_another_blas() { # SYSTEM PACKAGE...
    local name=$1
    shift
    make_system "$name"
    inside apt-get -q update
    inside DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
    clone_into /root/mnist-train
    inside "$quick" /root/mnist-train/scripts/run.sh --data /root/mnist-train/data/drawn --epochs 1
    installed_with_one_line
    trained_on_the_drawn_digits
}

@test "run sh installs openblas beside the reference blas" {
    run_sh_needs_openblas_where_there_is_another_blas blas libblas-dev liblapack-dev gcc libc6-dev make
}

@test "run sh installs openblas beside atlas" {
    run_sh_needs_openblas_where_there_is_another_blas atlas libatlas-base-dev
}

# Leaves a system with the packages, and without pkg-config, for the tests that follow.
@test "run sh tells an unprivileged user the whole command" {
    make_system user
    account=user
    clone_into /home/user/mnist-train
    fails_with 1 inside "$quick" /home/user/mnist-train/scripts/run.sh --epochs 1
    expect test "$(cat "$scratch/err")" = "install-packages: missing: compiler make openblas zlib; run as root: $(
    )apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make libopenblas-dev zlib1g-dev"
    command=$(sed 's/.*run as root: //' "$scratch/err")
    inside_as_root DEBIAN_FRONTEND=noninteractive sh -c "$command"
    fails_with 1 test -e "$here/usr/bin/pkg-config"
    inside "$quick" /home/user/mnist-train/scripts/run.sh --data /home/user/mnist-train/data/drawn --epochs 1
    expect test "$(head -n 1 "$scratch/err")" = "Train: 4000 images of /home/user/mnist-train/data/drawn/train-images-idx3-ubyte.gz"
    trained_on_the_drawn_digits
    rm -rf "$here/home/user/mnist-train"
}

# Makes a system with the packages and with a clone of the unprivileged user.
make_ready_system() { # NAME DIRECTORY
    [ -e "$systems/user/changes/usr/bin/gcc" ] || skip "there is no bare Debian with the packages"
    make_system "$1" user
    account=user
    clone_into "$2"
}

@test "run sh and smoke sh agree with make where BUILD is" {
    make_ready_system build-exported /home/user/mnist-train
    cd "$here/home/user/mnist-train"
    for build in /tmp/elsewhere release; do
        inside "$quick" BUILD="$build" /home/user/mnist-train/scripts/run.sh --data /home/user/mnist-train/data/drawn --epochs 1
        trained_on_the_drawn_digits
        inside BUILD="$build" /home/user/mnist-train/scripts/smoke.sh
    done
    expect test -x "$here/tmp/elsewhere/mnist-train"
    expect test -x "$here/home/user/mnist-train/release/mnist-train"
    expect test ! -e build
}

@test "run sh trains with CDPATH exported" {
    make_ready_system cdpath /home/user/mnist-train
    inside "$quick" CDPATH=.:/home/user sh -c 'cd /home/user/mnist-train >/dev/null && scripts/run.sh --data data/drawn --epochs 1'
    trained_on_the_drawn_digits
}

@test "run sh trains in a path with spaces and other characters" {
    make_ready_system path "/home/user/Új mappa/δ  mnist-train"
    inside "$quick" MNIST_MIRROR=file:///nowhere "/home/user/Új mappa/δ  mnist-train/scripts/run.sh" --epochs 1
    trained_on_the_drawn_digits
}

@test "run sh leaves a read only checkout alone with BUILD" {
    make_ready_system read-only /home/user/mnist-train
    local checkout=$here/home/user/mnist-train
    mount --bind "$checkout" "$checkout"
    mount -o remount,bind,ro "$checkout"
    inside "$quick" BUILD=/tmp/build MNIST_MIRROR=file:///nowhere /home/user/mnist-train/scripts/run.sh --epochs 1
    trained_on_the_drawn_digits
    real_mnist
    inside BUILD=/tmp/build MNIST_MIRROR=file:///mnist /home/user/mnist-train/scripts/run.sh --epochs 0
    expect grep -q '^Test Accuracy: .* of 10000 right' "$scratch/out"
    expect test -e "$here/tmp/build/mnist/train-images-idx3-ubyte.gz"
}

@test "run sh trains without a network" {
    make_ready_system no-network /home/user/mnist-train
    network="unshare --net"
    inside "$quick" timeout 120 /home/user/mnist-train/scripts/run.sh --epochs 1
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    trained_on_the_drawn_digits
}

@test "run sh names the packages where they cannot be downloaded" {
    make_system bare-no-network
    clone_into /root/mnist-train
    network="unshare --net"
    # the packages and their lists are shared with the other systems
    umount "$here/var/cache/apt/archives" "$here/var/lib/apt/lists"
    fails_with 1 inside timeout 120 /root/mnist-train/scripts/run.sh --epochs 1
    expect grep -q '^E: ' "$scratch/err" # apt's own words
    tail -n 1 "$scratch/err" >"$scratch/last"
    expect grep -q '^install-packages: apt-get failed, .* as root: apt-get update && .* libopenblas-dev' "$scratch/last"
}

@test "the systems are removed" {
    remove_systems
}
