"""
Repairs: what could mend a failure, of the server's answer and of the page's call.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Answer, Blob, FetchResult, ReadableStream, Reason
from browsercors.explain.fixes.page_changes import (
    DROPPABLE,
    OF_RESPONSES,
    PAGE_CHANGES,
    leads_to_login,
    page_changes,
    page_mistakes,
)
from browsercors.explain.fixes.proof import FetchFailure, FinishedFetch, RequestKey, ResponseChange
from browsercors.explain.fixes.server_changes import (
    LONGEST_COPIED,
    SERVER_CHANGES,
    allow_every_origin,
    allow_if_unrecorded,
    allow_this_request,
    change_nothing,
    copyable,
    for_every_origin,
    with_vary_origin,
)
from browsercors.values.urls import parse_url
from tests.explain.pages import ALLOW, ALLOW_CREDENTIALS, API, PAGE, fetched
from tests.traps.pages import ask

ORIGIN = "Access-Control-Allow-Origin"
METHODS = "Access-Control-Allow-Methods"
HEADERS = "Access-Control-Allow-Headers"
EXACT = {ORIGIN: PAGE, "Vary": "Origin"}


def failure_of(result: FetchResult) -> FetchFailure:
    """
    Return what failed a fetch, as changes are given it.
    """
    failure = FinishedFetch(result._params, result._response, frozenset()).failure
    assert failure is not None
    return failure


NARROWED: list[tuple[str, Answer, dict[str, Any], ResponseChange | None]] = [
    ("no origin", Answer(), {}, ResponseChange(EXACT)),
    ("another origin", Answer(headers={ORIGIN: "https://other.example"}), {}, ResponseChange(EXACT)),
    ("* with credentials", Answer(headers={ORIGIN: "*"}), {"credentials": "include"}, ResponseChange(EXACT)),
    ("null is never allowed", Answer(), {"sandboxed": True}, None),
    (
        "Vary keeps its names",
        Answer(headers={"Vary": "Accept"}),
        {},
        ResponseChange({ORIGIN: PAGE, "Vary": "Accept, Origin"}),
    ),
    ("Vary is enough", Answer(headers={"Vary": "a, ORIGIN"}), {}, ResponseChange({ORIGIN: PAGE, "Vary": "a, ORIGIN"})),
    ("Vary: * is enough", Answer(headers={"Vary": "*"}), {}, ResponseChange({ORIGIN: PAGE, "Vary": "*"})),
    ("of Vary what is none goes", Answer(headers={"Vary": "\xe9,"}), {}, ResponseChange(EXACT)),
    (
        "no leave for credentials",
        Answer(headers=ALLOW),
        {"credentials": "include"},
        ResponseChange({"Access-Control-Allow-Credentials": "true"}),
    ),
    (
        "a preflight that is redirected",
        Answer(302, {**ALLOW, "Location": "/x"}),
        {"method": "PUT"},
        ResponseChange({"Location": None}, 204),
    ),
    ("a preflight of a bad status", Answer(404, ALLOW), {"method": "PUT"}, ResponseChange({"Location": None}, 204)),
    ("a method", Answer(headers={**ALLOW, METHODS: "GET"}), {"method": "PUT"}, ResponseChange({METHODS: "GET, PUT"})),
    (
        "a method, where * is a name",
        Answer(headers={**ALLOW_CREDENTIALS, METHODS: "*, GET"}),
        {"method": "PUT", "credentials": "include"},
        ResponseChange({METHODS: "GET, PUT"}),
    ),
    (
        "a broken list of methods",
        Answer(headers={**ALLOW, METHODS: "a b, GET"}),
        {"method": "PUT"},
        ResponseChange({METHODS: "GET, PUT"}),
    ),
    (
        "one that need not be",
        Answer(headers={**ALLOW, METHODS: "a b"}),
        {"headers": {"X-A": ""}},
        ResponseChange({METHODS: None}),
    ),
    (
        "a header",
        Answer(headers={**ALLOW, HEADERS: "x-b"}),
        {"headers": {"X-A": ""}},
        ResponseChange({HEADERS: "x-b, x-a"}),
    ),
    (
        "every header that is missing",
        Answer(headers=ALLOW),
        {"headers": {"X-A": "", "X-B": ""}},
        ResponseChange({HEADERS: "x-a, x-b"}),
    ),
    (
        "Authorization next to *",
        Answer(headers={**ALLOW, HEADERS: "*"}),
        {"headers": {"Authorization": "", "X-B": ""}, "browser": "standard"},
        ResponseChange({HEADERS: "*, authorization"}),
    ),
    (
        "a broken list of headers",
        Answer(headers={**ALLOW, HEADERS: "x a"}),
        {"headers": {"X-A": ""}},
        ResponseChange({HEADERS: "x-a"}),
    ),
    (
        "a password in a redirect",
        Answer(302, {**ALLOW, "Location": "https://a:b@api.example.com/x"}),
        {},
        ResponseChange({"Location": "https://api.example.com/x"}),
    ),
    (
        "a resource policy that keeps out the own site",
        Answer(headers={"Cross-Origin-Resource-Policy": "same-origin"}),
        {"mode": "no-cors"},
        ResponseChange({"Cross-Origin-Resource-Policy": "same-site"}),
    ),
    (
        "a resource policy that keeps out another site",
        Answer(headers={"Cross-Origin-Resource-Policy": "same-site"}),
        {"mode": "no-cors", "page": "https://app.example.org"},
        ResponseChange({"Cross-Origin-Resource-Policy": "cross-origin"}),
    ),
    ("a proxy's status", Answer(407), {}, ResponseChange({}, 401)),
    ("nothing", Answer.broken(), {}, None),
]


@pytest.mark.parametrize(("_story", "answer", "options", "change"), NARROWED, ids=[row[0] for row in NARROWED])
def test_an_answer_is_changed_so_that_it_allows_this_request_alone(
    _story: str, answer: Answer, options: dict[str, Any], change: ResponseChange | None
) -> None:
    failure = failure_of(fetched({"/": answer}, **options))

    assert change == allow_this_request(failure)
    assert change_nothing(failure) is None


OPENED: list[tuple[str, Answer, dict[str, Any], ResponseChange | None]] = [
    ("no origin", Answer(), {}, ResponseChange({ORIGIN: "*"})),
    ("no origin, with credentials", Answer(), {"credentials": "include"}, None),
    ("no origin, of an opaque one", Answer(), {"sandboxed": True}, ResponseChange({ORIGIN: "*"})),
    ("a method", Answer(headers=ALLOW), {"method": "PUT"}, ResponseChange({METHODS: "PUT"})),
]


@pytest.mark.parametrize(("_story", "answer", "options", "change"), OPENED, ids=[row[0] for row in OPENED])
def test_an_answer_is_changed_so_that_it_allows_every_page(
    _story: str, answer: Answer, options: dict[str, Any], change: ResponseChange | None
) -> None:
    assert change == allow_every_origin(failure_of(fetched({"/": answer}, **options)))


def test_a_change_for_one_page_becomes_one_for_all() -> None:
    assert ResponseChange({ORIGIN: "*", METHODS: "PUT"}, 204) == for_every_origin(
        ResponseChange({**EXACT, METHODS: "PUT"}, 204)
    )
    assert ResponseChange({METHODS: "PUT"}) == for_every_origin(ResponseChange({METHODS: "PUT"}))


def test_what_was_recorded_is_left_alone_where_only_the_unseen_may_be_good() -> None:
    failure = failure_of(fetched({"/": Answer()}))
    assert failure.key is not None
    unseen = failure._replace(fetch=failure.fetch._replace(assumed=frozenset({failure.key})))

    assert (None, ResponseChange(EXACT)) == (allow_if_unrecorded(failure), allow_if_unrecorded(unseen))


def test_what_has_a_reason_of_cors_has_a_repair() -> None:
    assert set() == {reason for reason in Reason if reason.is_cors} - SERVER_CHANGES.keys()
    assert set() == {reason for reason in Reason if reason.is_cors} - PAGE_CHANGES.keys() - {
        Reason.REDIRECT_WITH_CREDENTIALS
    }


MOVED = Answer(302, {**ALLOW, "Location": "https://cdn.example/"})
LOG_IN = Answer(302, {**ALLOW, "Location": "https://idp.example/login"})

PAGES: list[tuple[str, Answer, dict[str, Any], list[tuple[str, str]]]] = [
    ("credentials", Answer(headers=ALLOW), {"credentials": "include"}, [("credentials", 'credentials: "same-origin"')]),
    (
        "credentials of XMLHttpRequest",
        Answer(headers=ALLOW),
        {"xhr": True, "with_credentials": True},
        [("with_credentials", "xhr.withCredentials = false")],
    ),
    ("capitals", Answer(headers=ALLOW), {"method": "patch"}, [("method", 'method: "PATCH"')]),
    ("no capitals, where there are", Answer(headers=ALLOW), {"method": "PATCH"}, []),
    (
        "headers",
        Answer(headers=ALLOW),
        {"headers": [("Baggage", ""), ("baggage", "")]},
        [("headers", "without Baggage")],
    ),
    ("no headers that it needs", Answer(headers=ALLOW), {"headers": {"X-A": ""}}, []),
    (
        "listeners",
        Answer(),
        {"xhr": True, "method": "POST", "upload_listeners": True},
        [("upload_listeners", "no listener on xhr.upload")],
    ),
    ("the URL of a redirect", MOVED, {}, [("url", '"https://cdn.example/"')]),
    ("the URL of a redirected preflight", MOVED, {"method": "PUT"}, [("url", '"https://cdn.example/"')]),
    ("no URL of a log-in", LOG_IN, {"method": "PUT"}, []),
    ("no URL that is none", Answer(302, {"Location": "https://["}), {"method": "PUT"}, []),
    ("the scheme", Answer(), {"url": "http://api.example.com/"}, [("url", '"https://api.example.com/"')]),
    ("not the scheme of a redirect", Answer(302, {**ALLOW, "Location": "http://cdn.example/"}), {}, []),
    ("the mode", Answer(), {"mode": "same-origin"}, [("mode", 'mode: "cors"')]),
    (
        "no mode, if it was redirected",
        Answer(302, {"Location": f"{API}/"}),
        {"mode": "same-origin", "url": f"{PAGE}/"},
        [],
    ),
    (
        "the redirect mode",
        Answer(302, {**ALLOW, "Location": "/"}),
        {"redirect": "error"},
        [("redirect", 'redirect: "follow"')],
    ),
    (
        "redirect mode and mode",
        Answer(),
        {"mode": "no-cors", "redirect": "error"},
        [("redirect", 'redirect: "follow"'), ("mode", 'mode: "cors"')],
    ),
    (
        "the cache mode",
        Answer(),
        {"mode": "same-origin", "cache": "only-if-cached", "url": f"{PAGE}/"},
        [("cache", 'cache: "default"')],
    ),
    (
        "keepalive",
        Answer(headers=ALLOW),
        {"method": "POST", "body": Blob(b"a" * 70_000), "keepalive": True},
        [("keepalive", "keepalive: false")],
    ),
    (
        "the stream",
        Answer(headers={**ALLOW, HEADERS: "content-type"}),
        {"method": "POST", "body": ReadableStream([b"a"]), "duplex": "half"},
        [("body", "body: blob")],
    ),
    ("nothing", Answer.broken(), {}, []),
]


@pytest.mark.parametrize(("_story", "answer", "options", "expected"), PAGES, ids=[row[0] for row in PAGES])
def test_a_page_can_change(
    _story: str, answer: Answer, options: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    scripts = {"/": answer}
    result = ask({API: scripts, PAGE: scripts, "https://cdn.example": {"*": Answer()}}, **{"url": f"{API}/", **options})
    call = result._params.page_call
    assert call is not None

    changes = page_changes(failure_of(result), call)

    assert expected == [(change.request_change.argument, change.request_change.after) for change in changes]
    assert [] == [change for change in changes if change.call == call]


def test_a_body_that_is_no_stream_is_whole_already() -> None:
    result = fetched({})
    failure = failure_of(result)._replace(reason=Reason.REDIRECT_OF_STREAM)

    assert [] == page_changes(failure, result._params.page_call)  # type: ignore[arg-type]


OWN: list[tuple[str, Answer, dict[str, Any], list[str]]] = [
    ("the case of a listed method", Answer(headers={**ALLOW, METHODS: "PATCH"}), {"method": "patch"}, ["method"]),
    ("not the case of another", Answer(headers={**ALLOW, METHODS: "PUT"}), {"method": "patch"}, []),
    ("headers of responses", Answer(), {"headers": {ORIGIN: "*"}}, ["headers"]),
    ("not other headers", Answer(), {"headers": {"Baggage": ""}}, []),
    ("nothing once the preflight has passed", Answer(), {}, []),
]


@pytest.mark.parametrize(("_story", "answer", "options", "arguments"), OWN, ids=[row[0] for row in OWN])
def test_the_page_alone_got_wrong(_story: str, answer: Answer, options: dict[str, Any], arguments: list[str]) -> None:
    result = fetched({"/": answer}, **options)

    changes = page_mistakes(failure_of(result), result._params.page_call)  # type: ignore[arg-type]

    assert arguments == [change.request_change.argument for change in changes]


LOG_INS: list[tuple[str, str, bool]] = [
    ("https://api.example.com/me", "https://idp.example/login?next=/me", True),
    ("https://api.example.com/me", "https://accounts.example.com/v1", True),
    ("https://api.example.com/me", "https://api.example.com/signin-oidc", True),
    ("https://api.example.com/me", "https://api.example.com/me/", False),
    ("https://api.example.com/me", "https://api.example.com/authors/", False),
    ("https://api.example.com/accounts", "https://api.example.com/accounts/", False),
]


@pytest.mark.parametrize(("asked", "target", "expected"), LOG_INS)
def test_a_log_in_is_known_by_its_url(asked: str, target: str, expected: bool) -> None:
    urls = parse_url(asked), parse_url(target)
    assert urls[0] is not None
    assert urls[1] is not None

    assert expected is leads_to_login(urls[0], urls[1])


def test_what_is_to_be_copied_is_whole_unless_nobody_would_write_it() -> None:
    assert "a" * LONGEST_COPIED == copyable("a" * LONGEST_COPIED)
    assert copyable("a" * (LONGEST_COPIED + 1)).endswith(f"... ({LONGEST_COPIED + 1} characters in all)")
    assert "\\x1b" == copyable("\x1b")


def test_headers_of_responses_are_among_those_that_a_page_can_do_without() -> None:
    assert set() == OF_RESPONSES - DROPPABLE.keys()


VARYING: list[tuple[str, Answer, dict[str, Any], ResponseChange | None]] = [
    ("an origin that the change names", Answer(), {}, ResponseChange(EXACT)),
    (
        "an origin that is named already",
        Answer(headers=ALLOW),
        {"credentials": "include"},
        ResponseChange({"Access-Control-Allow-Credentials": "true", "Vary": "Origin"}),
    ),
    (
        "and that Vary says already",
        Answer(headers={**ALLOW, "Vary": "origin"}),
        {"credentials": "include"},
        ResponseChange({"Access-Control-Allow-Credentials": "true"}),
    ),
    (
        "no origin at all",
        Answer(headers={"Cross-Origin-Resource-Policy": "same-origin"}),
        {"mode": "no-cors"},
        ResponseChange({"Cross-Origin-Resource-Policy": "same-site"}),
    ),
    (
        "every origin",
        Answer(headers={ORIGIN: "*", "Cross-Origin-Resource-Policy": "same-origin"}),
        {"mode": "no-cors"},
        ResponseChange({"Cross-Origin-Resource-Policy": "same-site"}),
    ),
    ("what nothing mends", Answer.broken(), {}, None),
]


@pytest.mark.parametrize(("_story", "answer", "options", "change"), VARYING, ids=[row[0] for row in VARYING])
def test_what_is_stored_varies_by_the_origin_that_it_names(
    _story: str, answer: Answer, options: dict[str, Any], change: ResponseChange | None
) -> None:
    failure = failure_of(fetched({"/": answer}, **options))

    assert change == with_vary_origin(allow_this_request, [key for key in [failure.key] if key is not None])(failure)


def test_where_nothing_is_stored_nothing_has_to_vary() -> None:
    failure = failure_of(fetched({"/": Answer(headers=ALLOW)}, credentials="include"))

    assert allow_this_request is with_vary_origin(allow_this_request, [])
    assert allow_this_request(failure) == with_vary_origin(
        allow_this_request, [RequestKey(False, "GET", f"{API}/other")]
    )(failure)
