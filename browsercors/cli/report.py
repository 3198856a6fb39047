"""
A result as the lines of a report: verdict, evidence, rule; then the wire, the preflight and every rule applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.cli.terminal import Line
from browsercors.explain.as_text import (
    describe_entry,
    describe_finding,
    describe_opaque,
    describe_preflight_causes,
    explain_block,
    labelled,
    who,
    wrapped,
)
from browsercors.explain.sanitise import shown
from browsercors.fetch.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.browser.result import FetchResult
    from browsercors.fetch.findings import Block

__all__ = ["has_no_verdict", "report", "verdict"]

NO_VERDICT: Final = frozenset({Reason.NOT_MOUNTED, Reason.NOT_RECORDED, Reason.NOT_REPRESENTABLE, Reason.TOO_LARGE})
"""What ends the simulation, and would not have ended the browser's fetch."""

WIDTH: Final = 80


def has_no_verdict(result: FetchResult) -> bool:
    """
    Whether the simulation ended where a browser would have gone on.
    """
    return result.block is not None and result.block.reason in NO_VERDICT


def verdict(result: FetchResult) -> Line:
    """
    Return the verdict in one line.
    """
    if result.readable:
        return Line(
            f"READABLE  {result.status} {shown(result.status_text) if result.status_text else ''}".rstrip(), "readable"
        )
    if result.block is None:
        return Line(f"OPAQUE  response type {result.type}", "opaque")
    if has_no_verdict(result):
        return Line(f"NO VERDICT  {result.block.reason.value}", "opaque")
    return Line(f"BLOCKED  {result.block.reason.value}", "blocked")


def report(result: FetchResult, url: str, *, verbose: bool) -> Iterable[Line]:
    """
    Yield the lines of the report on *result*.

    Args:
        result: What is reported.
        url: What the page asked for.
        verbose: Whether every header line is shown.
    """
    text, style = verdict(result)
    yield Line(f"{text}  ({result.browser_name})", style)
    yield Line()
    if result.block is not None:
        yield from _blocked(result, result.block, url)
    elif result.readable:
        yield from _readable(result)
    else:
        yield from _paragraph(describe_opaque(result.type))
    if result.timeline:
        yield from _heading("On the wire")
        for entry in result.timeline:
            first, *rest = describe_entry(entry, verbose=verbose)
            yield Line(f"  {first}")
            yield from (Line(f"  {line}", "quiet") for line in rest)
    causes = describe_preflight_causes(result.findings)
    if causes:
        yield from _heading("Why a preflight")
        for cause in causes:
            yield from _hanging(cause)
    yield from _heading("Rules applied")
    for finding in result.findings:
        yield from _hanging(describe_finding(finding))


def _blocked(result: FetchResult, block: Block, url: str) -> Iterable[Line]:
    explanation = explain_block(block, result.page_origin, result.timeline, url)
    yield from _paragraph(explanation.sentence)
    yield Line()
    for line in explanation.evidence:
        yield Line(f"    {line}", "pointer" if line.lstrip().startswith("^ ") else "plain")
    yield Line()
    for label, paragraph in explanation.paragraphs():
        yield from (Line(line) for line in labelled(label, paragraph))


def _readable(result: FetchResult) -> Iterable[Line]:
    body = result.body
    yield from _paragraph(
        f"{who(result.page_origin, capital=True)} may read {shown(result.url)}: response type {result.type}, "
        f"{len(body)} bytes of body."
    )
    yield Line()
    seen = list(result.headers)
    sent = result.exchanges[-1].response_headers if result.exchanges else {}
    # NB: what the server says to the browser alone is not missed.
    hidden = [name for name in sent if name not in seen and not name.startswith("access-control-")]
    for label, names in (("Seen:", seen), ("Hidden:", hidden)):
        text = wrapped(shown(tuple(names)))
        yield from (Line(line) for line in labelled(label, text))


def _heading(text: str) -> Iterable[Line]:
    yield Line()
    yield Line(text, "heading")


def _paragraph(text: str) -> Iterable[Line]:
    return (Line(line) for line in wrapped(text, WIDTH))


def _hanging(text: str) -> Iterable[Line]:
    first, *rest = wrapped(text, WIDTH - 4)
    yield Line(f"  {first}")
    yield from (Line(f"    {line}") for line in rest)
