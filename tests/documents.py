"""Runs the commands in the project's Markdown documents, and checks their text; for tests/all/readme.bats.

usage: documents.py run FILE        runs the commands in the current directory, a copy of the project
       documents.py check FILE...   prints problems of blocks, links and paths, and the differences between
                                    NAME.md and its translation NAME.zh-CN.md

A command is run by bash and must succeed. CONTRIBUTING.md describes the marks of commands that are not run as
they stand. A text block that follows a command must be its output; without --data this is MNIST's. Other commands
read data/drawn, unless they need MNIST, whose files are in $MNIST. A picture beside a document must be the one
that a command has written.
"""
import functools
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("sh", "python", "yaml", "text")
NOT_RUN = "# Not run by the tests: "
MNIST = os.environ.get("MNIST")


@dataclass
class Block:
    """A code block, a heading or a paragraph; a table or a list is a paragraph."""

    kind: str  # "code", "heading" or "paragraph"
    line: int  # of its first line, from 1
    language: str
    lines: list

    def text(self):
        return "\n".join(self.lines)

    def is_run(self):
        return self.language in ("sh", "python") and not self.lines[0].startswith(NOT_RUN)


def read_blocks(path):
    blocks, current = [], None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if current and current.kind == "code":
            if line == "```":
                current = None
            else:
                current.lines.append(line)
        elif line.startswith("```"):
            current = Block("code", number, line[3:], [])
            blocks.append(current)
        elif line.startswith("#"):
            blocks.append(Block("heading", number, "", [line]))
            current = None
        elif not line:
            current = None
        elif current:
            current.lines.append(line)
        else:
            current = Block("paragraph", number, "", [line])
            blocks.append(current)
    return blocks


# --- Running --------------------------------------------------------------------------------------


@functools.cache
def python_with(module):
    """The first Python that has the module, or None."""
    for python in ("python3", "/usr/bin/python3"):
        if shutil.which(python) and subprocess.run([python, "-c", f"import {module}"], check=False,
                                                   stderr=subprocess.DEVNULL).returncode == 0:
            return python
    return None


def is_available(need):
    if need in ("a network", "MNIST"):
        return bool(MNIST)  # a mirror of the files
    if need in ("torch", "python3-torch"):
        return bool(python_with("torch"))
    if need == "safetensors":
        return True  # or its substitute
    return Path(need).exists() if "." in need else bool(shutil.which(need))


def split_comment(line):
    """(command, needs) of a line such as `make bench  # needs MNIST, takes 5 minutes`."""
    command, _, comment = line.partition("  # ")
    needs = [word for word in comment.removeprefix("needs ").split(", ") if word]
    if any(re.fullmatch(r"takes \d+ minutes", need) for need in needs):
        words = command.split()
        command = f"make -n {' '.join(words[1:])}" if words[0] == "make" else f"{words[0]} --help"
        needs = []
    return command, needs


def commands(block):
    """(command, needs) in their order; a Python block is one command."""
    if block.language == "python":
        needs = split_comment("  " + block.lines[0])[1] if block.lines[0].startswith("# needs ") else []
        Path("snippet.py").write_text(block.text() + "\n", encoding="utf-8")
        yield f"{python_with('torch') or 'python3'} snippet.py", needs
        return
    for line in block.text().replace("\\\n", " ").split("\n"):
        if line:
            yield split_comment(line)


def without_seconds(text):
    return [re.sub(r" \| [0-9.]+ s$", "", line).rstrip() for line in text.rstrip("\n").split("\n")]


def run_command(command, needs, printed):
    """Runs a command that must print this, if it is not None; returns the problem or None."""
    if printed and "--data" not in command and "MNIST" not in needs:
        needs = needs + ["MNIST"]
    missing = [need for need in needs if not is_available(need)]
    if missing:
        print(f"skipped, needs {', '.join(missing)}: {command}")
        return None
    print(command, flush=True)
    environment = {k: v for k, v in os.environ.items() if k not in ("MNIST_DATA", "MNIST_TRAIN", "MAKEFLAGS")}
    environment["PYTHONPATH"] = str(ROOT / "tests/safetensors_substitute")
    environment["MNIST_DATA"] = MNIST if "MNIST" in needs else "data/drawn"
    done = subprocess.run(["bash", "-euc", command], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return f"status {done.returncode}: {command}\n{done.stdout}"
    if printed and without_seconds(done.stdout) != without_seconds(printed):
        return f"{command}: expected the output in the document, found\n{done.stdout}"
    return None


def png_pixels(path):
    """The size and the inflated pixels of a PNG that the program wrote, which has one chunk of them."""
    data = path.read_bytes()
    return data[16:24], zlib.decompressobj().decompress(data[data.index(b"IDAT") + 4:])


def run_document(path):
    blocks = read_blocks(path)
    for block, following in zip(blocks, blocks[1:] + [Block("", 0, "", [""])]):
        if not block.is_run():
            continue
        all_commands = list(commands(block))
        for index, (command, needs) in enumerate(all_commands):
            has_output = index == len(all_commands) - 1 and following.language == "text"
            problem = run_command(command, needs, following.text() if has_output else None)
            if problem:
                yield block, problem
    for block in blocks:
        for name in re.findall(r"!\[[^]]*\]\(([^)]+\.png)\)", block.text()):
            if png_pixels(Path(name)) != png_pixels(path.parent / name):
                yield block, f"{name}: expected the picture that the commands wrote, found another"


# --- Checks ---------------------------------------------------------------------------------------


def anchors(path):
    """Of the headings, as GitHub makes them."""
    for block in read_blocks(path):
        if block.kind == "heading":
            yield re.sub(r"[^\w\- ]", "", block.text().lstrip("# ").lower()).replace(" ", "-")


def link_problem(path, target):
    if re.match(r"[a-z]+:", target):
        return None
    name, _, anchor = target.partition("#")
    file = (path.parent / name) if name else path
    if not file.exists():
        return f"link to {target}: expected a file, found none"
    if anchor and anchor not in anchors(file):
        return f"link to {target}: expected a heading, found none"
    return None


def path_problem(word):
    """Of the first word of a code span, if it is a path of the project."""
    if not re.match(r"(src|include|tests|scripts|docs|data/drawn)/[a-z]", word):
        return None
    if re.search(r"[A-Z]{2,}", word) or list(ROOT.glob(word)):  # capitals stand for a name
        return None
    return f"{word}: expected a file, found none"


def content(path):
    """(sections): how often each has a block of code, a code span or a number; equal in all languages."""
    sections = [Counter()]
    for block in read_blocks(path):
        if block.kind == "heading":
            sections.append(Counter())
        if block.kind == "code":
            sections[-1][block.text()] += 1
        else:
            text = re.sub(r"\]\([^)]+\)", "", block.text())  # without the targets of links
            sections[-1].update(re.findall(r"`[^`]+`|\d+(?:[.,]\d+)*", text))
    return sections


def translation_problems(path):
    translation = path.with_suffix(".zh-CN.md")
    if not translation.exists():
        return
    ours, theirs = content(path), content(translation)
    if len(ours) != len(theirs):
        yield f"{translation.name}: expected {len(ours) - 1} headings, found {len(theirs) - 1}"
    for number, (expected, found) in enumerate(zip(ours, theirs)):
        for item in (expected - found) | (found - expected):
            yield f"{translation.name}, section {number}: {item}: expected {expected[item]}, found {found[item]}"


def problems(path):
    blocks = read_blocks(path)
    for problem in translation_problems(path):
        yield blocks[0], problem
    for block in blocks:
        found = []
        if block.kind == "code":
            if block.language not in LANGUAGES or not block.lines:
                found.append(f"expected a block of {', '.join(LANGUAGES)} with lines, found '{block.language}'")
        else:
            found += [link_problem(path, target) for target in re.findall(r"\]\(([^)]+)\)", block.text())]
            if path.name != "CHANGELOG.md":  # which names files that are gone
                found += [path_problem(word) for word in re.findall(r"`([^` \n]+)[^`]*`", block.text())]
        for problem in filter(None, found):
            yield block, problem


def main(action, *names):
    status = 0
    for path in (Path(name).resolve() for name in names):
        for block, problem in {"run": run_document, "check": problems}[action](path):
            print(f"{path.name}:{block.line}: {problem}")
            status = 1
    return status


sys.exit(main(*sys.argv[1:]))
