#!/usr/bin/python3
"""Tests completion in an interactive shell on a pseudo-terminal: types lines, each with a tab.

usage: completion.py bash|zsh PREFIX <LINES

PREFIX is the installation: it contains share/bash-completion and share/zsh. Prints for each line
the arguments that mnist-train received, as [ARGUMENT][ARGUMENT]... Every wait has a limit.
"""
import os
import pty
import select
import signal
import sys
import tempfile
import time

LIMIT = 30  # seconds for one answer of the shell
PROMPT = b"ready> "
BEGIN, END = b"<<<", b">>>"
SHOW = "mnist-train() { printf '<'; printf '<<'; printf '[%s]' \"$@\"; printf '>>>\\n'; }\n"
SETTINGS = {
    "bash": """
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
source "$PREFIX/share/bash-completion/completions/mnist-train"
PS1='ready> '
""",
    "zsh": """
unsetopt beep prompt_cr prompt_sp
fpath=("$PREFIX/share/zsh/site-functions" $fpath)
autoload -U compinit
compinit -u -D
PS1='ready> '
""",
}


def shell_command(shell, directory):
    """Writes the shell's settings to the directory; returns the command that starts the shell."""
    path = os.path.join(directory, ".zshrc" if shell == "zsh" else "bashrc")
    with open(path, "w", encoding="utf-8") as file:
        file.write(SETTINGS[shell] + SHOW)
    if shell == "zsh":
        os.environ["ZDOTDIR"] = directory
        return ["zsh", "-d", "-i"]  # -d: no global settings
    return ["bash", "--noprofile", "--rcfile", path, "-i"]


def read_until(terminal, *marks):
    """Returns the output up to the last of the marks, which appear one after the other."""
    seen = b""
    end = time.monotonic() + LIMIT
    position = 0
    for mark in marks:
        while mark not in seen[position:]:
            if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
                sys.exit(f"expected {mark!r}, found {seen!r}")
            seen += os.read(terminal, 65536)
        position = seen.index(mark, position) + len(mark)
    return seen


def wait_for_exit(child):
    end = time.monotonic() + LIMIT
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            sys.exit("expected the shell to exit, found it running")
        time.sleep(0.02)


def main():
    shell, os.environ["PREFIX"] = sys.argv[1:]
    os.environ["TERM"] = "dumb"
    with tempfile.TemporaryDirectory() as directory:
        command = shell_command(shell, directory)
        child, terminal = pty.fork()
        if child == 0:
            os.execvp(command[0], command)
        read_until(terminal, PROMPT)
        for line in sys.stdin:
            os.write(terminal, line.rstrip("\n").encode() + b"\t")
            time.sleep(0.3)  # a shell may take characters that come at once for pasted ones
            os.write(terminal, b"\n")
            seen = read_until(terminal, BEGIN, END, PROMPT)
            print(seen[seen.index(BEGIN) + len(BEGIN) : seen.index(END)].decode())
        os.write(terminal, b"exit\n")
        os.close(terminal)
        wait_for_exit(child)


main()
