#!/usr/bin/python3
"""Runs a command on a terminal of its own and writes the bytes that the terminal gets.

usage: terminal.py FILE [--interrupt-after TEXT] COMMAND...

Standard output and error of the command are the terminal. The bytes go to FILE, with "\\n" for the
terminal's "\\r\\n". Ctrl-C is typed when the output contains the text; the terminal shows "^C". Exits
with the status of the command, 128 + N after signal N.
"""
import os
import pty
import sys


def read_output(terminal):
    """Waits for output and returns it; b"" after the last process has closed the other end."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: the other end is closed
        return b""


def main():
    path, command, last = sys.argv[1], sys.argv[2:], None
    if command[0] == "--interrupt-after":
        last, command = os.fsencode(command[1]), command[2:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    seen = b""
    while output := read_output(terminal):
        seen += output
        if last and last in seen:
            os.write(terminal, b"\x03")
            last = None
    with open(path, "wb") as file:
        file.write(seen.replace(b"\r\n", b"\n"))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(status if status >= 0 else 128 - status)


main()
