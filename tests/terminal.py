#!/usr/bin/python3
"""Runs a command on a terminal of its own and tells what was seen there.

usage: terminal.py COLUMNS [COLUMNS...] -- COMMAND...

The terminal begins with the first number of columns and gets each other one after a third of a
second more. Its standard output and error are the terminal. Prints "frame COLUMNS LENGTH TEXT" for each
progress line that stood there, "resized COLUMNS", "colour" if any character was coloured, "row
TEXT" for each row at the end, and "redraws N in SECONDS". Exits as the command does.

Needs python3-pyte, a terminal in memory.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

import pyte

ROWS = 60


def set_size(descriptor, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))


def progress_line(screen):
    line = screen.display[screen.cursor.y]
    return line.rstrip() if " of " in line and line.startswith("Epoch: ") else None


def coloured(screen):
    return any(cell.fg != "default" for row in screen.buffer.values() for cell in row.values())


def main():
    split = sys.argv.index("--")
    widths = [int(word) for word in sys.argv[1:split]]
    child, terminal = pty.fork()
    if child == 0:
        time.sleep(0.1)  # until the size is set
        os.execvp(sys.argv[split + 1], sys.argv[split + 1 :])
    set_size(terminal, widths[0])
    screen = pyte.Screen(widths[0], ROWS)
    stream = pyte.ByteStream(screen)
    begun = resized = time.monotonic()
    redraws = 0
    any_colour = False
    while True:
        if len(widths) > 1 and time.monotonic() - resized > 0.34:
            widths.pop(0)
            set_size(terminal, widths[0])
            screen.resize(ROWS, widths[0])
            resized = time.monotonic()
            print("resized", widths[0])
        if not select.select([terminal], [], [], 0.02)[0]:
            continue
        try:
            output = os.read(terminal, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not output:
            break
        stream.feed(output)
        any_colour = any_colour or coloured(screen)
        if progress_line(screen):
            redraws += 1
            print("frame", screen.columns, len(progress_line(screen)), progress_line(screen))
    if any_colour:
        print("colour")
    for row in screen.display:
        if row.strip():
            print("row", row.rstrip())
    print("redraws", redraws, "in", round(time.monotonic() - begun, 2))
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
