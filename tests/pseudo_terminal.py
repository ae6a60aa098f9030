"""The size and the output of a pseudo-terminal."""
import fcntl
import os
import struct
import termios


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read_output(terminal):
    """Waits for output and returns it; b"" after the last process has closed the other end."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: the other end is closed
        return b""
