# Sourced by scripts that have set $root: sets $build to the build directory of make, $BUILD or build. As
# in the Makefile, a relative one is in the project's directory, and an empty one counts as unset.
# shellcheck shell=sh disable=SC2034 # the scripts use $build
case ${BUILD:-build} in
/*) build=$BUILD ;;
*) build=${root:?}/${BUILD:-build} ;;
esac
