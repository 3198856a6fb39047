"""
The sequence diagram as data: who takes part, and which arrows there are.
"""

from __future__ import annotations

import attrs
import pytest

from browsercors.explain.formats.sequence_diagram import Lifeline, Message, diagram_of
from browsercors.explain.report import Entry, PreflightStory, Remembered, Report
from tests.explain.reports import API, BLOCKED, OPAQUE, OUT_OF_CACHE, PAGE, READABLE, REMEMBERED, UNDECIDED, UNSENT


def test_a_refused_preflight_is_a_question_and_an_answer() -> None:
    diagram = diagram_of(BLOCKED)

    assert (Lifeline("Page", PAGE), Lifeline("Server", API)) == diagram.lifelines
    assert (
        Message(0, 1, "OPTIONS /items/7", "request", 0),
        Message(1, 0, "200 OK", "refused", 0),
    ) == diagram.messages
    assert "Blocked: allow-origin-wildcard-with-credentials" == diagram.ending


def test_every_origin_is_a_lifeline_and_the_cache_keeps_what_was_allowed() -> None:
    diagram = diagram_of(READABLE)

    assert [PAGE, "Firefox", API, "https://cdn.example.net"] == [lifeline.name for lifeline in diagram.lifelines]
    assert Message(0, 1, "remember for 86,400 s (1 day)", "request", 0) == diagram.messages[2]
    assert "Readable" == diagram.ending


def test_a_remembered_preflight_asks_the_cache_only() -> None:
    assert (
        Message(0, 1, "DELETE /items/7?", "request", 0),
        Message(1, 0, "remembered: allowed", "answer", 0),
    ) == diagram_of(REMEMBERED).messages[:2]


@pytest.mark.parametrize(
    ("report", "message"),
    [
        (UNDECIDED, Message(1, 0, "no response: nothing is mounted for this origin", "lost", 0)),
        (UNSENT, Message(0, 1, "GET /: not sent", "lost", None)),
        (
            attrs.evolve(OPAQUE, timeline=(Entry("actual", "GET", API, 200, "OK", "the connection broke"),)),
            Message(1, 0, "200 OK, interrupted: the connection broke", "answer", 0),
        ),
    ],
)
def test_what_does_not_arrive_is_lost(report: Report, message: Message) -> None:
    assert message == diagram_of(report).messages[-1]


@pytest.mark.parametrize(
    ("remembered", "kinds", "drawn"),
    [
        ((Remembered("firefox", 5),), ["preflight", "actual"], True),
        ((Remembered("firefox", None),), ["preflight", "actual"], False),
        ((Remembered("webkit", 5),), ["preflight", "actual"], False),
        ((), ["preflight", "actual"], False),
        ((Remembered("firefox", 5),), ["preflight", "redirect", "preflight", "actual"], False),
    ],
)
def test_the_cache_keeps_only_what_is_known_to_be_kept(
    remembered: tuple[Remembered, ...], kinds: list[str], drawn: bool
) -> None:
    timeline = tuple(Entry(kind, "GET", API, 200) for kind in kinds)  # type: ignore[arg-type]
    report = attrs.evolve(READABLE, preflight=PreflightStory("sent", remembered=remembered), timeline=timeline)

    assert drawn is any(lifeline.role == "Preflight cache" for lifeline in diagram_of(report).lifelines)


@pytest.mark.parametrize(
    ("url", "name", "text"),
    [
        ("https://api.example.com:8443/a?b#c", "https://api.example.com:8443", "GET /a?b#c"),
        ("https://api.example.com", "https://api.example.com", "GET /"),
        ("https://api.example.com?a=/", "https://api.example.com", "GET ?a=/"),
        ("https://user:secret@api.example.com/", "https://api.example.com", "GET /"),
        ("https://evil.example\\@api.example.com/", "https://evil.example", "GET \\@api.example.com/"),
        ("data:text/plain,hello", "data:", "GET text/plain,hello"),
        ("nothing", "nothing", "GET /"),
        ("", "", "GET /"),
    ],
)
def test_a_url_is_cut_behind_its_origin(url: str, name: str, text: str) -> None:
    diagram = diagram_of(attrs.evolve(OPAQUE, timeline=(Entry("actual", "GET", url, 200),)))

    assert Lifeline("Server", name) == diagram.lifelines[-1]
    assert text == diagram.messages[0].text


def test_the_http_cache_is_a_lifeline_next_to_the_page_and_asks_the_server_when_the_page_has_its_answer() -> None:
    diagram = diagram_of(OUT_OF_CACHE)

    assert [("Page", PAGE), ("HTTP cache", "Chromium"), ("Server", API)] == [
        (lifeline.role, lifeline.name) for lifeline in diagram.lifelines
    ]
    assert (
        Message(0, 1, "GET /logo?", "request", 1),
        Message(1, 0, "301 Moved Permanently, 70 s old", "answer", 1),
        Message(1, 2, "GET /logo", "request", 0),
        Message(2, 1, "301 Moved Permanently, for the next time", "answer", 0),
        Message(0, 2, "GET /logo.png", "request", 2),
        Message(2, 0, "304 Not Modified", "answer", 2),
        Message(0, 1, "GET /logo.png?", "request", 3),
        Message(1, 0, "200 OK, confirmed", "refused", 3),
    ) == diagram.messages


def test_both_caches_stand_next_to_the_page() -> None:
    cached = (Entry("remembered-preflight", "GET", API), *OUT_OF_CACHE.timeline[1:2])
    diagram = diagram_of(attrs.evolve(OUT_OF_CACHE, timeline=cached))

    assert ["Page", "Preflight cache", "HTTP cache"] == [lifeline.role for lifeline in diagram.lifelines]
    assert [(0, 1), (1, 0), (0, 2), (2, 0)] == [(message.source, message.target) for message in diagram.messages]


def test_what_nobody_answers_behind_the_pages_back_is_lost() -> None:
    lost = (Entry("revalidation", "GET", API, failure="the connection broke"), OUT_OF_CACHE.timeline[1])
    diagram = diagram_of(attrs.evolve(OUT_OF_CACHE, timeline=lost))

    assert Message(2, 1, "no response: the connection broke", "lost", 0) == diagram.messages[-1]
