"""
What `fetch()` and `XMLHttpRequest` make of what the page says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.fetch.bodies import Blob, FormData, ReadableStream, URLSearchParams
from browsercors.fetch.request_class import FetchTypeError, create_fetch_request, create_xhr_request
from browsercors.values.requests import CacheMode, CredentialsMode, RedirectMode, RequestMode
from tests.fetch.engine import API, APP, PAGE, PROFILES, make_environment

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Request

ENVIRONMENT = make_environment()
OPAQUE = make_environment(opaque=True)


def fetch_request(url: str = API, profile: BrowserProfile = STANDARD, **options: Any) -> Request:
    return create_fetch_request(ENVIRONMENT, profile, url, [], **options)


def xhr_request(method: str = "POST", profile: BrowserProfile = STANDARD, **options: Any) -> Request:
    return create_xhr_request(ENVIRONMENT, profile, API, [], method=method, **options)


def test_a_fetch_says_nothing_but_a_url() -> None:
    request = fetch_request()

    assert (request.method, request.current_url.href, list(request.header_list)) == (b"GET", f"{API}/", [])
    assert (request.mode, request.credentials_mode) == (RequestMode.CORS, CredentialsMode.SAME_ORIGIN)
    assert (request.cache_mode, request.redirect_mode) == (CacheMode.DEFAULT, RedirectMode.FOLLOW)
    assert (request.referrer, request.referrer_policy, request.integrity_metadata) == ("client", "", "")
    assert (request.body, request.keepalive, request.unsafe_request) == (None, False, True)
    assert (request.use_cors_preflight, request.initiator_type) == (False, "fetch")
    assert (request.client, request.origin) == (ENVIRONMENT, ENVIRONMENT.origin)


def test_a_fetch_says_everything() -> None:
    request = fetch_request(
        "/x",
        method="put",
        headers={"X-A": "1"},
        body="text",
        mode="same-origin",
        credentials="include",
        cache="only-if-cached",
        redirect="manual",
        referrer="/other",
        referrer_policy="origin",
        integrity="sha256-x",
        keepalive=True,
        duplex="half",
    )

    assert (request.method, request.current_url.href, request.body) == (b"PUT", f"{APP}/x", b"text")
    assert (request.mode, request.credentials_mode) == (RequestMode.SAME_ORIGIN, CredentialsMode.INCLUDE)
    assert (request.cache_mode, request.redirect_mode) == (CacheMode.ONLY_IF_CACHED, RedirectMode.MANUAL)
    assert (str(request.referrer), request.referrer_policy) == (f"{APP}/other", "origin")
    assert (request.integrity_metadata, request.keepalive) == ("sha256-x", True)


URL_CASES = [
    # as the page writes it        as it is fetched
    ("", PAGE),
    ("x", f"{APP}/dir/x"),
    ("/x?y#z", f"{APP}/x?y#z"),
    ("//api.example/x", f"{API}/x"),
    ("?r=2", f"{APP}/dir/page?r=2"),
    ("HTTPS://API.example:443/ä", f"{API}/%C3%A4"),
    ("data:,x", "data:,x"),
]


@pytest.mark.parametrize(("url", "expected"), URL_CASES)
def test_urls_are_resolved_against_the_page(url: str, expected: str) -> None:
    assert expected == fetch_request(url).current_url.href
    assert expected == create_xhr_request(ENVIRONMENT, STANDARD, url, [], method="GET").current_url.href


FETCH_THROWS = [
    # arguments                                            what the message says
    ({"url": "http://"}, "url 'http://' cannot be parsed"),
    ({"url": 7}, "url has to be a str, not int"),
    ({"url": "https://u@api.example/"}, "includes a user name or password"),
    ({"url": "https://:p@api.example/"}, "includes a user name or password"),
    ({"method": "CONNECT"}, "method 'CONNECT' is forbidden"),
    ({"method": "trace"}, "method 'trace' is forbidden"),
    ({"method": "Track"}, "method 'Track' is forbidden"),
    ({"method": "G E T"}, "method 'G E T' is no token"),
    ({"method": ""}, "method '' is no token"),
    ({"method": "PUT\n"}, "is no token"),
    ({"method": "Ü€"}, "method 'Ü€' has a character beyond ISO 8859-1, '€'"),
    ({"method": None}, "method has to be a str, not NoneType"),
    ({"mode": "navigate"}, "mode cannot be 'navigate'"),
    ({"mode": "websocket"}, "mode has to be one of 'same-origin', 'cors', 'no-cors'"),
    ({"mode": ["cors"]}, "mode has to be one of"),
    ({"credentials": "always"}, "credentials has to be one of 'omit', 'same-origin', 'include', not 'always'"),
    ({"cache": "never"}, "cache has to be one of"),
    ({"cache": "only-if-cached"}, "cache 'only-if-cached' needs mode 'same-origin', not 'cors'"),
    ({"cache": "only-if-cached", "mode": "no-cors"}, "needs mode 'same-origin', not 'no-cors'"),
    ({"redirect": "follows"}, "redirect has to be one of 'follow', 'error', 'manual', not 'follows'"),
    ({"referrer": "http://"}, "referrer 'http://' cannot be parsed"),
    ({"referrer_policy": "never"}, "referrer_policy has to be one of"),
    ({"mode": "no-cors", "method": "PUT"}, "mode 'no-cors' allows the methods GET, HEAD and POST, not 'PUT'"),
    ({"body": "x"}, "a GET request cannot have a body"),
    ({"body": "", "method": "HEAD"}, "a HEAD request cannot have a body"),
    ({"body": 7, "method": "POST"}, "body cannot be int"),
    ({"body": {"a": 1}, "method": "POST"}, "give json= to send it as JSON"),
    ({"body": "x", "method": "POST", "duplex": "full"}, "duplex has to be one of 'half', not 'full'"),
    ({"body": ReadableStream([b""]), "method": "POST"}, "a ReadableStream as body needs duplex='half'"),
    (
        {"body": ReadableStream([b""]), "method": "POST", "duplex": "half", "mode": "no-cors"},
        "a ReadableStream as body needs mode 'cors' or 'same-origin'",
    ),
    (
        {"body": ReadableStream([b""]), "method": "POST", "duplex": "half", "keepalive": True},
        "cannot be the body of a keepalive request",
    ),
    ({"headers": {"X A": "1"}}, "header name 'X A' is no token"),
    ({"headers": {"": "1"}}, "header name '' is no token"),
    ({"headers": {"X-A": "a\nb"}}, "value of header 'X-A' has a NUL, line feed or carriage return: 'a\\nb'"),
    ({"headers": {"X-A": "a\rb"}}, "value of header 'X-A' has a NUL"),
    ({"headers": {"X-A": "a\0"}}, "value of header 'X-A' has a NUL"),
    ({"headers": {"X-A": "€"}}, "value of header 'X-A' '€' has a character beyond ISO 8859-1"),
    ({"headers": {"€": "1"}}, "header name '€' has a character beyond ISO 8859-1"),
    ({"headers": {"X-A": 1}}, "value of header 'X-A' has to be a str, not int: 1"),
    ({"headers": "X-A: 1"}, "headers has to be a mapping or pairs, not str"),
    ({"headers": [("X-A",)]}, "('X-A',) is no pair"),
    ({"headers": ["ab"]}, "'ab' is no pair"),
    ({"headers": [7]}, "7 is no pair"),
    # NB: a forbidden name with a bad value throws, before it would be dropped.
    ({"headers": {"Cookie": "a\nb"}}, "value of header 'Cookie' has a NUL"),
]


@pytest.mark.parametrize(("arguments", "message"), FETCH_THROWS)
def test_fetch_throws_where_the_constructor_of_request_does(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(FetchTypeError) as caught:
        fetch_request(**arguments)

    assert message in str(caught.value)


XHR_THROWS = [
    # arguments                                            what the message says
    ({"method": "TRACK"}, "method 'TRACK' is forbidden"),
    ({"method": "A B"}, "method 'A B' is no token"),
    ({"headers": [("X A", "1")]}, "header name 'X A' is no token"),
    ({"headers": [("X-A", "a\nb")]}, "value of header 'X-A' has a NUL"),
    ({"body": ReadableStream([])}, "XMLHttpRequest cannot send a ReadableStream"),
    ({"body": 7}, "body cannot be int"),
]


@pytest.mark.parametrize(("arguments", "message"), XHR_THROWS)
def test_xhr_throws_where_one_of_its_methods_does(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(FetchTypeError) as caught:
        xhr_request(**arguments)

    assert message in str(caught.value)


def test_xhr_throws_for_a_url_that_cannot_be_parsed_but_not_for_credentials_in_it() -> None:
    with pytest.raises(FetchTypeError, match="cannot be parsed"):
        create_xhr_request(ENVIRONMENT, STANDARD, "http://", [], method="GET")

    request = create_xhr_request(ENVIRONMENT, STANDARD, "https://u:p@api.example/", [], method="GET")
    assert request.current_url.includes_credentials


REFERRER_CASES = [
    # given                    taken
    ("about:client", "client"),
    ("", None),
    ("x", f"{APP}/dir/x"),
    (f"{APP}/y", f"{APP}/y"),
    (f"{API}/y", "client"),
    ("about:blank", "client"),
]


@pytest.mark.parametrize(("referrer", "expected"), REFERRER_CASES)
def test_a_page_can_name_another_referrer_of_its_own_origin(referrer: str, expected: str | None) -> None:
    taken = fetch_request(referrer=referrer).referrer

    assert expected == (None if taken is None else str(taken))


def test_a_page_of_opaque_origin_cannot_name_a_referrer() -> None:
    assert create_fetch_request(OPAQUE, STANDARD, API, [], referrer=f"{APP}/y").referrer == "client"


HEADERS_CASES = [
    # headers as the page writes them                                what is set
    ({"x-A": "1", "B": "2"}, [(b"x-A", b"1"), (b"B", b"2")]),
    ([("X-A", "1"), ("x-a", "2")], [(b"X-A", b"1"), (b"X-A", b"2")]),
    ([["X-A", "\t 1 \r\n"]], [(b"X-A", b"1")]),
    ([("X-A", "\xe9")], [(b"X-A", b"\xe9")]),
    ([("X-A", "")], [(b"X-A", b"")]),
    ((("X-A", "1"),), [(b"X-A", b"1")]),
    (iter([("X-A", "1")]), [(b"X-A", b"1")]),
    ([("X-A", b"\xff")], [(b"X-A", b"\xff")]),
]


@pytest.mark.parametrize(("headers", "expected"), HEADERS_CASES)
def test_headers_are_kept_in_order_with_their_values_stripped(
    headers: Any, expected: list[tuple[bytes, bytes]]
) -> None:
    assert expected == list(fetch_request(headers=headers).header_list)


DROPPED_CASES = [
    # profile    mode       headers                                         dropped                     set
    (STANDARD, "cors", [("Cookie", "a=b"), ("X-A", "1")], [b"Cookie"], [b"X-A"]),
    (STANDARD, "cors", [("sec-x", ""), ("Proxy-x", "")], [b"sec-x", b"Proxy-x"], []),
    (STANDARD, "cors", [("X-Method-Override", "TRACE")], [b"X-Method-Override"], []),
    (STANDARD, "cors", [("User-Agent", "me")], [], [b"User-Agent"]),
    (CHROMIUM, "cors", [("User-Agent", "me")], [b"User-Agent"], []),
    (FIREFOX, "cors", [("user-agent", "me")], [], [b"user-agent"]),
    (WEBKIT, "cors", [("User-Agent", "me")], [], [b"User-Agent"]),
    (STANDARD, "no-cors", [("X-A", "1"), ("Accept", "*/*")], [b"X-A"], [b"Accept"]),
    (STANDARD, "no-cors", [("Range", "bytes=0-")], [b"Range"], []),
    (STANDARD, "no-cors", [("Content-Type", "application/json")], [b"Content-Type"], []),
    (STANDARD, "no-cors", [("Accept", "a" * 63), ("Accept", "a" * 63)], [], [b"Accept", b"Accept"]),
    (STANDARD, "no-cors", [("Accept", "a" * 64), ("Accept", "a" * 63)], [b"Accept"], [b"Accept"]),
    (STANDARD, "no-cors", [("Content-Type", "text/plain")] * 2, [b"Content-Type"], [b"Content-Type"]),
    (STANDARD, "no-cors", [("Cookie", "a=b"), ("Authorization", "x")], [b"Cookie", b"Authorization"], []),
]


@pytest.mark.parametrize(("profile", "mode", "headers", "dropped", "kept"), DROPPED_CASES)
def test_headers_that_a_page_may_not_set_are_dropped_and_said_to_be(
    profile: BrowserProfile, mode: str, headers: list[tuple[str, str]], dropped: list[bytes], kept: list[bytes]
) -> None:
    findings: list[Finding] = []
    request = create_fetch_request(ENVIRONMENT, profile, API, findings, headers=headers, mode=mode)

    assert kept == [name for name, _ in request.header_list]
    assert dropped == [finding.evidence["dropped"] for finding in findings]
    assert all(finding.step == "3" and finding.ok and finding.reason is None for finding in findings)


def test_xhr_drops_what_fetch_drops() -> None:
    findings: list[Finding] = []
    headers = [("Cookie", "a"), ("X-A", "1"), ("User-Agent", "me")]
    request = create_xhr_request(ENVIRONMENT, CHROMIUM, API, findings, method="GET", headers=headers)

    assert list(request.header_list) == [(b"X-A", b"1")]
    assert [finding.evidence["dropped"] for finding in findings] == [b"Cookie", b"User-Agent"]


REPEATED_CASES = [
    (STANDARD, [(b"X-A", b"1"), (b"X-A", b"2")]),
    (FIREFOX, [(b"X-A", b"1"), (b"X-A", b"2")]),
    (CHROMIUM, [(b"X-A", b"1, 2")]),
    (WEBKIT, [(b"X-A", b"1, 2")]),
]


@pytest.mark.parametrize(("profile", "expected"), REPEATED_CASES)
def test_repeated_headers_stay_apart_or_are_joined(
    profile: BrowserProfile, expected: list[tuple[bytes, bytes]]
) -> None:
    headers = [("X-A", "1"), ("x-a", "2")]

    assert expected == list(fetch_request(profile=profile, headers=headers).header_list)
    # NB: XMLHttpRequest joins them by its own standard.
    assert list(xhr_request(profile=profile, headers=headers).header_list) == [(b"X-A", b"1, 2")]


BODY_CASES = [
    # body                                     headers                              bytes         Content-Type
    (None, {}, None, None),
    ("", {}, b"", b"text/plain;charset=UTF-8"),
    ("ä", {}, b"\xc3\xa4", b"text/plain;charset=UTF-8"),
    ("x", {"content-type": "application/json"}, b"x", b"application/json"),
    ("x", {"Content-Type": ""}, b"x", b""),
    (b"\xff", {}, b"\xff", None),
    (bytearray(b"x"), {}, b"x", None),
    (Blob(b"{}", "application/json"), {}, b"{}", b"application/json"),
    (Blob(b"x"), {}, b"x", None),
    (URLSearchParams({"a": "b c"}), {}, b"a=b+c", b"application/x-www-form-urlencoded;charset=UTF-8"),
]


@pytest.mark.parametrize(("body", "headers", "data", "content_type"), BODY_CASES)
def test_a_body_gives_the_request_its_type_unless_the_page_does(
    body: Any, headers: dict[str, str], data: bytes | None, content_type: bytes | None
) -> None:
    for request in (
        fetch_request(method="POST", body=body, headers=headers),
        xhr_request(body=body, headers=headers),
    ):
        assert data == request.body
        assert content_type == request.header_list.get(b"content-type")
        assert request.body_source_is_null is False


def test_without_cors_a_body_of_another_type_goes_without_its_type() -> None:
    request = fetch_request(method="POST", mode="no-cors", body=Blob(b"{}", "application/json"))

    assert (request.body, list(request.header_list)) == (b"{}", [])


BOUNDARY_CASES = [
    (STANDARD, b"multipart/form-data; boundary=----formdata-"),
    (CHROMIUM, b"multipart/form-data; boundary=----WebKitFormBoundary"),
    (FIREFOX, b"multipart/form-data; boundary=----geckoformboundary"),
    (WEBKIT, b"multipart/form-data; boundary=----WebKitFormBoundary"),
]


@pytest.mark.parametrize(("profile", "prefix"), BOUNDARY_CASES)
def test_a_form_has_the_boundary_of_its_browser(profile: BrowserProfile, prefix: bytes) -> None:
    content_type = fetch_request(profile=profile, method="POST", body=FormData({"a": "b"})).header_list.get(
        b"content-type"
    )

    assert content_type is not None
    assert content_type.startswith(prefix)


def test_a_stream_as_body_is_sent_chromium_s_way_as_text_or_not_at_all() -> None:
    for profile in (STANDARD, CHROMIUM):
        request = fetch_request(profile=profile, method="POST", body=ReadableStream([b"a", b"b"]), duplex="half")
        assert (request.body, request.body_source_is_null, request.use_cors_preflight) == (b"ab", True, True)
        assert list(request.header_list) == []

    request = fetch_request(profile=FIREFOX, method="POST", body=ReadableStream([b"a"]), duplex="half")
    assert (request.body, request.body_source_is_null) == (b"[object ReadableStream]", False)
    assert request.use_cors_preflight is False
    assert request.header_list.get(b"content-type") == b"text/plain;charset=UTF-8"

    with pytest.raises(FetchTypeError, match="webkit does not support a ReadableStream"):
        fetch_request(profile=WEBKIT, method="POST", body=ReadableStream([b"a"]), duplex="half")


def test_an_xhr_says_method_and_url() -> None:
    request = xhr_request("patch")

    assert (request.method, request.mode, request.initiator_type) == (b"patch", RequestMode.CORS, "xmlhttprequest")
    assert (request.credentials_mode, request.unsafe_request) == (CredentialsMode.SAME_ORIGIN, True)
    assert xhr_request(with_credentials=True).credentials_mode is CredentialsMode.INCLUDE
    assert xhr_request("delete").method == b"DELETE"


@pytest.mark.parametrize("method", ["GET", "HEAD", "get"])
def test_an_xhr_without_body_ignores_the_body(method: str) -> None:
    request = xhr_request(method, body="x")

    assert (request.body, list(request.header_list)) == (None, [])


CHARSET_CASES = [
    # Content-Type of the page                 body        Content-Type of the request
    ("text/xml;charset=windows-1252", "x", b"text/xml;charset=UTF-8"),
    ("text/xml; charset=windows-1252; a=b", "x", b"text/xml;charset=UTF-8;a=b"),
    ('text/xml; charset="x y"', "x", b"text/xml;charset=UTF-8"),
    ("text/xml; charset=utf-8", "x", b"text/xml; charset=utf-8"),
    ("text/xml; charset=UTF-8", "x", b"text/xml; charset=UTF-8"),
    ("text/xml", "x", b"text/xml"),
    ("text", "x", b"text"),
    ("charset=x", "x", b"charset=x"),
    ("text/xml; charset=x", b"x", b"text/xml; charset=x"),
    ("text/xml; charset=x", Blob(b"x"), b"text/xml; charset=x"),
]


@pytest.mark.parametrize(("content_type", "body", "expected"), CHARSET_CASES)
def test_an_xhr_that_sends_text_says_that_it_is_utf_8(content_type: str, body: Any, expected: bytes) -> None:
    request = xhr_request(headers=[("Content-Type", content_type)], body=body)

    assert list(request.header_list) == [(b"Content-Type", expected)]


UPLOAD_CASES = [
    # profile    body    flag
    (STANDARD, None, True),
    (FIREFOX, None, True),
    (WEBKIT, None, True),
    (CHROMIUM, None, False),
    (CHROMIUM, "", True),
]


@pytest.mark.parametrize(("profile", "body", "expected"), UPLOAD_CASES)
def test_upload_listeners_set_the_use_cors_preflight_flag(
    profile: BrowserProfile, body: str | None, expected: bool
) -> None:
    assert expected == xhr_request(profile=profile, body=body, upload_listeners=True).use_cors_preflight
    assert xhr_request(profile=profile, body=body).use_cors_preflight is False


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_browser_throws_and_drops_by_the_same_rules(profile: BrowserProfile) -> None:
    with pytest.raises(FetchTypeError):
        fetch_request(profile=profile, method="TRACE")

    headers = {"Access-Control-Request-Private-Network": "true", "Origin": "x"}
    assert [name for name, _ in fetch_request(profile=profile, headers=headers).header_list] == [
        b"Access-Control-Request-Private-Network"
    ]
