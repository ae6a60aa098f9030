#!/bin/sh
# usage: check-layers.sh [ROOT]
# Checks the sources in src/ and include/ below ROOT (this checkout by default), and prints each
# violation as "file:line: reason":
# - a quoted include names a directory and a header there: "nn/layers.h"
# - the directory is the file's own or a lower one
# - a private header, src/DIRECTORY/NAME_internal.h, is included from its own directory only
# - modules do not include each other in a cycle; a module is src/DIRECTORY/NAME.c, its header
#   include/DIRECTORY/NAME.h and its private header
# - each source but cli/main.c has a header of its name, or includes a private one
# - only report/print.c, which makes arguments printable, uses stdout, stderr, and the functions that
#   print to them or open streams; write() and fopen() are for the files in allowed_files
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/say.sh"
project=${1:-$root}
if [ ! -d "$project/src" ] || [ ! -d "$project/include" ]; then
    say "expected src/ and include/ in $project, found none"
    exit 2
fi
CDPATH='' cd -- "$project"

find src include -name '*.[ch]' | LC_ALL=C sort | LC_ALL=C awk '
BEGIN {
    directories = "base io data nn train report cli" # lowest first
    count = split(directories, order, " ")
    for (i = 1; i <= count; i++)
        level[order[i]] = i
    count = split("stdout stderr printf vprintf puts putchar putchar_unlocked perror psignal psiginfo " \
                  "dprintf vdprintf putw wprintf vwprintf putwchar warn warnx vwarn vwarnx err errx verr verrx " \
                  "syslog vsyslog popen fdopen freopen writev pwritev sendfile splice write fopen", names, " ")
    for (i = 1; i <= count; i++)
        prints[names[i]] = 1
    allowed_files["write"] = "src/io/atomic_file.c src/report/log.c"
    allowed_files["fopen"] = "src/base/memory_available.c" # reads
}

{ exists[$0] = 1; files[++file_count] = $0 }

function complain(where, reason) {
    print where ": " reason
    violations++
}

# Returns D/NAME, the module of src/D/NAME.c, include/D/NAME.h and src/D/NAME_internal.h.
function module_of(path) {
    sub(/^[a-z]+\//, "", path)
    sub(/(_internal)?\.[ch]$/, "", path)
    return path
}

function directory_of(path) {
    sub(/^[a-z]+\//, "", path)
    sub(/\/.*/, "", path)
    return path
}

# Returns the file that an include in `path` refers to, or "" after a complaint.
function find_included(path, included, where,    own, private) {
    own = directory_of(path)
    private = included ~ /_internal\.h$/
    if (private && included !~ /\// && ("src/" own "/" included) in exists)
        return "src/" own "/" included
    if (split(included, parts, "/") != 2 || !(parts[1] in level)) {
        complain(where, "\"" included "\": expected an include of the form \"directory/name.h\"")
        return ""
    }
    if (level[parts[1]] > level[own]) {
        complain(where, "\"" included "\": " own " is below " parts[1] " and must not include it")
        return ""
    }
    if (private && parts[1] != own) {
        complain(where, "\"" included "\": a private header of " parts[1])
        return ""
    }
    if (private && ("src/" included) in exists)
        return "src/" included
    if (!(("include/" included) in exists)) {
        complain(where, "\"" included "\": no such header")
        return ""
    }
    return "include/" included
}

# Complains about each name in the line that prints without report/print.c. Strings and comments of a
# line count for nothing.
function check_printing(line, path, where,    name) {
    gsub(/\\./, "", line)
    gsub(/\047.\047/, "", line)
    gsub(/"[^"]*"/, "", line)
    sub(/format\(printf,/, "", line) # an attribute
    sub(/\/\/.*/, "", line)
    while (match(line, /[A-Za-z_][A-Za-z_0-9]*/)) {
        name = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (name in prints && index(" " allowed_files[name] " ", " " path " ") == 0)
            complain(where, name ": expected print_stdout or print_stderr (report/print.h)")
    }
}

function read_file(path,    line, number, included, target, from, to, has_private) {
    number = has_private = 0
    while ((getline line <path) > 0) {
        number++
        if (path != "src/report/print.c")
            check_printing(line, path, path ":" number)
        if (line !~ /^[ \t]*#[ \t]*include[ \t]*"/)
            continue
        included = line
        sub(/^[^"]*"/, "", included)
        sub(/".*/, "", included)
        target = find_included(path, included, path ":" number)
        if (target ~ /_internal\.h$/)
            has_private = 1
        from = module_of(path)
        to = module_of(target)
        if (target != "" && from != to && !((from, to) in edge)) {
            edge[from, to] = path ":" number
            to_of[from, ++degree[from]] = to
        }
    }
    close(path)
    if (path ~ /\.c$/ && path != "src/cli/main.c" && !has_private && !(("include/" module_of(path) ".h") in exists))
        complain(path ":1", "expected the header include/" module_of(path) ".h or a private one, found none")
}

# Searches for cycles, depth first. way[1..depth] is the path to `module`; place[] is the index of each
# module on the path, or 0.
function visit(module, depth,    i, j, to, cycle) {
    way[depth] = module
    place[module] = depth
    for (i = 1; i <= degree[module]; i++) {
        to = to_of[module, i]
        if (!(to in place)) {
            visit(to, depth + 1)
        } else if (place[to] > 0) {
            cycle = ""
            for (j = place[to]; j <= depth; j++)
                cycle = cycle way[j] " -> "
            complain(edge[module, to], "a cycle of includes: " cycle to)
        }
    }
    place[module] = 0
}

END {
    for (i = 1; i <= file_count; i++) {
        if (split(files[i], parts, "/") != 3 || !(parts[2] in level))
            complain(files[i] ":1", "expected one of the directories " directories)
        else
            read_file(files[i])
    }
    for (i = 1; i <= file_count; i++) {
        if (!(module_of(files[i]) in place))
            visit(module_of(files[i]), 1)
    }
    exit violations > 0
}'
