"""
The page on the form of a report, made from the records themselves.

    python -m tests.explain.schema    # writes spec_notes/report.md
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Final

import attrs

from browsercors.explain import report

PAGE: Final = Path(__file__).parents[2] / "spec_notes" / "report.md"
RECORDS: Final[list[type]] = [
    value for name in report.__all__ if attrs.has(value := getattr(report, name)) and value is not report.Report
]

BEGINNING: Final = f"""\
# The report as data

`result.report()` returns a `Report`, and `browsercors explain --json` writes it under `report`, with the same field
names and with lists instead of tuples. `version` is {report.REPORT_VERSION}. It increases when a field is removed or
changes its meaning, not when one is added. All text is printable and short: a longer value is cut, and its length is
given. The exact bytes are in `result.timeline` and, in JSON, under `timeline`.

This page is generated from the records by `python -m tests.explain.schema`.
"""


def page() -> str:
    """
    Return the page.
    """
    return "\n".join([BEGINNING, *(section(record) for record in [report.Report, *RECORDS])])


def section(record: type) -> str:
    """
    Return the section on one record: what it is, and its fields.
    """
    doc = textwrap.dedent(record.__doc__ or "")
    about, _, listed = doc.partition("Attributes:")
    told = {
        match[1]: " ".join(match[2].split())
        for match in re.finditer(r"^ {4}(\w+): (.*?)(?=^ {4}\w+: |\Z)", listed, re.MULTILINE | re.DOTALL)
    }
    rows = [
        f"| `{field.name}` | {form(str(field.type))} | {told[field.name].replace('|', '/')} |"
        for field in attrs.fields(record)
    ]
    return "\n".join(
        [f"## {record.__name__}", "", about.strip(), "", "| field | form | meaning |", "| --- | --- | --- |", *rows, ""]
    )


def form(annotation: str) -> str:
    """
    Return the form of a field in words of JSON.
    """
    if annotation.startswith("tuple[tuple["):
        return "list of [name, value]"
    if annotation.startswith("tuple["):
        return f"list of {form(annotation[6:].rpartition(',')[0])}"
    if annotation.startswith("Literal["):
        return "text"
    if annotation.endswith(" | None"):
        return f"{form(annotation[:-7])} or null"
    return {"str": "text", "int": "number", "float": "number", "bool": "true or false", "Verdict": "text"}.get(
        annotation, annotation
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
