"""
Entries of HAR files: what is read of them, what is odd about them, and what is none.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors.har.entries import MOST_HEADERS, EntryError, HarEntry, OtherScheme, read_entry
from tests.har.build import API, PAGE, chromium_entry, firefox_entry, pairs, webkit_entry


def read(data: object) -> HarEntry:
    return read_entry(7, data, {"page_1": f"{PAGE}/cart"}.get)  # type: ignore[arg-type]


def changed(part: str, **fields: Any) -> dict[str, Any]:
    entry = chromium_entry("GET", f"{API}/me", 200, {}, {"vary": "Origin"})
    target = entry[part] if part else entry
    target.update(fields)
    return entry


NO_ENTRIES: list[tuple[object, str]] = [
    # what is in the file                             why it is no entry
    ("GET /", "it is a string, not an object"),
    (None, "it is null, not an object"),
    ([], "it is an array, not an object"),
    ({}, "its request is null, not an object"),
    (changed("", request=3), "its request is a number, not an object"),
    (changed("request", url=None), "its request has no url"),
    (changed("request", url=["https://a.example"]), "the url of its request is an array, not a string"),
    (changed("request", url="/me"), "its URL cannot be parsed"),
    (changed("request", url="https://"), "its URL cannot be parsed"),
    (changed("request", method=""), "its request has no method"),
    (changed("request", method={"a": 1}), "the method of its request is an object, not a string"),
    (changed("request", method="GET me"), "its method is not a token, as HTTP requires"),
]


@pytest.mark.parametrize(("data", "why"), NO_ENTRIES)
def test_what_is_no_entry_says_why(data: object, why: str) -> None:
    with pytest.raises(EntryError) as raised:
        read(data)

    assert why == str(raised.value)


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("data:,x", "data"),
        ("blob:https://a.example/1", "blob"),
        ("wss://a.example/", "wss"),
        ("chrome-extension://abc/x.js", "chrome-extension"),
        ("about:blank", "about"),
    ],
)
def test_what_is_not_http_is_told_apart(url: str, scheme: str) -> None:
    with pytest.raises(OtherScheme) as raised:
        read(changed("request", url=url))

    assert scheme == raised.value.scheme


def test_what_scripts_write_by_hand_is_read_as_well() -> None:
    entry = read(changed("request", headers={"Host": "a"}) | {"response": {"status": "201", "headers": {"A": "b"}}})

    assert (("Host", "a"),) == entry.request.headers
    assert entry.response is not None
    assert (201, (("A", "b"),)) == (entry.response.status, entry.response.headers)


HEADERS = [
    # the response                                                         has headers
    ({"headers": pairs({"A": "b"})}, True),
    ({"headers": [], "content": {"mimeType": "x-unknown"}}, True),
    ({"headers": []}, True),
    ({"headers": [], "headersSize": -1}, True),
    ({"headers": [], "headersSize": 143}, False),
    ({"headers": pairs({":status": "200"})}, False),
    ({"headers": [], "content": {"mimeType": "application/json"}}, False),
    ({}, False),
]


@pytest.mark.parametrize(("response", "has_headers"), HEADERS)
def test_headers_that_were_left_out_are_told_from_none(response: dict[str, Any], has_headers: bool) -> None:
    entry = read(chromium_entry("GET", f"{API}/me") | {"response": {"status": 200, **response}})

    assert has_headers == entry.has_headers


ODDITIES = [
    # what is changed                                                          what is odd
    (changed("request", headers="Host: a"), "the headers of its request are a string, not an array"),
    (
        changed("request", headers=[{"name": "a"}, 3, {"name": 1, "value": "b"}]),
        "3 of the headers of its request cannot",
    ),
    (changed("response", headers=[{"name": "a b", "value": "c"}]), "1 of the headers of its response cannot be read"),
    (changed("response", headers=[{"name": "a", "value": "c"}] * (MOST_HEADERS + 5)), "5 of the headers"),
    (changed("response", status="OK"), "its status is not a number from 100 to 999"),
    (changed("response", status=True), "its status is not a number from 100 to 999"),
    (changed("response", status=7e99), "its status is not a number from 100 to 999"),
    (changed("", response="none"), "its response is a string, not an object"),
    (changed("", startedDateTime="yesterday"), "its startedDateTime is not a date"),
    (changed("", startedDateTime=7), "its startedDateTime is not a date"),
]


@pytest.mark.parametrize(("data", "oddity"), ODDITIES)
def test_what_is_odd_is_said_and_the_rest_is_read(data: object, oddity: str) -> None:
    entry = read(data)

    assert oddity in " ".join(entry.oddities)
    assert f"{API}/me" == entry.request.url.href


@pytest.mark.parametrize("make", [chromium_entry, firefox_entry, webkit_entry])
def test_an_entry_of_each_exporter_is_read_without_oddities(make: Any) -> None:
    entry = read(make("PUT", f"{API}/items/7", 201, {"X-A": "1"}, {"vary": "Origin"}, body="{}", second=61.5))

    assert () == entry.oddities
    assert ("PUT", f"{API}/items/7", b"{}") == (entry.request.method, entry.request.url.href, entry.request.body)
    assert "1" == entry.request.value_of("x-a")
    assert entry.response is not None
    assert (201, "Origin") == (entry.response.status, entry.response.value_of("Vary"))
    assert (f"{PAGE}/cart", 1795168861.5) == (entry.page_url, entry.started)


DATES = [
    ("2026-11-20T10:00:00.000Z", 1795168800.0),
    ("2026-11-20T11:00:00.000+01:00", 1795168800.0),
    ("2026-11-20T10:00:00.1234567Z", 1795168800.123456),
    ("2026-11-20T10:00:00", 1795168800.0),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("date", "seconds"), DATES)
def test_dates_are_read_as_exporters_write_them(date: str | None, seconds: float | None) -> None:
    entry = read(changed("", startedDateTime=date))

    assert (seconds, ()) == (entry.started, entry.oddities)


def test_pseudo_headers_are_left_out() -> None:
    names = [name for name, _ in read(changed("")).request.headers]

    assert not any(name.startswith(":") for name in names)
    assert "origin" in names


def test_lines_of_one_name_in_one_value_are_taken_apart() -> None:
    entry = read(changed("response", headers=[{"name": "Set-Cookie", "value": "a=1\nb=2"}]))

    assert entry.response is not None
    assert ["a=1", "b=2"] == entry.response.values_of("set-cookie")


ANSWERS = [
    # status  headers                              status read  known
    (0, [], None, False),
    (-1, [], None, False),
    (None, [], None, False),
    (0, [{"name": "vary", "value": "Origin"}], 200, False),
    (404, [], 404, True),
    (404.0, [], 404, True),
]


@pytest.mark.parametrize(("status", "headers", "read_status", "is_known"), ANSWERS)
def test_an_answer_may_be_missing_or_have_lost_its_status(
    status: object, headers: list[Any], read_status: int | None, is_known: bool
) -> None:
    entry = read(changed("response", status=status, headers=headers))

    assert (read_status, is_known) == (None if entry.response is None else entry.response.status, entry.has_status)


SOURCES = [
    ({"_initiator": {"type": "script", "url": "https://a.example/x.js"}}, "https://a.example/x.js"),
    ({"_initiator": {"type": "preflight", "url": "https://a.example/x.js"}}, ""),
    ({"_initiator": {"type": "other"}}, ""),
    ({"_initiator": {"stack": {"callFrames": [{"url": "https://a.example/"}, {"url": ""}]}}}, "https://a.example/"),
    ({"_initiator": {"stack": {"callFrames": 3, "parent": {"callFrames": [{"url": "https://b"}]}}}}, "https://b"),
    ({"_initiator": {"stack": []}}, ""),
    ({"_initiator": None}, ""),
]


@pytest.mark.parametrize(("fields", "url"), SOURCES)
def test_who_asked_is_the_outermost_call(fields: dict[str, Any], url: str) -> None:
    assert url == read(changed("", **fields)).initiator_url


CACHED = [
    ({}, False),
    ({"_fromCache": "disk"}, True),
    ({"_fetchType": "Memory Cache"}, True),
    ({"_fetchType": "Network Load"}, False),
    ({"cache": {"afterRequest": {"eTag": ""}}}, True),
    ({"cache": {"afterRequest": None}}, False),
]


@pytest.mark.parametrize(("fields", "from_cache"), CACHED)
def test_what_came_from_a_cache_is_known_as_such(fields: dict[str, Any], from_cache: bool) -> None:
    assert from_cache == read(changed("", **fields)).from_cache


@pytest.mark.parametrize("field", ["_error", "_failureText"])
def test_a_failure_is_in_the_words_of_the_browser(field: str) -> None:
    assert "net::ERR_FAILED" == read(changed("response", **{field: "net::ERR_FAILED"})).error


def test_a_redirect_leads_to_a_url() -> None:
    entry = chromium_entry("GET", f"{API}/old", 302, {}, {"location": "../new"})

    assert f"{API}/new" == str(read(entry).location)
    assert read(chromium_entry("GET", f"{API}/old", 200, {}, {"location": "../new"})).location is None


BODIES = [
    ("of an error", "GET", 403, {"text": "no", "mimeType": "text/plain"}, b"no"),
    ("of a preflight", "OPTIONS", 200, {"text": "CORS is off", "mimeType": "text/plain"}, b"CORS is off"),
    ("that is a page", "GET", 200, {"text": "<p>", "mimeType": "text/html"}, b"<p>"),
    ("in base64", "GET", 500, {"text": "bm8=", "encoding": "base64", "mimeType": "text/plain"}, b"no"),
    ("that is cut", "GET", 500, {"text": "x" * 9000, "mimeType": "text/plain"}, b"x" * 4096),
    ("that is cut in base64", "GET", 500, {"text": "eHh4" * 3000, "encoding": "base64"}, b"x" * 4095),
    ("of data", "GET", 200, {"text": "{}", "mimeType": "application/json"}, b""),
    ("in broken base64", "GET", 500, {"text": "x", "encoding": "base64", "mimeType": "text/plain"}, b""),
    ("that is no text", "GET", 500, {"text": 3, "mimeType": 4}, b""),
    ("that is no object", "GET", 500, "no", b""),
]


@pytest.mark.parametrize(
    ("method", "status", "content", "body"), [row[1:] for row in BODIES], ids=[r[0] for r in BODIES]
)
def test_the_beginning_of_a_body_is_kept_where_it_may_tell_why(
    method: str, status: int, content: Any, body: bytes
) -> None:
    entry = chromium_entry(method, f"{API}/me", status, {}, {})
    entry["response"]["content"] = content

    response = read(entry).response

    assert response is not None
    assert body == response.body
