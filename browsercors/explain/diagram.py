"""
What was exchanged between whom, as data: the lifelines of a sequence diagram, and the messages between them.

`as_svg` and `as_mermaid` draw it. A cache that answers in place of a server is one more lifeline.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

import attrs

from browsercors.explain.labels import VERDICTS, duration_label, entry_outcome
from browsercors.explain.words import browser_label

if TYPE_CHECKING:
    from browsercors.explain.report import Entry, Report

__all__ = ["Diagram", "Lifeline", "Message", "diagram_of"]

PAGE: Final = "Page"
PREFLIGHT_CACHE: Final = "Preflight cache"
SERVER: Final = "Server"

END_OF_HOST: Final = re.compile(r"[/?#\\]")


@attrs.frozen
class Lifeline:
    """
    Somebody who takes part.

    Attributes:
        role: "Page", "Preflight cache", "Server".
        name: Who it is: an origin, or a browser.
    """

    role: str
    name: str


@attrs.frozen
class Message:
    """
    An arrow.

    Attributes:
        source: The number of the lifeline that it starts from, counted from 0.
        target: The number of the lifeline that it leads to.
        text: What it says.
        style: "request", "answer", "refused" for an answer that the browser did not accept, or "lost" for what never
            arrived.
        entry: The number of the timeline's entry that it belongs to, counted from 0; None if nothing was sent.
    """

    source: int
    target: int
    text: str
    style: Literal["request", "answer", "refused", "lost"]
    entry: int | None


@attrs.frozen
class Diagram:
    """
    A sequence diagram.

    Attributes:
        lifelines: Who takes part; the page first.
        messages: What they say, in order.
        ending: What it came to for the page.
        verdict: The verdict that it ends in.
    """

    lifelines: tuple[Lifeline, ...]
    messages: tuple[Message, ...]
    ending: str
    verdict: str


def diagram_of(report: Report) -> Diagram:
    """
    Return the sequence diagram of a report.
    """
    drawing = _Drawing(report)
    for number, entry in enumerate(report.timeline):
        if entry.kind == "remembered-preflight":
            drawing.add_remembered(number, entry)
        else:
            drawing.add_exchange(number, entry)
    if not report.timeline:
        drawing.add_unsent()
    word = VERDICTS[report.verdict][1]
    ending = word if report.code in {"", "readable"} else f"{word}: {report.code}"
    return Diagram(tuple(drawing.lifelines), tuple(drawing.messages), ending, report.verdict)


class _Drawing:
    """
    A diagram that is being drawn: lifelines join when they are first spoken to.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        self.lifelines = [Lifeline(PAGE, report.tried.page_origin)]
        self.messages: list[Message] = []
        self.refused = {excerpt.entry for excerpt in report.evidence} if report.verdict == "blocked" else set()
        self.remembered = _remembered_for(report)
        # NB: the cache is the browser's, and so it stands next to the page, whenever it joins.
        if self.remembered or any(entry.kind == "remembered-preflight" for entry in report.timeline):
            self.lifelines.append(Lifeline(PREFLIGHT_CACHE, browser_label(report.browser)))

    def add_remembered(self, number: int, entry: Entry) -> None:
        self._add(0, 1, f"{entry.method} {_path_of(entry.url)}?", "request", number)
        self._add(1, 0, "remembered: allowed", "answer", number)

    def add_exchange(self, number: int, entry: Entry) -> None:
        server = self._server_of(entry.url)
        self._add(0, server, f"{entry.method} {_path_of(entry.url)}", "request", number)
        outcome = entry_outcome(entry)
        if entry.status is None:
            self._add(server, 0, outcome, "lost", number)
            return
        self._add(server, 0, outcome, "refused" if number in self.refused else "answer", number)
        if entry.kind == "preflight" and self.remembered:
            self._add(0, 1, f"remember for {self.remembered}", "request", number)

    def add_unsent(self) -> None:
        tried = self.report.tried
        text = f"{tried.method} {_path_of(tried.url)}: not sent"
        self._add(0, self._server_of(tried.url), text, "lost", None)

    def _add(
        self,
        source: int,
        target: int,
        text: str,
        style: Literal["request", "answer", "refused", "lost"],
        entry: int | None,
    ) -> None:
        self.messages.append(Message(source, target, text, style, entry))

    def _server_of(self, url: str) -> int:
        lifeline = Lifeline(SERVER, _origin_of(url))
        if lifeline not in self.lifelines:
            self.lifelines.append(lifeline)
        return self.lifelines.index(lifeline)


def _remembered_for(report: Report) -> str:
    """
    Return how long the report's browser remembers the preflight that was sent; empty if it does not.

    The story is about one preflight. Where redirects caused more, it does not say which, and nothing is drawn.
    """
    if sum(entry.kind == "preflight" for entry in report.timeline) != 1:
        return ""
    for remembered in report.preflight.remembered:
        if remembered.browser == report.browser and remembered.seconds:
            return duration_label(remembered.seconds)
    return ""


def _split(url: str) -> tuple[str, str]:
    """
    Cut a URL behind its host, without user name and password.

    NB: not parsed: it may be one that no parser takes, and it is only to be shown.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, separator, rest = url.partition(":")
        return scheme + separator, rest
    end = END_OF_HOST.search(rest)
    host, path = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    return f"{scheme}://{host.rpartition('@')[2]}", path


def _origin_of(url: str) -> str:
    return _split(url)[0]


def _path_of(url: str) -> str:
    return _split(url)[1] or "/"
