"""
Who exchanged what, as data: the lifelines of a sequence diagram, and the messages between them.

`svg` and `mermaid` draw it. A cache or a preload that responds instead of a server is one more lifeline.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from browsercors.explain.words.labels import VERDICTS, duration_label, entry_outcome
from browsercors.explain.words.reasons import browser_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.explain.report import Cached, Entry, Report

__all__ = ["Diagram", "Lifeline", "Message", "diagram_of"]

PAGE: Final = "Page"
PREFLIGHT_CACHE: Final = "Preflight cache"
HTTP_CACHE: Final = "HTTP cache"
PRELOADS: Final = "Preloads"
SERVICE_WORKER: Final = "Service worker"
SERVER: Final = "Server"

Style: TypeAlias = Literal["request", "answer", "refused", "lost"]

END_OF_HOST: Final = re.compile(r"[/?#\\]")


@attrs.frozen
class Lifeline:
    """
    A participant.

    Attributes:
        role: "Page", "Preflight cache", "HTTP cache", "Preloads", "Server".
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
        style: "request", "answer", "refused" for a response that the browser did not accept, or "lost" for what
            never arrived.
        entry: The number of the timeline's entry that it belongs to, counted from 0; None if nothing was sent.
    """

    source: int
    target: int
    text: str
    style: Style
    entry: int | None


@attrs.frozen
class Diagram:
    """
    A sequence diagram.

    Attributes:
        lifelines: The participants, the page first.
        messages: The messages, in order.
        ending: What it ends in for the page.
        verdict: The verdict.
    """

    lifelines: tuple[Lifeline, ...]
    messages: tuple[Message, ...]
    ending: str
    verdict: str


def diagram_of(report: Report) -> Diagram:
    """
    Return the sequence diagram of a report.
    """
    builder = _DiagramBuilder(report)
    for number, entry in _as_it_went(report.timeline):
        builder.add(number, entry)
    if not report.timeline:
        builder.add_unsent()
    word = VERDICTS[report.verdict][1]
    ending = word if report.code in {"", report.verdict} else f"{word}: {report.code}"
    return Diagram(tuple(builder.lifelines), tuple(builder.messages), ending, report.verdict)


def _as_it_went(timeline: Sequence[Entry]) -> Iterable[tuple[int, Entry]]:
    """
    Return the entries with their numbers; a background request comes after the response that the page got.
    """
    entries = list(enumerate(timeline))
    for place, (_, entry) in enumerate(entries[:-1]):
        if entry.kind == "revalidation":
            entries[place : place + 2] = entries[place + 1], entries[place]
    return entries


class _DiagramBuilder:
    """
    Builds a diagram. A lifeline joins when the first message reaches it.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        self.lifelines = [Lifeline(PAGE, report.tried.page_origin)]
        self.messages: list[Message] = []
        self.refused = {excerpt.entry for excerpt in report.evidence} if report.verdict == "blocked" else set()
        self.remembered = _remembered_for(report)
        self.preflight_cache = self.http_cache = self.preloads = self.worker = 0
        kinds = {entry.kind for entry in report.timeline}
        # NB: the caches belong to the browser, so they stand next to the page.
        if self.remembered or "remembered-preflight" in kinds:
            self.preflight_cache = self._join(Lifeline(PREFLIGHT_CACHE, browser_label(report.browser)))
        if kinds & {"cached-response", "revalidation"}:
            self.http_cache = self._join(Lifeline(HTTP_CACHE, browser_label(report.browser)))
        if "worker-response" in kinds:
            self.worker = self._join(Lifeline(SERVICE_WORKER, report.tried.page_origin))
        if "preloaded-response" in kinds:
            self.preloads = self._join(Lifeline(PRELOADS, report.tried.page_origin))

    def add(self, number: int, entry: Entry) -> None:
        if entry.kind == "remembered-preflight":
            self._add_remembered(number, entry)
        elif entry.cached is not None:
            self._add_cached(number, entry, entry.cached)
        elif entry.kind == "preloaded-response":
            self._add_exchange(number, entry, 0, to=self.preloads)
        elif entry.kind == "worker-response":
            self._add_exchange(number, entry, 0, to=self.worker)
        elif entry.kind == "revalidation":
            self._add_exchange(number, entry, self.http_cache, ", for the next time")
        else:
            self._add_exchange(number, entry, 0)

    def _add_remembered(self, number: int, entry: Entry) -> None:
        self._add(0, self.preflight_cache, f"{entry.method} {_path_of(entry.url)}?", "request", number)
        self._add(self.preflight_cache, 0, "remembered: allowed", "answer", number)

    def _add_cached(self, number: int, entry: Entry, cached: Cached) -> None:
        self._add(0, self.http_cache, f"{entry.method} {_path_of(entry.url)}?", "request", number)
        state = "confirmed" if cached.is_confirmed else f"{cached.age:,.10g} s old"
        outcome = f"{entry.status} {entry.status_text}".rstrip()
        style: Style = "refused" if number in self.refused else "answer"
        self._add(self.http_cache, 0, f"{outcome}, {state}", style, number)

    def _add_exchange(self, number: int, entry: Entry, source: int, remark: str = "", *, to: int | None = None) -> None:
        server = self._server_of(entry.url) if to is None else to
        self._add(source, server, f"{entry.method} {_path_of(entry.url)}", "request", number)
        outcome = entry_outcome(entry)
        if entry.status is None:
            self._add(server, source, outcome, "lost", number)
            return
        self._add(server, source, f"{outcome}{remark}", "refused" if number in self.refused else "answer", number)
        if entry.kind == "preflight" and self.remembered:
            self._add(0, self.preflight_cache, f"remember for {self.remembered}", "request", number)

    def add_unsent(self) -> None:
        tried = self.report.tried
        text = f"{tried.method} {_path_of(tried.url)}: not sent"
        self._add(0, self._server_of(tried.url), text, "lost", None)

    def _add(self, source: int, target: int, text: str, style: Style, entry: int | None) -> None:
        self.messages.append(Message(source, target, text, style, entry))

    def _server_of(self, url: str) -> int:
        return self._join(Lifeline(SERVER, _origin_of(url)))

    def _join(self, lifeline: Lifeline) -> int:
        """
        Return the number of a lifeline; add it if it is new.
        """
        if lifeline not in self.lifelines:
            self.lifelines.append(lifeline)
        return self.lifelines.index(lifeline)


def _remembered_for(report: Report) -> str:
    """
    Return how long the report's browser remembers the preflight response; empty if it does not.

    The report describes one preflight. If redirects caused more, it does not say which one, and nothing is drawn.
    """
    if sum(entry.kind == "preflight" for entry in report.timeline) != 1:
        return ""
    for remembered in report.preflight.remembered:
        if remembered.browser == report.browser and remembered.seconds:
            return duration_label(remembered.seconds)
    return ""


def _split(url: str) -> tuple[str, str]:
    """
    Split a URL after its host, and leave out user name and password.

    NB: not parsed, since it may be invalid, and it is only shown.
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
