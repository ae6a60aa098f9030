#!/bin/sh
# usage: check-layers.sh
# Prints each quoted include of src/ and include/ that goes against the order of the directories, and each
# use of stdout and stderr outside the one that prints.
set -eu
cd "$(dirname -- "$0")/.."

find src include -name '*.[ch]' -exec awk '
    BEGIN {
        split("base:base io:base,io pictures:base,io,pictures data:base,io,pictures,data nn:base,data,nn " \
              "train:base,io,data,nn,train " \
              "output:base,io,pictures,data,nn,train,output cli:", rows, " ")
        for (i in rows) {
            split(rows[i], row, ":")
            may_include[row[1]] = row[2]
        }
    }
    function complain(words) { print FILENAME ":" FNR ": " words; wrong = 1 }
    FNR == 1 {
        split(FILENAME, path, "/")
        if (!(path[2] in may_include)) complain("expected a directory of scripts/check-layers.sh")
    }
    /^ *# *include "[a-z]+\// {
        split($0, part, /["\/]/)
        if (path[2] != "cli" && index("," may_include[path[2]] ",", "," part[2] ",") == 0)
            complain("src/" path[2] " must not include " part[2] "/")
    }
    path[2] != "output" && FILENAME != "src/cli/main.c" {
        gsub(/"[^"]*"|\/\/.*/, "")
        if (/(^|[^a-z_])(stdout|stderr|v?printf|puts|putchar|perror)([^a-z_]|$)/ && !/format\(printf/)
            complain("only src/output and src/cli/main.c print")
    }
    END { exit wrong }' {} +
