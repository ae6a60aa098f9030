#!/bin/bash
# usage: make-dist.sh NAME ARCHIVE.tar.gz
# Packs the files under version control into a tarball with the top directory NAME. Equal files give
# equal bytes: all times are $SOURCE_DATE_EPOCH's, or else the last commit's. The tarball contains the
# list of its files, MANIFEST, from which it can be packed again without git.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

name=$1
directory=$(CDPATH='' cd -- "$(dirname -- "$2")" && pwd)
archive=$directory/$(basename -- "$2")
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

stage=$(mktemp -d "$directory/dist.XXXXXX")
trap 'rm -rf "$stage"' EXIT
list=$stage/list
if [ -e MANIFEST ]; then
    cp MANIFEST "$list"
    last_change() { date -r MANIFEST +%s; }
elif [ -e .git ] && command -v git >/dev/null; then
    # git refuses the checkout of another user unless it is listed as safe
    here=(git -c "safe.directory=$PWD")
    "${here[@]}" ls-files | LC_ALL=C sort >"$list"
    last_change() { "${here[@]}" log -1 --format=%ct; }
else
    echo "make-dist: expected a git checkout or MANIFEST, found neither" >&2
    exit 1
fi
epoch=${SOURCE_DATE_EPOCH:-$(last_change)}

tar=tar
if command -v gtar >/dev/null; then tar=gtar; fi # GNU tar, where the system has another one
mkdir "$stage/$name"
"$tar" -cf - -T "$list" | "$tar" -xf - -C "$stage/$name"
cp "$list" "$stage/$name/MANIFEST"
"$tar" -cf "$stage/tar" -C "$stage" --format=ustar --sort=name --mtime="@$epoch" \
    --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX "$name"
gzip -9n "$stage/tar"
mv "$stage/tar.gz" "$archive"
