#!/usr/bin/python3
"""Checks that the numbers of a report are those of the log of the same run, with all digits.

usage: report_numbers.py REPORT LOG
"""
import html.parser
import json
import sys


class Report(html.parser.HTMLParser):
    """Collects the <data> elements: by row in the table of epochs, elsewhere by the id before them."""

    def __init__(self):
        super().__init__()
        self.sections, self.rows = {}, []
        self.last_id = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if attributes.get("id"):
            self.last_id = attributes["id"]
        if tag == "tr" and self.last_id == "epochs":
            self.rows.append({})
        if tag == "data":
            value = float(attributes["value"])
            in_table = self.last_id == "epochs"
            group = self.rows[-1] if in_table else self.sections.setdefault(self.last_id, {})
            group.setdefault(attributes["class"], value)


def flatten(line):
    """The numbers of a line of the log, under the names that the report has for them."""
    flat = {"seconds": line["seconds"]}
    for arithmetic in ("tutorial", "exact"):
        for name, value in line[arithmetic].items():
            flat[f"{arithmetic}-{name}"] = float(value)
    return flat


def main():
    report = Report()
    report.feed(open(sys.argv[1], encoding="utf-8").read())
    lines = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
    epochs = [flatten(line) for line in lines if line["event"] == "epoch"]
    tests = [flatten(line) for line in lines if line["event"] == "test"]
    rows = [row for row in report.rows if row]
    if not epochs or rows != epochs:
        sys.exit(f"expected the epochs {epochs}, found {rows}")
    if len(tests) != 1 or report.sections["test"] != tests[0]:
        sys.exit(f"expected the test {tests}, found {report.sections['test']}")


main()
