#!/usr/bin/python3
"""Types lines into an interactive shell on a terminal of its own, a tab behind each.

usage: completion.py bash|zsh FOLDER <LINES

FOLDER holds what is installed: share/bash-completion and share/zsh. Prints, for each line, what
mnist-train would have been given, as [ARGUMENT][ARGUMENT]...
"""
import os
import pty
import select
import sys
import tempfile
import time

PROMPT = b"ready> "
BEGIN, END = b"<<<", b">>>"
SHOW = "mnist-train() { printf '<'; printf '<<'; printf '[%s]' \"$@\"; printf '>>>\\n'; }\n"
SETTINGS = {
    "bash": """
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
source "$FOLDER/share/bash-completion/completions/mnist-train"
PS1='ready> '
""",
    "zsh": """
unsetopt beep prompt_cr prompt_sp
fpath=("$FOLDER/share/zsh/site-functions" $fpath)
autoload -U compinit
compinit -u -D
PS1='ready> '
""",
}


def command_of(shell, folder):
    """The command that starts the shell with its settings, which are in the folder."""
    path = os.path.join(folder, ".zshrc" if shell == "zsh" else "bashrc")
    with open(path, "w", encoding="utf-8") as file:
        file.write(SETTINGS[shell] + SHOW)
    if shell == "zsh":
        os.environ["ZDOTDIR"] = folder
        return ["zsh", "-d", "-i"]  # -d: no settings of the system's
    return ["bash", "--noprofile", "--rcfile", path, "-i"]


def read_until(terminal, *marks):
    """What is shown until all the marks were, one behind the other."""
    seen = b""
    end = time.monotonic() + 30
    place = 0
    for mark in marks:
        while mark not in seen[place:]:
            if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
                sys.exit(f"expected {mark!r}, found {seen!r}")
            seen += os.read(terminal, 65536)
        place = seen.index(mark, place) + len(mark)
    return seen


def main():
    shell, os.environ["FOLDER"] = sys.argv[1:]
    os.environ["TERM"] = "dumb"
    with tempfile.TemporaryDirectory() as folder:
        command = command_of(shell, folder)
        child, terminal = pty.fork()
        if child == 0:
            os.execvp(command[0], command)
        read_until(terminal, PROMPT)
        for line in sys.stdin:
            os.write(terminal, line.rstrip("\n").encode() + b"\t")
            time.sleep(0.3)  # a shell may take what comes at once for pasted
            os.write(terminal, b"\n")
            seen = read_until(terminal, BEGIN, END, PROMPT)
            print(seen[seen.index(BEGIN) + len(BEGIN) : seen.index(END)].decode())
        os.write(terminal, b"exit\n")
        os.close(terminal)
        os.waitpid(child, 0)


main()
