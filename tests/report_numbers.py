#!/usr/bin/python3
"""Whether every figure of a report is that of the log of the same run, to the last bit.

usage: report_numbers.py REPORT LOG
"""
import html.parser
import json
import sys


class Report(html.parser.HTMLParser):
    """The <data> elements, by the row of the table or the header that they stand in."""

    def __init__(self):
        super().__init__()
        self.sections, self.rows = {}, []
        self.place = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if attributes.get("id"):
            self.place = attributes["id"]
        if tag == "tr" and self.place == "epochs":
            self.rows.append({})
        if tag == "data":
            value = float(attributes["value"])
            where = self.rows[-1] if self.place == "epochs" else self.sections.setdefault(self.place, {})
            where.setdefault(attributes["class"], value)


def flatten(line):
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
