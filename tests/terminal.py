#!/usr/bin/python3
"""Runs a command in a terminal of its own and prints what the terminal displays.

usage: terminal.py COLUMNS [COLUMNS...] -- COMMAND...

Standard output and error of the command are the terminal. It starts with the first number of
columns and changes to each other one after a third of a second. Prints:
  frame COLUMNS LENGTH TEXT   each progress line
  resized COLUMNS
  colour                      if any character had a colour
  row TEXT                    each row at the end
  redraws N in SECONDS
Exits with the status of the command.

Needs python3-pyte, a terminal in memory.
"""
import os
import pty
import select
import sys
import time

import pyte

from pseudo_terminal import read_output, set_size

ROWS = 60


def progress_line(screen):
    line = screen.display[screen.cursor.y]
    return line.rstrip() if " of " in line and line.startswith("Epoch: ") else None


def has_colour(screen):
    return any(cell.fg != "default" for row in screen.buffer.values() for cell in row.values())


def main():
    split = sys.argv.index("--")
    widths = [int(word) for word in sys.argv[1:split]]
    child, terminal = pty.fork()
    if child == 0:
        time.sleep(0.1)  # the size is set then
        os.execvp(sys.argv[split + 1], sys.argv[split + 1 :])
    set_size(terminal, ROWS, widths[0])
    screen = pyte.Screen(widths[0], ROWS)
    stream = pyte.ByteStream(screen)
    started = resized = time.monotonic()
    redraws = redraws_before = 0  # before: at the last resize
    any_colour = False
    while True:
        # at least one frame at each width, however busy the machine is
        if len(widths) > 1 and redraws > redraws_before and time.monotonic() - resized > 0.34:
            redraws_before = redraws
            widths.pop(0)
            set_size(terminal, ROWS, widths[0])
            screen.resize(ROWS, widths[0])
            resized = time.monotonic()
            print("resized", widths[0])
        if not select.select([terminal], [], [], 0.02)[0]:
            continue
        output = read_output(terminal)
        if not output:
            break
        stream.feed(output)
        any_colour = any_colour or has_colour(screen)
        if progress_line(screen):
            redraws += 1
            print("frame", screen.columns, len(progress_line(screen)), progress_line(screen))
    if any_colour:
        print("colour")
    for row in screen.display:
        if row.strip():
            print("row", row.rstrip())
    print("redraws", redraws, "in", round(time.monotonic() - started, 2))
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
