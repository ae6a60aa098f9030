"""Reads the project's Markdown documents for test_readme.sh.

usage: documents.py commands FILE DIR
       documents.py check FILE...
       documents.py figures FILE...
       documents.py output FILE TEXT

commands prints the commands of a document in their order, one per line, with tabs between: the line
number; the needs, with commas between, or "-"; "long" or "-"; the command. Python blocks are written
into DIR, and their command is "python FILE". A block that is not run is printed as "not run: REASON".

check prints the problems of blocks, links and paths, one per line as FILE:LINE: PROBLEM. figures
prints the measured numbers that have no command next to them. Both exit with 1 if there are any.

output prints the first command that contains TEXT and is the last of a block before a text block, and
then the lines of the text block.
"""
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("sh", "python", "yaml", "text")
NOT_RUN = "# Not run by the tests: "


@dataclass
class Block:
    """A code block, a heading or a paragraph; a table or a list is a paragraph."""

    kind: str  # "code", "heading" or "paragraph"
    line: int  # of its first line, from 1
    language: str
    lines: list

    def text(self):
        return "\n".join(self.lines)


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


# --- Commands -------------------------------------------------------------------------------------


def not_run_reason(block):
    first = block.lines[0] if block.lines else ""
    return first[len(NOT_RUN):] if first.startswith(NOT_RUN) else None


def split_comment(line):
    """(command, needs, is_long) of a line such as `make bench  # needs MNIST, takes 5 minutes`."""
    command, _, comment = line.partition("  # ")
    needs, is_long = [], False
    for word in filter(None, comment.removeprefix("needs ").split(", ")):
        if re.fullmatch(r"takes \d+ minutes", word):
            is_long = True
        else:
            needs.append(word)
    return command, needs, is_long


def print_command(line, needs, is_long, command):
    print(line, ",".join(needs) or "-", "long" if is_long else "-", command, sep="\t")


def print_commands(path, directory):
    for block in read_blocks(path):
        if block.kind != "code" or block.language == "text":
            continue
        reason = not_run_reason(block)
        if reason:
            print_command(block.line, [], False, f"not run: {reason}")
        elif block.language == "sh":
            for line in block.text().replace("\\\n", " ").split("\n"):
                command, needs, is_long = split_comment(line)
                print_command(block.line, needs, is_long, command)
        elif block.language == "python":
            snippet = Path(directory) / f"line{block.line}.py"
            snippet.write_text(block.text() + "\n", encoding="utf-8")
            first = block.lines[0].removeprefix("# ") if block.lines[0].startswith("# needs ") else ""
            needs = split_comment(f"  # {first}")[1]
            print_command(block.line, needs, False, f"python {snippet}")


def print_output(path, text):
    blocks = read_blocks(path)
    for block, following in zip(blocks, blocks[1:]):
        if block.language == "sh" and text in block.lines[-1] and following.language == "text":
            print(split_comment(block.lines[-1])[0])
            print(following.text())
            return 0
    print(f"{path}: expected a command with '{text}' and its output, found none", file=sys.stderr)
    return 1


# --- Checks ---------------------------------------------------------------------------------------


def anchors(path):
    """Of the headings, as GitHub makes them."""
    for block in read_blocks(path):
        if block.kind == "heading":
            title = block.text().lstrip("# ").lower()
            yield re.sub(r"[^\w\- ]", "", title).replace(" ", "-")


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


def block_problem(block):
    if block.language not in LANGUAGES:
        return f"expected a block of {', '.join(LANGUAGES)}, found '{block.language}'"
    if not block.lines:
        return "expected lines in the block, found none"
    if block.language == "yaml" and not not_run_reason(block):
        return f"expected '{NOT_RUN}...' in the yaml block, found none"
    return None


def problems(path):
    for block in read_blocks(path):
        found = []
        if block.kind == "code":
            found.append(block_problem(block))
        else:
            found += [link_problem(path, t) for t in re.findall(r"\]\(([^)]+)\)", block.text())]
            found += [path_problem(w) for w in re.findall(r"`([^` \n]+)[^`]*`", block.text())]
        for problem in filter(None, found):
            yield f"{path.relative_to(ROOT)}:{block.line}: {problem}"


MEASURED = re.compile(r"(?<![\w.-])(?!95 %)(?:\d+\.\d{2,}|[\d.]+ (?:s|ms|seconds|minutes|%|MB)(?!\w))")
COMMAND = re.compile(r"`(?:build|scripts|tests)/|`make ")


def names_a_command(block):
    return block.language == "sh" or bool(COMMAND.search(block.text()))


def is_prose(block):
    return block.kind == "paragraph" and not block.lines[0].startswith("|")


def figures(path):
    """Measured numbers without a command: in the same paragraph or, of a table or output, nearby."""
    blocks = read_blocks(path)
    for index, block in enumerate(blocks):
        if block.language in ("sh", "yaml", "python"):
            continue
        found = MEASURED.search(block.text())
        near = [block] if is_prose(block) else blocks[max(index - 2, 0):index + 2]
        if found and not any(names_a_command(other) for other in near):
            yield (f"{path.relative_to(ROOT)}:{block.line}: {found.group()}: expected the command "
                   "that measured it, found none")


def print_problems(find, names):
    lines = [line for name in names for line in find(Path(name).resolve())]
    print("\n".join(lines), end="\n" if lines else "")
    return 1 if lines else 0


def main(action, *arguments):
    if action == "commands":
        print_commands(Path(arguments[0]), arguments[1])
        return 0
    if action == "output":
        return print_output(Path(arguments[0]), arguments[1])
    return print_problems({"check": problems, "figures": figures}[action], arguments)


sys.exit(main(*sys.argv[1:]))
