# Sourced by scripts. say TEXT... prints "SCRIPT: TEXT" on stderr in a line that cannot control the
# terminal: an option, a path, a URL or another program's message in it may have any bytes. Characters
# other than printable ASCII become '?'. (In some shells echo would convert \033 in the text.)
# shellcheck shell=sh
say() {
    script=${0##*/}
    printf '%s\n' "$(printf '%s: %s' "${script%.sh}" "$*" | LC_ALL=C tr -c '[:print:]' '?')" >&2
}
