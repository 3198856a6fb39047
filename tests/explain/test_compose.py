"""
From findings to reports: they say who, what and why, and nothing in them steers a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from browsercors.browser.browser import Browser
from browsercors.browser.result import CORSBlocked, OpaqueResponse
from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.explain.report import Cause, Entry, Excerpt, Remembered, Report
from browsercors.explain.words.sanitise import MOST_ITEMS
from browsercors.fetch.main_fetch import MAIN_FETCH
from browsercors.rules.failures import Identifier
from browsercors.servers.scripted import Answer, ScriptedServer
from browsercors.values.findings import Reason
from tests.explain.pages import ALLOW, API, PAGE, SUFFIXES, fetched, reported

if TYPE_CHECKING:
    from collections.abc import Iterator

SENTENCES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "without the header",
        {"/": Answer()},
        {},
        "may not read {api}/: the response has no Access-Control-Allow-Origin header.",
    ),
    (
        "with a wildcard and credentials",
        {"/": Answer(headers={"Access-Control-Allow-Origin": "*"})},
        {"credentials": "include"},
        "may not read {api}/: the response allows any origin (*), but the request was made with credentials.",
    ),
    (
        "with another origin",
        {"/": Answer(headers={"Access-Control-Allow-Origin": "https://other.example"})},
        {},
        "may not read {api}/: the response allows https://other.example and not {page}.",
    ),
    (
        "with the header twice",
        {"/": Answer(headers=[("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Origin", "*")])},
        {},
        "may not read {api}/: the response has more than one Access-Control-Allow-Origin header.",
    ),
    (
        "without leave for credentials",
        {"/": Answer(headers=ALLOW)},
        {"credentials": "include"},
        "may not read {api}/: the request was made with credentials, and the response does not allow them.",
    ),
    (
        "when the preflight lacks the header",
        {"/": Answer()},
        {"method": "PUT"},
        "may not send PUT {api}/: the preflight response has no Access-Control-Allow-Origin header.",
    ),
    (
        "when the preflight is redirected",
        {"/": Answer(302, {"Location": "/x", **ALLOW})},
        {"method": "PUT"},
        "may not send PUT {api}/: the preflight was redirected (302) to /x.",
    ),
    (
        "when the preflight has a bad status",
        {"/": Answer(405, ALLOW)},
        {"method": "PUT"},
        "may not send PUT {api}/: the preflight response has status 405.",
    ),
    (
        "when the method is not allowed",
        {"/": Answer(headers=ALLOW)},
        {"method": "PUT"},
        "may not send PUT {api}/: the preflight response does not allow the method PUT.",
    ),
    (
        "when a header is not allowed",
        {"/": Answer(headers=ALLOW)},
        {"headers": {"X-A": "1"}},
        "may not send GET {api}/: the preflight response does not allow the request header x-a.",
    ),
    (
        "when a redirect is an error",
        {"/": Answer(302, {"Location": "/x", **ALLOW})},
        {"redirect": "error"},
        "may not follow the redirect of {api}/: the page asked for an error instead of a redirect.",
    ),
    (
        "when nothing answers",
        {"/": Answer.broken()},
        {},
        "gets no response from {api}/: the scripted server broke the connection.",
    ),
    (
        "when a redirect leads where pages may not go",
        {"/": Answer(302, {"Location": "https://cdn.example:9/", **ALLOW})},
        {},
        "may not fetch the URL that {api}/ redirects to: browsers never connect to port 9.",
    ),
    (
        "when the mode is same-origin",
        {},
        {"mode": "same-origin"},
        'may not fetch {api}/: the request has mode "same-origin", but the URL has another origin.',
    ),
]


@pytest.mark.parametrize(("_story", "answers", "options", "sentence"), SENTENCES, ids=[row[0] for row in SENTENCES])
def test_the_headline_says(_story: str, answers: dict[str, Any], options: dict[str, Any], sentence: str) -> None:
    report = fetched(answers, **options).report()

    assert f"{PAGE} {sentence.format(api=API, page=PAGE)}" == report.headline


def test_the_headline_of_a_readable_response_says_so() -> None:
    report = fetched({"/": Answer(201, ALLOW)}).report()

    assert f"{PAGE} may read {API}/: 201 Created." == report.headline
    assert ("readable", "readable") == (report.verdict, report.code)


def test_the_explanation_is_the_message_of_the_exception() -> None:
    result = fetched({"/": Answer()})

    with pytest.raises(CORSBlocked) as raised:
        result.raise_for_unreadable()

    assert result.explain() == str(raised.value)


def test_an_opaque_response_is_explained_by_its_exception_as_well() -> None:
    with pytest.raises(OpaqueResponse, match='Nothing failed, but the page cannot see the response: mode "no-cors"'):
        fetched({"/": Answer()}, mode="no-cors").raise_for_unreadable()


def test_where_nothing_is_mounted_there_is_no_verdict() -> None:
    report = fetched({"/": Answer(302, {"Location": "https://nowhere.example/", **ALLOW})}).report()

    assert ("undecided", "not-mounted", ()) == (report.verdict, report.code, report.fixes)


EVIDENCE: list[tuple[str, Answer, dict[str, Any], list[str]]] = [
    (
        "an absent header",
        Answer(),
        {},
        ["(>Access-Control-Allow-Origin< is missing) has to be: https://app.example.com"],
    ),
    (
        "every line of a repeated one",
        Answer(headers=[("access-control-allow-origin", "*"), ("Access-Control-Allow-Origin", PAGE)]),
        {},
        [
            "access-control-allow-origin: >*<",
            "Access-Control-Allow-Origin: >https://app.example.com< has to be there once: https://app.example.com",
        ],
    ),
    ("no header where none decided", Answer.broken(), {}, []),
    (
        "the location of a redirect, without a demand",
        Answer(302, {"Location": "/x", **ALLOW}),
        {"redirect": "error"},
        ["Location: >/x<"],
    ),
]


@pytest.mark.parametrize(("_story", "answer", "options", "lines"), EVIDENCE, ids=[row[0] for row in EVIDENCE])
def test_the_evidence_shows_and_marks(_story: str, answer: Answer, options: dict[str, Any], lines: list[str]) -> None:
    first, *rest = fetched({"/": answer}, **options).report().evidence

    assert first.line.startswith("GET https://api.example.com/ -> ")
    assert lines == [marked(excerpt) for excerpt in rest]
    assert {0} == {excerpt.entry for excerpt in (first, *rest)}


def marked(excerpt: Excerpt) -> str:
    """
    Write an excerpt with its part that matters between angle brackets.
    """
    line, start, end = excerpt.line, excerpt.start, excerpt.end
    return f"{line[:start]}>{line[start:end]}<{line[end:]} {excerpt.remark}".rstrip()


def test_the_evidence_of_a_request_that_was_never_sent_says_so() -> None:
    assert (Excerpt("(this request was not sent)"),) == fetched({}, mode="same-origin").report().evidence


def test_a_block_after_an_answered_preflight_is_not_blamed_on_the_preflight() -> None:
    result = fetched({"/": Answer(405)}, method="PUT")
    result._params.in_preflight = False

    assert (Excerpt("(this request was not sent)"),) == result.report().evidence


def test_a_page_of_opaque_origin_is_called_so() -> None:
    headline = fetched({"/": Answer()}, sandboxed=True).report().headline

    assert headline.startswith("A page with an opaque origin (null) may not read ")


NOTES: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("nothing where there is nothing to say", {"/": Answer()}, {}, []),
    (
        "that the server failed",
        {"/": Answer(500)},
        {},
        [
            (
                "the server responded with 500: fix that first. The error page has no CORS headers, so the failure "
                "looks like one of CORS."
            )
        ],
    ),
    (
        "that a redirect needs the header too",
        {"/": Answer(302, {"Location": "/x"})},
        {},
        ["this is a redirect, and every response in the chain has to allow the page."],
    ),
    (
        "that preflights log in nowhere",
        {"/": Answer(401, ALLOW)},
        {"method": "PUT"},
        [
            (
                "preflights never carry cookies or Authorization, so the server has to respond to them before it "
                "authenticates."
            )
        ],
    ),
    (
        "that methods have a case",
        {"/": Answer(headers={**ALLOW, "Access-Control-Allow-Methods": "GET, PATCH"})},
        {"method": "patch"},
        ["fetch() does not change this method to upper case, and methods are compared case-sensitively."],
    ),
    (
        "nothing of the case if capitals would not help",
        {"/": Answer(headers={**ALLOW, "Access-Control-Allow-Methods": "GET"})},
        {"method": "patch"},
        [],
    ),
]


@pytest.mark.parametrize(("_story", "answers", "options", "notes"), NOTES, ids=[row[0] for row in NOTES])
def test_the_notes_say(_story: str, answers: dict[str, Any], options: dict[str, Any], notes: list[str]) -> None:
    assert tuple(notes) == fetched(answers, **options).report().notes


def test_the_notes_say_that_redirects_have_tainted_the_origin() -> None:
    with Browser(public_suffix_list=SUFFIXES) as browser:
        browser.mount(API, ScriptedServer({"/": Answer(302, {"Location": "https://cdn.example/", **ALLOW})}))
        browser.mount("https://cdn.example", ScriptedServer({"/": Answer(headers=ALLOW)}))
        report = browser.open(PAGE).fetch(f"{API}/").report()

    assert (
        "a foreign origin redirected to a different origin, and that turned the request's origin into null.",
    ) == report.notes


def test_the_notes_say_what_the_application_raised() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise ValueError("no \x1b[31mdatabase")

    with Browser(public_suffix_list=SUFFIXES) as browser:
        browser.mount(API, application)
        notes = browser.open(PAGE).fetch(f"{API}/").report().notes

    assert "the application raised ValueError: no \\x1b[31mdatabase" in notes


def test_an_engine_of_ones_own_is_named_as_it_names_itself() -> None:
    mine = CHROMIUM.evolve(name="mine", identifier=lambda *_: Identifier("BAD", "\x1b"))
    with Browser(mine, public_suffix_list=SUFFIXES) as browser:
        browser.mount(API, ScriptedServer({"/": Answer()}))
        names = browser.open(PAGE).fetch(f"{API}/").report().names

    assert ("mine", "BAD", "\\x1b") in [attrs.astuple(name) for name in names]


class TestPreflights:
    """
    Why there was a preflight, or was none.
    """

    def test_every_cause_of_a_preflight_is_named(self) -> None:
        headers = [("X-A", "1"), ("Content-Type", "text/html"), ("Accept", "("), ("Accept-Language", "a" * 129)]
        story = fetched({}, method="PUT", headers=headers).report().preflight

        assert "sent" == story.outcome
        assert (
            Cause("PUT", "it is not GET, HEAD or POST"),
            Cause("X-A", "this header always needs the server's permission across origins"),
            Cause("Content-Type", "it is not application/x-www-form-urlencoded, multipart/form-data or text/plain"),
            Cause("Accept", 'its value contains a control character or one of "():<>?@[\\]{}'),
            Cause("Accept-Language", "its value is longer than 128 bytes"),
        ) == story.causes

    def test_an_upload_listener_is_a_cause_of_its_own(self) -> None:
        with Browser(public_suffix_list=SUFFIXES) as browser:
            browser.mount(API, ScriptedServer())
            result = browser.open(PAGE).xhr("POST", API, body="text", upload_listeners=True)

        assert (Cause("", "the page listens for upload events, or sends a stream"),) == result.report().preflight.causes

    def test_an_earlier_preflight_of_the_chain_can_be_the_cause(self) -> None:
        result = fetched({}, method="PUT")
        result.findings[0] = MAIN_FETCH.noted("12.6", method=None, headers=(), use_cors_preflight=False)

        (cause,) = result.report().preflight.causes

        assert "an earlier request in the redirect chain had a preflight" == cause.sentence

    def test_without_a_preflight_there_is_no_cause(self) -> None:
        story = fetched({}).report().preflight

        assert ("not needed", (), ()) == (story.outcome, story.causes, story.remembered)

    WHY_NOT: ClassVar[list[tuple[str, dict[str, Any], str]]] = [
        # page, options, why there was no preflight
        (PAGE, {}, "a form could send the same method and headers, so pages may send them without asking first"),
        (PAGE, {"mode": "no-cors"}, 'mode "no-cors" allows only requests that need no preflight'),
        (API, {"method": "PUT"}, "the page and the server have the same origin"),
    ]

    @pytest.mark.parametrize(("page", "options", "why"), WHY_NOT)
    def test_that_there_was_none_has_a_reason_too(self, page: str, options: dict[str, Any], why: str) -> None:
        assert why == fetched({}, page=page, **options).report().preflight.why_not

    def test_what_is_refused_at_once_never_comes_to_the_question(self) -> None:
        assert "not reached" == fetched({}, mode="same-origin").report().preflight.outcome

    def test_each_browser_says_how_long_it_remembers(self) -> None:
        allow = {**ALLOW, "Access-Control-Allow-Methods": "PUT", "Access-Control-Max-Age": "100000"}

        remembered = fetched({"/": Answer(headers=allow)}, method="PUT").report().preflight.remembered

        assert (
            Remembered("chromium", 7200.0),
            Remembered("firefox", 86400.0),
            Remembered("webkit", 600.0),
            Remembered("standard", 100000.0),
        ) == remembered

    def test_a_remembered_preflight_is_told_from_one_that_was_sent(self) -> None:
        allow = {**ALLOW, "Access-Control-Allow-Methods": "PUT"}
        with Browser(public_suffix_list=SUFFIXES) as browser:
            browser.mount(API, ScriptedServer({"/": Answer(headers=allow)}))
            page = browser.open(PAGE)
            outcomes = [page.fetch(API, method="PUT").report().preflight.outcome for _ in range(2)]

        assert ["sent", "remembered"] == outcomes


class TestEntries:
    """
    The timeline.
    """

    def test_an_exchange_has_its_lines(self) -> None:
        (entry,) = fetched({"/": Answer(headers={"X-A": "1"})}).report().timeline

        assert ("actual", "GET", f"{API}/", 200, "OK") == (
            entry.kind, entry.method, entry.url, entry.status, entry.status_text,
        )  # fmt: skip
        assert ("Host", "api.example.com") in entry.request_headers
        assert (("X-A", "1"),) == entry.response_headers

    def test_it_does_not_have_them_without_end(self) -> None:
        lines = [("Vary", str(number)) for number in range(MOST_ITEMS + 5)]
        (entry,) = fetched({"/": Answer(headers=lines)}).report().timeline

        assert ("...", "and 5 more lines") == entry.response_headers[-1]

    def test_an_exchange_without_response_says_why(self) -> None:
        (entry,) = fetched({"/": Answer.broken()}).report().timeline

        assert (None, "the scripted server broke the connection") == (entry.status, entry.failure)

    def test_so_does_one_that_broke_off(self) -> None:
        (entry,) = fetched({"/": Answer.broken(200, ALLOW, b"a")}).report().timeline

        assert (200, "the scripted server broke the connection") == (entry.status, entry.failure)

    @pytest.mark.parametrize(("headers", "names"), [({}, ()), ({"X-A": "1"}, ("x-a",))])
    def test_a_remembered_preflight_says_for_what(self, headers: dict[str, str], names: tuple[str, ...]) -> None:
        allow = {**ALLOW, "Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "x-a"}
        with Browser(public_suffix_list=SUFFIXES, start_time=0) as browser:
            browser.mount(API, ScriptedServer({"/": Answer(headers=allow)}))
            page = browser.open(PAGE)
            page.fetch(API, method="PUT", headers=headers)
            entry = page.fetch(API, method="PUT", headers=headers).report().timeline[0]

        lines = tuple(("Access-Control-Request-Headers", name) for name in names)
        assert Entry("remembered-preflight", "PUT", f"{API}/", request_headers=lines) == entry


@settings(deadline=None)
@given(st.binary().filter(lambda value: not set(b"\0\r\n") & set(value)))
def test_whatever_a_server_says_every_text_of_the_report_can_be_printed(value: bytes) -> None:
    headers = [("Access-Control-Allow-Origin", value), ("Location", value), ("Vary", value), ("X-A", value)]
    report = fetched({"/": Answer(302, headers, reason=value)}, redirect="error").report()

    assert [] == [text for text in texts_of(report) if not text.isprintable()]


def texts_of(record: object) -> Iterator[str]:
    """
    Yield every text in a record of a report.
    """
    if isinstance(record, str):
        yield record
    elif isinstance(record, tuple):
        for item in record:
            yield from texts_of(item)
    elif attrs.has(type(record)):
        yield from texts_of(attrs.astuple(record, recurse=False))  # type: ignore[arg-type]


def test_a_reason_without_evidence_of_its_url_names_what_was_asked_for() -> None:
    report = reported(Reason.BAD_PORT, port=9)

    assert f"{PAGE} may not fetch {API}/: browsers never connect to port 9." == report.headline
    assert isinstance(report, Report)
