"""
Verdicts in words: every reason has some, they say who, what and why, and nothing in them steers a terminal.
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

import browsercors.fetch
from browsercors.browser.browser import Browser
from browsercors.browser.errors import CORSBlocked
from browsercors.explain.as_text import (
    FINDINGS,
    HEADER_RULES,
    OPAQUE,
    WORDS,
    describe_block,
    describe_entry,
    describe_finding,
    describe_opaque,
    describe_preflight_causes,
    explain_block,
)
from browsercors.explain.sanitise import LONGEST_VALUE, MOST_ITEMS, printable, shown
from browsercors.fetch.cookies import CookieOutcome, CookieRefusal, SetCookieResult
from browsercors.fetch.findings import Algorithm, Block, Reason
from browsercors.fetch.safelists import HeaderRule
from browsercors.servers.scripted import Answer, ScriptedServer

if TYPE_CHECKING:
    from browsercors.browser.result import FetchResult

PAGE = "https://app.example.com"
API = "https://api.example.com"
RULE = Algorithm("a rule", "https://standard.example/#rule")

SUFFIXES = ["com", "example"]

ALLOW = {"Access-Control-Allow-Origin": PAGE}


def fetched(answers: dict[str, Any], path: str = "/", *, page: str = PAGE, **options: Any) -> FetchResult:
    """
    Return what comes of a fetch from the API, which answers so.
    """
    with Browser(public_suffix_list=SUFFIXES) as browser:
        browser.mount(API, ScriptedServer(answers))
        return browser.open(page, sandboxed=options.pop("sandboxed", False)).fetch(f"{API}{path}", **options)


def explained(result: FetchResult) -> str:
    assert result.block is not None
    return describe_block(result.block, result.page_origin, result.timeline)


def block_of(reason: Reason, *, during_preflight: bool = False, **evidence: object) -> Block:
    return Block(RULE.failed("1", reason, **evidence), reason, during_preflight, {})


class TestTables:
    """
    The tables of words are complete.
    """

    def test_every_reason_has_words(self) -> None:
        assert set(Reason) == set(WORDS)

    def test_every_rule_for_request_headers_has_words(self) -> None:
        assert set(HeaderRule) == set(HEADER_RULES)

    def test_every_step_that_leaves_a_finding_has_words(self) -> None:
        assert sorted(steps_in_the_source()) == sorted(FINDINGS)

    @pytest.mark.parametrize("reason", Reason)
    def test_a_block_is_described_whatever_its_reason_and_its_evidence(self, reason: Reason) -> None:
        text = describe_block(block_of(reason), PAGE, [])

        assert text.startswith(PAGE)
        assert "{" not in text
        assert f"Names:  {reason.value} (browsercors)" in text

    @pytest.mark.parametrize("reason", Reason)
    def test_the_sentence_is_one_line_that_ends_in_a_full_stop(self, reason: Reason) -> None:
        sentence = describe_block(block_of(reason), PAGE, []).partition("\n")[0]

        assert sentence.endswith(".")
        assert not sentence.endswith("..")


def steps_in_the_source() -> set[tuple[str, str]]:
    """
    Return algorithm and step of every `X.passed("7", ...)` and `X.noted("7", ...)` of the engine.
    """
    steps = set()
    for path in Path(browsercors.fetch.__path__[0]).glob("*.py"):
        module = importlib.import_module(f"browsercors.fetch.{path.stem}")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"passed", "noted"}
                and isinstance(node.func.value, ast.Name)
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                algorithm = getattr(module, node.func.value.id)
                steps.add((algorithm.name, node.args[0].value))
    return steps


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
        "may not send PUT {api}/: the answer to the preflight has no Access-Control-Allow-Origin header.",
    ),
    (
        "when the preflight is redirected",
        {"/": Answer(302, {"Location": "/x", **ALLOW})},
        {"method": "PUT"},
        "may not send PUT {api}/: the preflight is answered with a redirect (302) to /x.",
    ),
    (
        "when the preflight has a bad status",
        {"/": Answer(405, ALLOW)},
        {"method": "PUT"},
        "may not send PUT {api}/: the preflight is answered with 405.",
    ),
    (
        "when the method is not allowed",
        {"/": Answer(headers=ALLOW)},
        {"method": "PUT"},
        "may not send PUT {api}/: the answer to the preflight does not allow the method PUT.",
    ),
    (
        "when a header is not allowed",
        {"/": Answer(headers=ALLOW)},
        {"headers": {"X-A": "1"}},
        "may not send GET {api}/: the answer to the preflight does not allow the request header x-a.",
    ),
    (
        "when a redirect is an error",
        {"/": Answer(302, {"Location": "/x", **ALLOW})},
        {"redirect": "error"},
        "may not follow the redirect of {api}/: the page asked for an error in place of any redirect.",
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
        "may not fetch what {api}/ redirects to: port 9 is one that browsers never connect to.",
    ),
    (
        "when the mode is same-origin",
        {},
        {"mode": "same-origin"},
        'may not fetch {api}/: the request has mode "same-origin", and the URL is of another origin.',
    ),
]


@pytest.mark.parametrize(("_story", "answers", "options", "sentence"), SENTENCES, ids=[row[0] for row in SENTENCES])
def test_the_first_sentence_stands_alone(
    _story: str, answers: dict[str, Any], options: dict[str, Any], sentence: str
) -> None:
    text = explained(fetched(answers, **options))

    assert f"{PAGE} {sentence.format(api=API, page=PAGE)}" == text.partition("\n")[0]


def test_a_description_is_sentence_evidence_rule_names_and_fix() -> None:
    result = fetched({"/cart": Answer(headers={"Access-Control-Allow-Origin": "*"})}, "/cart", credentials="include")

    assert """\
https://app.example.com may not read https://api.example.com/cart: the response allows any origin (*), but the \
request was made with credentials.

    GET https://api.example.com/cart -> 200 OK
    Access-Control-Allow-Origin: *
                                 ^ has to be exactly: https://app.example.com

Rule:   with credentials a wildcard is no match (CORS check, step 4).
        https://fetch.spec.whatwg.org/#concept-cors-check
Names:  allow-origin-wildcard-with-credentials (browsercors)
        WildcardOriginNotAllowed (Chromium)
        CORSNotSupportingCredentials (Firefox)
        wildcard-with-credentials (WebKit)
Fix:    Access-Control-Allow-Origin: https://app.example.com
        Access-Control-Allow-Credentials: true
        Vary: Origin""" == explained(result)


def test_the_description_is_the_message_of_the_exception() -> None:
    result = fetched({"/": Answer()})

    with pytest.raises(CORSBlocked) as raised:
        result.raise_for_unreadable()

    assert explained(result) == str(raised.value)


EVIDENCE: list[tuple[str, Answer, dict[str, Any], list[str]]] = [
    (
        "an absent header",
        Answer(),
        {},
        ["(Access-Control-Allow-Origin is not there)", " ^ has to be: https://app.example.com"],
    ),
    (
        "every line of a repeated one",
        Answer(headers=[("access-control-allow-origin", "*"), ("Access-Control-Allow-Origin", PAGE)]),
        {},
        [
            "access-control-allow-origin: *",
            "Access-Control-Allow-Origin: https://app.example.com",
            "                             ^ has to be there once: https://app.example.com",
        ],
    ),
    ("no header where none decided", Answer.broken(), {}, []),
    (
        "the location of a redirect, without a demand",
        Answer(302, {"Location": "/x", **ALLOW}),
        {"redirect": "error"},
        ["Location: /x"],
    ),
]


@pytest.mark.parametrize(("_story", "answer", "options", "lines"), EVIDENCE, ids=[row[0] for row in EVIDENCE])
def test_the_evidence_shows(_story: str, answer: Answer, options: dict[str, Any], lines: list[str]) -> None:
    result = fetched({"/": answer}, **options)
    assert result.block is not None

    first, *rest = explain_block(result.block, PAGE, result.timeline).evidence

    assert first.startswith("GET https://api.example.com/ -> ")
    assert lines == rest


def test_the_evidence_of_a_request_that_was_never_sent_says_so() -> None:
    result = fetched({}, mode="same-origin")

    assert "(this request was not sent)" in explained(result)


def test_a_block_after_an_answered_preflight_is_not_blamed_on_the_preflight() -> None:
    preflight = fetched({"/": Answer(405)}, method="PUT").timeline

    text = describe_block(block_of(Reason.ONLY_IF_CACHED), PAGE, preflight)

    assert "(this request was not sent)" in text


def test_the_url_is_said_where_the_caller_knows_it() -> None:
    explanation = explain_block(block_of(Reason.BAD_PORT, port=9), PAGE, [], f"{API}:9/")

    assert f"{PAGE} may not fetch {API}:9/: port 9 is one that browsers never connect to." == explanation.sentence


def test_a_page_of_opaque_origin_is_called_so() -> None:
    text = explained(fetched({"/": Answer()}, sandboxed=True))

    assert text.startswith("A page of opaque origin (null) may not read ")


NOTES: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("nothing where there is nothing to say", {"/": Answer()}, {}, []),
    (
        "that the server failed",
        {"/": Answer(500)},
        {},
        ["the server answered 500; see to that first. The error page lacks the headers, and so it looks like CORS."],
    ),
    (
        "that a redirect needs the header too",
        {"/": Answer(302, {"Location": "/x"})},
        {},
        ["this is a redirect, and every response on the way has to allow the page."],
    ),
    (
        "that preflights log in nowhere",
        {"/": Answer(401, ALLOW)},
        {"method": "PUT"},
        ["preflights never carry cookies or Authorization, so they have to be answered before any log-in."],
    ),
    (
        "that methods have a case",
        {"/": Answer(headers={**ALLOW, "Access-Control-Allow-Methods": "GET, PATCH"})},
        {"method": "patch"},
        ["fetch() does not write this method in capitals by itself, and methods are compared as they are written."],
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
    result = fetched(answers, **options)
    assert result.block is not None

    assert tuple(notes) == explain_block(result.block, PAGE, result.timeline).notes


def test_the_notes_say_that_redirects_have_tainted_the_origin() -> None:
    with Browser(public_suffix_list=SUFFIXES) as browser:
        browser.mount(API, ScriptedServer({"/": Answer(302, {"Location": "https://cdn.example/", **ALLOW})}))
        browser.mount("https://cdn.example", ScriptedServer({"/": Answer(headers=ALLOW)}))
        text = explained(browser.open(PAGE).fetch(f"{API}/"))

    assert "turned the request's" in text
    assert "Fix:" not in text


def test_the_notes_say_what_the_application_raised() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise ValueError("no \x1b[31mdatabase")

    with Browser(public_suffix_list=SUFFIXES) as browser:
        browser.mount(API, application)
        text = explained(browser.open(PAGE).fetch(f"{API}/"))

    assert "the application raised ValueError: no \\x1b[31mdatabase" in text


FIXES = [
    # wanted, Access-Control-Allow-Origin, whether a fix is proposed
    (PAGE, b"*", True),
    (PAGE, b"https://app.example.com/", True),
    (PAGE, b"https://other.example, https://app.example.com", True),
    (PAGE, b"https://other.example https://app.example.com", True),
    (PAGE, b"https://other.example", False),
    (PAGE, b"https://app.example.com.evil.example", False),
    ("null", b"*", False),
]


@pytest.mark.parametrize(("wanted", "origin", "proposed"), FIXES)
def test_a_fix_is_proposed_only_to_a_server_that_meant_to_allow_the_page(
    wanted: str, origin: bytes, proposed: bool
) -> None:
    block = block_of(Reason.ALLOW_ORIGIN_MISMATCH, origin=origin, wanted=wanted.encode())

    assert proposed is bool(explain_block(block, wanted, []).fix)


def test_an_engine_of_ones_own_is_named_as_it_names_itself() -> None:
    block = Block(RULE.failed("1", Reason.BAD_PORT, port=1), Reason.BAD_PORT, False, {"mine": "BAD"})

    assert ("mine", "BAD") in explain_block(block, PAGE, []).names


@pytest.mark.parametrize("type_", OPAQUE)
def test_an_opaque_response_is_explained(type_: str) -> None:
    assert describe_opaque(type_).startswith("Nothing failed, but the page sees nothing of the response: ")


class TestFindings:
    """
    Findings in one line, and the causes of a preflight.
    """

    def test_a_passed_finding_says_on_what(self) -> None:
        result = fetched({"/": Answer(headers=ALLOW)})

        assert [
            "main fetch, step 12.7: noted, no preflight: nothing in this GET needs one",
            "CORS check, step 5: passed, Access-Control-Allow-Origin is https://app.example.com",
            "TAO check, step 8: noted, without Timing-Allow-Origin the page sees no timing details",
            "main fetch, step 14.2: passed, the page is given a response of type cors",
        ] == [describe_finding(finding) for finding in result.findings]

    def test_a_failed_finding_says_why(self) -> None:
        finding = fetched({"/": Answer()}).findings[-1]

        assert "CORS check, step 2: failed, the answer has no Access-Control-Allow-Origin header" == describe_finding(
            finding
        )

    def test_a_finding_without_words_shows_its_evidence(self) -> None:
        assert "a rule, step 1: noted, seen: a, b, empty: nothing" == describe_finding(
            RULE.noted("1", seen=(b"a", b"b"), empty=())
        )

    def test_a_cookie_that_was_refused_says_why(self) -> None:
        refused = SetCookieResult(CookieOutcome.REFUSED, CookieRefusal.PUBLIC_SUFFIX, None)

        assert "refused: public-suffix" == shown(refused)
        assert "stored" == shown(SetCookieResult(CookieOutcome.STORED, None, None))

    def test_every_cause_of_a_preflight_is_named(self) -> None:
        headers = [("X-A", "1"), ("Content-Type", "text/html"), ("Accept", "("), ("Accept-Language", "a" * 129)]
        result = fetched({}, method="PUT", headers=headers)

        assert [
            "PUT: it is not one of GET, HEAD and POST",
            "X-A: no page could send this header without CORS",
            "Content-Type: it is none of application/x-www-form-urlencoded, multipart/form-data and text/plain",
            'Accept: its value holds a control character or one of "():<>?@[\\]{}',
            "Accept-Language: its value has more than 128 bytes",
        ] == describe_preflight_causes(result.findings)

    def test_an_upload_listener_is_a_cause_of_its_own(self) -> None:
        with Browser(public_suffix_list=SUFFIXES) as browser:
            browser.mount(API, ScriptedServer())
            result = browser.open(PAGE).xhr("POST", API, body="text", upload_listeners=True)

        assert ["the page listens to the upload, or sends a stream"] == describe_preflight_causes(result.findings)

    def test_an_earlier_preflight_of_the_chain_can_be_the_cause(self) -> None:
        finding = Algorithm("main fetch", "").noted("12.6", method=None, headers=(), use_cors_preflight=False)

        assert ["an earlier request of the redirect chain had a preflight"] == describe_preflight_causes([finding])

    def test_without_a_preflight_there_is_no_cause(self) -> None:
        assert [] == describe_preflight_causes(fetched({}).findings)


class TestEntries:
    """
    Exchanges as lines.
    """

    def test_an_exchange_shows_the_headers_that_cors_is_about(self) -> None:
        (entry,) = fetched({"/": Answer(headers={"X-A": "1", **ALLOW})}).timeline

        assert [
            "actual     GET https://api.example.com/ -> 200 OK",
            "  > Origin: https://app.example.com",
            "  > Sec-Fetch-Site: same-site",
            "  < Access-Control-Allow-Origin: https://app.example.com",
        ] == describe_entry(entry)

    def test_it_shows_every_header_on_demand(self) -> None:
        (entry,) = fetched({"/": Answer(headers={"X-A": "1"})}).timeline

        lines = describe_entry(entry, verbose=True)

        assert "  > Host: api.example.com" in lines
        assert "  < X-A: 1" in lines

    def test_it_does_not_show_them_without_end(self) -> None:
        (entry,) = fetched({"/": Answer(headers=[("Vary", str(number)) for number in range(MOST_ITEMS + 5)])}).timeline

        assert "  < ... and 5 more lines" == describe_entry(entry)[-1]

    def test_an_exchange_without_response_says_so(self) -> None:
        (entry,) = fetched({"/": Answer.broken()}).timeline

        assert "actual     GET https://api.example.com/ -> no response" == describe_entry(entry)[0]

    def test_a_status_without_reason_stands_alone(self) -> None:
        (entry,) = fetched({"/": Answer(299, reason="")}).timeline

        assert "actual     GET https://api.example.com/ -> 299" == describe_entry(entry)[0]

    @pytest.mark.parametrize(
        ("headers", "line"),
        [
            ({}, "remembered  PUT https://api.example.com/: no preflight is sent"),
            ({"X-A": "1"}, "remembered  PUT https://api.example.com/ with x-a: no preflight is sent"),
        ],
    )
    def test_a_remembered_preflight_is_one_line(self, headers: dict[str, str], line: str) -> None:
        allow = {**ALLOW, "Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "x-a"}
        with Browser(public_suffix_list=SUFFIXES) as browser:
            browser.mount(API, ScriptedServer({"/": Answer(headers=allow)}))
            page = browser.open(PAGE)
            page.fetch(API, method="PUT", headers=headers)
            entry = page.fetch(API, method="PUT", headers=headers).timeline[0]

        assert [line] == describe_entry(entry)


PRINTABLE = [
    ("an ordinary value", "https://app.example.com", "https://app.example.com"),
    ("Latin and other letters", "café Ω", "café Ω"),
    ("an escape sequence", "\x1b[31mred", "\\x1b[31mred"),
    ("a link of a terminal", "\x1b]8;;http://evil\x07", "\\x1b]8;;http://evil\\x07"),
    ("C1 controls", "\x9b31m", "\\x9b31m"),
    ("line breaks", "a\r\nb\u2028c", "a\\r\\nb\\u2028c"),
    ("bidirectional controls", "\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
    ("what is invisible", "a\u200bb\xad\xa0", "a\\u200bb\\xad\\xa0"),
    ("a surrogate", "\ud800", "\\ud800"),
    ("markup", "[red]x[/red]", "[red]x[/red]"),
]


@pytest.mark.parametrize(("_story", "text", "expected"), PRINTABLE, ids=[row[0] for row in PRINTABLE])
def test_text_is_made_printable(_story: str, text: str, expected: str) -> None:
    assert expected == printable(text)


@settings(deadline=None)
@given(st.text())
def test_whatever_the_text_is_it_becomes_one_printable_line(text: str) -> None:
    once = printable(text)

    assert once.isprintable()
    assert once == printable(once)


def test_long_values_are_cut_and_their_length_is_said() -> None:
    assert f"{'a' * LONGEST_VALUE}... (1000000 characters in all)" == shown(b"a" * 1_000_000)


@settings(deadline=None)
@given(st.binary().filter(lambda value: not set(b"\0\r\n") & set(value)))
def test_what_a_server_says_never_breaks_a_line(value: bytes) -> None:
    headers = [("Access-Control-Allow-Origin", value), ("Location", value)]
    text = explained(fetched({"/": Answer(302, headers, reason=value)}, redirect="error"))

    assert all(line.isprintable() for line in text.split("\n"))
