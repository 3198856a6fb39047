"""
What a page did, by what its request looked like on the wire.
"""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.har.inference import Circumstances, InferenceError, page_call, preflight_call, request_mode
from browsercors.servers.messages import RequestMessage
from browsercors.values.urls import parse_url
from tests.har.build import API, PAGE

NO_PAGE = Circumstances()
LISTED = Circumstances(page_url=f"{PAGE}/cart")
SCRIPT = Circumstances(initiator_url="https://cdn.example.org/x.js")


def request(method: str = "GET", body: bytes | None = None, **headers: str) -> RequestMessage:
    url = parse_url(f"{API}/me")
    assert url is not None
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return RequestMessage(method=method, url=url, headers=lines, body=body)


def preflight(method: str = "PUT", headers: str = "", **others: str) -> RequestMessage:
    asked = {"Access_Control_Request_Headers": headers} if headers else {}
    return request("OPTIONS", None, Origin=PAGE, Access_Control_Request_Method=method, **asked, **others)


PAGES = [
    # request                                                circumstances  page                    origin   read off
    (request(Origin=PAGE, Referer=f"{PAGE}/shop"), NO_PAGE, f"{PAGE}/shop", PAGE, "Origin"),
    (request(Origin=PAGE, Referer="https://a.example/"), NO_PAGE, f"{PAGE}/", PAGE, "Origin"),
    (request(Origin=PAGE), LISTED, f"{PAGE}/cart", PAGE, "Origin"),
    (request(Origin="null"), LISTED, f"{PAGE}/cart", "null", "Origin, which is null"),
    (request(Origin="null"), NO_PAGE, f"{API}/me", "null", "Origin, which is null"),
    (request(), attrs.evolve(LISTED, preflight=preflight()), f"{PAGE}/cart", PAGE, "the preflight's Origin"),
    (request(Referer="https://a.example/b"), LISTED, "https://a.example/b", "https://a.example", "Referer"),
    (request(Referer="about:client"), LISTED, f"{PAGE}/cart", PAGE, "the URL of the page that the request is listed"),
    (request(Origin="nonsense"), LISTED, f"{PAGE}/cart", PAGE, "the URL of the page that the request is listed"),
    (request(), SCRIPT, "https://cdn.example.org/x.js", "https://cdn.example.org", "the URL of the initiator"),
]


@pytest.mark.parametrize(("asked", "circumstances", "page", "origin", "source"), PAGES)
def test_the_page_is_read_off_what_says_most(
    asked: RequestMessage, circumstances: Circumstances, page: str, origin: str, source: str
) -> None:
    call = page_call(asked, CHROMIUM, circumstances)

    assert (page, origin) == (call.page_url, call.page_origin)
    assert call.inferred_from[0].startswith(f"the page from {source}")


def test_without_any_trace_of_the_page_nothing_is_told() -> None:
    with pytest.raises(InferenceError, match="no Origin, no Referer and no page"):
        page_call(request(), CHROMIUM, Circumstances(page_url="about:blank"))


MODES = [
    # request                                                            kind         mode
    (request(Sec_Fetch_Mode="cors"), "image", "cors"),
    (request(Sec_Fetch_Mode="no-cors", Origin=PAGE), "", "no-cors"),
    (request(Sec_Fetch_Mode="nonsense"), "document", "navigate"),
    (request(), "fetch", "cors"),
    (request(), "xhr", "cors"),
    (request(), "preflight", "cors"),
    (request(), "websocket", "websocket"),
    (request(Upgrade="websocket", Origin=PAGE), "", "websocket"),
    (request(Accept="text/html,*/*", Origin=PAGE), "", "navigate"),
    (request(Origin=PAGE), "script", "cors"),
    (request(), "image", "no-cors"),
    (request(), "", "no-cors"),
]


@pytest.mark.parametrize(("asked", "kind", "mode"), MODES)
def test_the_mode_is_read_off_what_says_most(asked: RequestMessage, kind: str, mode: str) -> None:
    found, source = request_mode(asked, kind)

    assert mode == found
    assert source.startswith("the mode from ")


BROWSERS_OWN = {
    "Host": "api.example.net",
    "Origin": PAGE,
    "User_Agent": "Mozilla/5.0",
    "Accept": "*/*",
    "Accept_Encoding": "gzip",
    "Accept_Language": "en",
    "Cache_Control": "no-cache",
    "Pragma": "no-cache",
    "Cookie": "id=1",
    "Sec_Fetch_Mode": "cors",
    "Priority": "u=1",
    "X_Client_Data": "abc",
    "If_None_Match": '"1"',
}

HEADERS = [
    # what the request has beside what browsers add  what the preflight asks for      what the page set
    ({}, None, {}),
    ({"X_A": "1", "Content_Type": "text/plain"}, None, {"X-A": "1", "Content-Type": "text/plain"}),
    ({"Accept": "application/json"}, None, {"Accept": "application/json"}),
    ({"Authorization": "Bearer a"}, None, {"Authorization": "Bearer a"}),
    ({"Authorization": "Basic YTpi"}, None, {}),
    ({"Authorization": "Basic YTpi"}, "authorization", {"Authorization": "Basic YTpi"}),
    ({}, "cache-control,pragma", {"Cache-Control": "no-cache", "Pragma": "no-cache"}),
    ({}, "if-none-match", {"If-None-Match": '"1"'}),
    # What nothing asked for was added on the way.
    ({"X_A": "1", "X_Extension": "1"}, "x-a", {"X-A": "1"}),
    # What was asked for and is not there was left out by the recorder.
    ({}, "authorization", {"authorization": "not-recorded"}),
    ({}, "content-type,x-a", {"content-type": "application/json", "x-a": "not-recorded"}),
]


@pytest.mark.parametrize(("headers", "asked_for", "page_set"), HEADERS)
def test_the_page_set_what_browsers_do_not_add(
    headers: dict[str, str], asked_for: str | None, page_set: dict[str, str]
) -> None:
    asking = None if asked_for is None else preflight(headers=asked_for)
    call = page_call(request("PUT", None, **{**BROWSERS_OWN, **headers}), CHROMIUM, Circumstances(preflight=asking))

    assert page_set == dict(call.headers)


CREDENTIALS = [
    # request                                                 circumstances                       modes
    (request(Origin=PAGE, Cookie="a=b"), NO_PAGE, ("include",)),
    (request(Origin=PAGE), Circumstances(has_cookies=True, is_sanitised=True), ("include",)),
    (request(Origin=PAGE, Sec_Fetch_Storage_Access="none"), NO_PAGE, ("include",)),
    (request(Origin=PAGE, Authorization="Basic YTpi"), NO_PAGE, ("include",)),
    (request(Origin=PAGE, Authorization="Bearer a"), NO_PAGE, ("same-origin", "include")),
    (
        request(Origin=PAGE, Authorization="Basic YTpi"),
        Circumstances(preflight=preflight(headers="authorization")),
        ("same-origin", "include"),
    ),
    (request(Origin=PAGE), NO_PAGE, ("same-origin", "include")),
    (request(Origin=PAGE), Circumstances(is_sanitised=True), ("same-origin", "include")),
]


@pytest.mark.parametrize(("asked", "circumstances", "modes"), CREDENTIALS)
def test_credentials_are_known_only_by_what_went_along(
    asked: RequestMessage, circumstances: Circumstances, modes: tuple[str, ...]
) -> None:
    call = page_call(asked, CHROMIUM, circumstances)

    assert modes == call.credentials
    assert (len(modes) == 2) == any(word in " ".join(call.unknown) for word in ("credentials", "cookies"))


def test_an_export_without_cookies_is_said_to_be_one() -> None:
    call = page_call(request(Origin=PAGE), CHROMIUM, Circumstances(is_sanitised=True))

    assert ("cookies and Authorization: exports leave them out by default",) == call.unknown


BODIES = [("POST", b"{}", b"{}"), ("POST", None, None), ("GET", b"{}", None), ("HEAD", b"{}", None)]


@pytest.mark.parametrize(("method", "recorded", "sent"), BODIES)
def test_a_body_goes_along_where_it_can(method: str, recorded: bytes | None, sent: bytes | None) -> None:
    assert sent == page_call(request(method, recorded, Origin=PAGE), CHROMIUM).body


UPLOADS = [
    # method  what the preflight asks for  kind   listeners
    ("POST", "", "xhr", True),
    ("POST", "x-a", "xhr", False),
    ("PUT", "", "xhr", False),
    ("POST", "", "fetch", False),
]


@pytest.mark.parametrize(("method", "asked_for", "kind", "listens"), UPLOADS)
def test_a_preflight_that_nothing_needs_is_one_of_upload_listeners(
    method: str, asked_for: str, kind: str, listens: bool
) -> None:
    circumstances = Circumstances(preflight=preflight(method, asked_for), resource_type=kind)

    assert listens == page_call(request(method, b"x", Origin=PAGE), CHROMIUM, circumstances).upload_listeners


def test_of_a_preflight_alone_the_request_is_made_up() -> None:
    call = preflight_call(preflight("PATCH", "content-type,x-a,range"), CHROMIUM)

    made_up: dict[str, Any] = {"content-type": "application/json", "range": "bytes=0-1,3-4", "x-a": "not-recorded"}
    assert ("PATCH", PAGE, made_up) == (call.method, call.page_origin, dict(call.headers))
    assert "only its preflight was recorded" in call.unknown[-1]


def test_what_no_script_asked_for_is_judged_as_if_one_had() -> None:
    call = page_call(request(Origin=PAGE, Sec_Fetch_Mode="navigate"), CHROMIUM)

    assert "cors" == call.mode
    assert "the request has mode navigate" in " ".join(call.unknown)
