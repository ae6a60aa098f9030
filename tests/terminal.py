#!/usr/bin/python3
"""Runs a command on a terminal of its own and writes the bytes that the terminal gets.

usage: terminal.py COLUMNS FILE [--when TEXT ACTION]... COMMAND...

Standard output and error of the command are the terminal. The bytes go to FILE, with "\\n" for the
terminal's "\\r\\n". The actions happen one after the other, each when the output since the one before
contains its TEXT: "interrupt" types Ctrl-C, which the terminal shows as "^C"; a number is the new
width, and FILE gets the line "[N columns]". Exits with the status of the command, 128 + N after
signal N.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

def set_width(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def read_output(terminal):
    """Waits for output and returns it; b"" after the last process has closed the other end."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: the other end is closed
        return b""


def main():
    columns, path, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    actions = []
    while command[0] == "--when":
        actions.append((os.fsencode(command[1]), command[2]))
        command = command[3:]
    start, ready = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        os.read(start, 1)  # the size is set then
        os.execvp(command[0], command)
    set_width(terminal, columns)
    os.write(ready, b".")
    seen = b""
    since = 0  # the output before it belongs to actions that are over
    while output := read_output(terminal):
        seen += output
        if not actions or actions[0][0] not in seen[since:]:
            continue
        action = actions.pop(0)[1]
        if action == "interrupt":
            os.write(terminal, b"\x03")
        else:
            set_width(terminal, int(action))
            seen += f"\r\n[{action} columns]\r\n".encode()
        since = len(seen)
    with open(path, "wb") as file:
        file.write(seen.replace(b"\r\n", b"\n"))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(status if status >= 0 else 128 - status)


main()
