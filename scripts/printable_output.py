"""Keeps control characters from the terminal.

Options, paths and the strings in a log may contain any character. protect() replaces stdout and
stderr by streams that print '?' for each character that is not printable, except newline and tab.
"""
import sys


def make_printable(text):
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


class PrintableStream:
    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        self.stream.write(make_printable(text))
        return len(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


def protect():
    sys.stdout = PrintableStream(sys.stdout)
    sys.stderr = PrintableStream(sys.stderr)
