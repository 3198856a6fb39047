"""
The sequence diagram, as data and in Mermaid: who speaks with whom, and that foreign text is never syntax.
"""

from __future__ import annotations

import re

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from browsercors.explain.as_mermaid import LONGEST_TEXT, report_as_mermaid
from browsercors.explain.diagram import Lifeline, Message, diagram_of
from browsercors.explain.report import Entry, PreflightStory, Remembered, Report
from tests.explain.reports import (
    API,
    ATTACKS,
    BLOCKED,
    OPAQUE,
    PAGE,
    READABLE,
    REMEMBERED,
    REPORTS,
    UNDECIDED,
    UNSENT,
    hostile,
)

KINDS = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)

# All that may stand in a line: characters without a meaning, and entity codes.
TEXT = r"(?:[A-Za-z0-9 ./_,-]|#\d+;)+"
LINE = re.compile(
    rf"    participant P\d+ as {TEXT}(?:<br/>{TEXT})?"
    rf"|    P\d+(?:->>|-->>|--x)P\d+: {TEXT}"
    rf"|    Note over P0: {TEXT}"
)


def decoded(mermaid: str) -> str:
    """
    Return what Mermaid shows for entity codes.
    """
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), mermaid)


class TestDiagram:
    """
    Who takes part, and which arrows there are.
    """

    def test_a_refused_preflight_is_a_question_and_an_answer(self) -> None:
        diagram = diagram_of(BLOCKED)

        assert (Lifeline("Page", PAGE), Lifeline("Server", API)) == diagram.lifelines
        assert (
            Message(0, 1, "OPTIONS /items/7", "request", 0),
            Message(1, 0, "200 OK", "refused", 0),
        ) == diagram.messages
        assert "Blocked: allow-origin-wildcard-with-credentials" == diagram.ending

    def test_every_origin_is_a_lifeline_and_the_cache_keeps_what_was_allowed(self) -> None:
        diagram = diagram_of(READABLE)

        assert [PAGE, "Firefox", API, "https://cdn.example.net"] == [lifeline.name for lifeline in diagram.lifelines]
        assert Message(0, 1, "remember for 86,400 s (1 day)", "request", 0) == diagram.messages[2]
        assert "Readable" == diagram.ending

    def test_a_remembered_preflight_asks_the_cache_only(self) -> None:
        assert (
            Message(0, 1, "DELETE /items/7?", "request", 0),
            Message(1, 0, "remembered: allowed", "answer", 0),
        ) == diagram_of(REMEMBERED).messages[:2]

    @pytest.mark.parametrize(
        ("report", "message"),
        [
            (UNDECIDED, Message(1, 0, "no answer: nothing is mounted for this origin", "lost", 0)),
            (UNSENT, Message(0, 1, "GET /: not sent", "lost", None)),
            (
                attrs.evolve(OPAQUE, timeline=(Entry("actual", "GET", API, 200, "OK", "the connection broke"),)),
                Message(1, 0, "200 OK, broken off: the connection broke", "answer", 0),
            ),
        ],
    )
    def test_what_does_not_arrive_is_lost(self, report: Report, message: Message) -> None:
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
        self, remembered: tuple[Remembered, ...], kinds: list[str], drawn: bool
    ) -> None:
        timeline = tuple(Entry(kind, "GET", API, 200) for kind in kinds)  # type: ignore[arg-type]
        report = attrs.evolve(READABLE, preflight=PreflightStory("sent", (), remembered), timeline=timeline)

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
    def test_a_url_is_cut_behind_its_origin(self, url: str, name: str, text: str) -> None:
        diagram = diagram_of(attrs.evolve(OPAQUE, timeline=(Entry("actual", "GET", url, 200),)))

        assert Lifeline("Server", name) == diagram.lifelines[-1]
        assert text == diagram.messages[0].text


class TestMermaid:
    """
    The diagram's source.
    """

    def test_it_is_a_sequence_diagram(self) -> None:
        assert (
            "sequenceDiagram\n"
            "    participant P0 as Page<br/>https#58;//app.example.com\n"
            "    participant P1 as Preflight cache<br/>Chromium\n"
            "    participant P2 as Server<br/>https#58;//api.example.com\n"
            "    P0->>P1: DELETE /items/7#63;\n"
            "    P1-->>P0: remembered#58; allowed\n"
            "    P0->>P2: DELETE /items/7\n"
            "    P2--xP0: 500 Internal Server Error\n"
            "    Note over P0: #10005; Blocked#58; allow-origin-missing\n"
        ) == report_as_mermaid(REMEMBERED)

    @KINDS
    def test_it_has_the_lines_of_the_diagram_and_no_others(self, report: Report) -> None:
        diagram = diagram_of(report)
        first, *lines = report_as_mermaid(report).splitlines()

        assert "sequenceDiagram" == first
        assert len(diagram.lifelines) + len(diagram.messages) + 1 == len(lines)

    @pytest.mark.parametrize("attack", ATTACKS)
    def test_foreign_text_is_shown_and_never_syntax(self, attack: str) -> None:
        text = report_as_mermaid(hostile(attack))

        assert [] == [line for line in text.splitlines()[1:] if not LINE.fullmatch(line)]
        assert [] == re.findall(r"\bend\b", text, re.IGNORECASE)
        assert attack[:20].isprintable() <= (attack[:20] in decoded(text))

    @given(st.text(st.characters(exclude_categories=()), max_size=30))
    @settings(max_examples=100, deadline=None)
    def test_no_text_at_all_is_syntax(self, attack: str) -> None:
        assert [] == [line for line in report_as_mermaid(hostile(attack)).splitlines()[1:] if not LINE.fullmatch(line)]

    @pytest.mark.parametrize("text", ["end", "END", "(end)", "a end b", "end;"])
    def test_the_word_that_ends_a_block_is_written_otherwise(self, text: str) -> None:
        mermaid = report_as_mermaid(attrs.evolve(OPAQUE, timeline=(Entry("actual", text, API, 200),)))

        assert [] == re.findall(r"\bend\b", mermaid, re.IGNORECASE)
        assert f"P0->>P1: {text} /" in decoded(mermaid)

    def test_long_text_is_cut(self) -> None:
        report = attrs.evolve(OPAQUE, timeline=(Entry("actual", "GET", f"{API}/{'x' * 1000}", 200),))
        line = report_as_mermaid(report).splitlines()[3]

        assert f"    P0->>P1: {('GET /' + 'x' * 1000)[: LONGEST_TEXT - 1]}…" == decoded(line)
