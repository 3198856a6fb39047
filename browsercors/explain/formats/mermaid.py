"""
A report's exchanges as a Mermaid sequence diagram, for Markdown that renders it.

In foreign text every character that means something to Mermaid, or to the HTML that Mermaid makes, is written as an
entity code, so that it cannot end a line, start a statement or become an element.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.sequence_diagram import diagram_of
from browsercors.explain.report import checked_report
from browsercors.explain.words.labels import VERDICTS
from browsercors.explain.words.sanitise import printable

if TYPE_CHECKING:
    from browsercors.explain.report import Report

__all__ = ["report_as_mermaid"]

ARROWS: Final = {"request": "->>", "answer": "-->>", "refused": "--x", "lost": "--x"}

LONGEST_TEXT: Final = 80

UNSAFE: Final = re.compile(r"[^A-Za-z0-9 ./_,-]|\bend\b", re.IGNORECASE)
"""Characters with a meaning, and the word that closes a block, even in the middle of a text."""


def report_as_mermaid(report: Report) -> str:
    """
    Return the exchanges of a report as the source of a Mermaid `sequenceDiagram`, which ends with a line break.
    """
    checked_report(report)
    diagram = diagram_of(report)
    names = [f"P{number}" for number in range(len(diagram.lifelines))]
    lines = ["sequenceDiagram"]
    for name, lifeline in zip(names, diagram.lifelines, strict=True):
        label = _label(lifeline.role) + (f"<br/>{_label(lifeline.name)}" if lifeline.name else "")
        lines.append(f"    participant {name} as {label}")
    for message in diagram.messages:
        arrow = ARROWS[message.style]
        lines.append(f"    {names[message.source]}{arrow}{names[message.target]}: {_label(message.text)}")
    sign = VERDICTS[diagram.verdict][0]
    lines.append(f"    Note over {names[0]}: {_label(f'{sign} {diagram.ending}')}")
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    whole = printable(text)
    cut = whole if len(whole) <= LONGEST_TEXT else f"{whole[: LONGEST_TEXT - 1]}…"
    return UNSAFE.sub(lambda found: f"#{ord(found[0][0])};{found[0][1:]}", cut)
