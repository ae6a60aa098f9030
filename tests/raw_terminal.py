#!/usr/bin/python3
"""Runs a command on a terminal of its own and writes the bytes that the terminal gets.

usage: raw_terminal.py COLUMNS FILE [--interrupt TEXT] COMMAND...

Standard output and error of the command are the terminal. The bytes go to FILE, with "\\n" for the
terminal's "\\r\\n". With --interrupt, Ctrl-C is typed when the output contains TEXT; the terminal
shows it as "^C". Exits with the status of the command, 128 + N after signal N.
"""
import os
import pty
import sys

from pseudo_terminal import read_output, set_size

ROWS = 24


def main():
    columns, path, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    trigger = None
    if command[0] == "--interrupt":
        trigger = os.fsencode(command[1])
        command = command[2:]
    start, ready = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        os.read(start, 1)  # the size is set then
        os.execvp(command[0], command)
    set_size(terminal, ROWS, columns)
    os.write(ready, b".")
    seen = b""
    while output := read_output(terminal):
        seen += output
        if trigger and trigger in seen:
            os.write(terminal, b"\x03")
            trigger = None
    with open(path, "wb") as file:
        file.write(seen.replace(b"\r\n", b"\n"))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(status if status >= 0 else 128 - status)


main()
