"""
Entries of HAR files in a paste: one, a request with its preflight, a small file, or a response alone.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from browsercors.pasted.har_entries import recorded_responses
from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedExchange, PastedRequest, PasteError, Unreadable
from tests.har.build import API, PAGE, chromium_entry, har

ASKED = {"access-control-request-method": "PUT"}
ALLOWED = {"access-control-allow-origin": PAGE, "access-control-allow-methods": "PUT"}

GET = chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED)
PREFLIGHT = chromium_entry("OPTIONS", f"{API}/b", 204, ASKED, ALLOWED, kind="preflight")
PUT = chromium_entry("PUT", f"{API}/b", 201, {}, ALLOWED)
REFUSED = chromium_entry("PUT", f"{API}/b", 0, {}, {}, error="net::ERR_FAILED")
MOVED = chromium_entry("GET", f"{API}/c", 302, {}, {**ALLOWED, "location": f"{API}/a"})
SOCKET = chromium_entry("GET", "wss://api.example.net/socket", 101)

EXCHANGES: list[tuple[str, Any, str, list[int], list[int]]] = [
    # story                                      paste                      request    responses     of preflights
    ("an entry", GET, "GET /a", [200], []),
    ("a list of one", [GET], "GET /a", [200], []),
    ("a request and its preflight", [PUT, PREFLIGHT], "PUT /b", [201], [204]),
    ("a preflight and its request", [PREFLIGHT, PUT], "PUT /b", [201], [204]),
    ("a request that its preflight stopped", [REFUSED, PREFLIGHT], "PUT /b", [], [204]),
    ("a redirect", [MOVED, GET], "GET /c", [302, 200], []),
    ("a file", har(GET), "GET /a", [200], []),
    ("what is not about HTTP is left out", [SOCKET, GET], "GET /a", [200], []),
    ("a preflight alone", PREFLIGHT, "PUT /b", [204], []),
]


@pytest.mark.parametrize(
    ("_story", "data", "request_line", "responses", "of_preflights"), EXCHANGES, ids=[row[0] for row in EXCHANGES]
)
def test_entries_are_an_exchange(
    _story: str, data: Any, request_line: str, responses: list[int], of_preflights: list[int]
) -> None:
    pasted = read_pasted(json.dumps(data))

    assert isinstance(pasted, PastedExchange)
    assert request_line == f"{pasted.request.method} {pasted.request.url.href.removeprefix(API)}"
    assert responses == [response.status for response in pasted.responses]
    assert of_preflights == [response.status for response in pasted.preflight_responses]


def test_what_belongs_to_other_requests_is_counted() -> None:
    pasted = read_pasted(json.dumps(har(PUT, PREFLIGHT, GET)))

    assert isinstance(pasted, PastedExchange)
    assert ("1 more entry is left out: browsercors har FILE judges them all",) == pasted.request.notes


def test_an_entry_without_a_response_is_a_request() -> None:
    pasted = read_pasted(json.dumps(REFUSED))

    assert isinstance(pasted, PastedRequest)
    assert ("the recorder says of the response: net::ERR_FAILED",) == pasted.notes


BROKEN = [
    # paste                                    what is wrong with it
    (json.dumps(GET)[:-20], "the JSON is cut off or broken"),
    (json.dumps(har()), "the HAR file has no entries"),
    (json.dumps([SOCKET]), "the HAR entry is about wss:, and CORS is about http and https alone"),
]


@pytest.mark.parametrize(("text", "problem"), BROKEN)
def test_what_cannot_be_read_says_why(text: str, problem: str) -> None:
    pasted = read_pasted(text)

    assert isinstance(pasted, Unreadable)
    assert problem in pasted.problem


RESPONSES: list[tuple[str, Any, list[tuple[int, bool | None]]]] = [
    ("an entry", GET, [(200, False)]),
    ("a preflight and its request", [PREFLIGHT, PUT], [(204, True), (201, False)]),
    ("what has no response is left out", [PREFLIGHT, REFUSED], [(204, True)]),
    ("the response of an entry", GET["response"], [(200, None)]),
]


@pytest.mark.parametrize(("_story", "data", "expected"), RESPONSES, ids=[row[0] for row in RESPONSES])
def test_responses_are_read_without_their_requests(
    _story: str, data: Any, expected: list[tuple[int, bool | None]]
) -> None:
    found = recorded_responses(json.dumps(data, indent=1))

    assert found is not None
    assert expected == [(response.status, is_preflight) for response, is_preflight in found]


def test_what_is_not_json_is_for_another_reader() -> None:
    assert recorded_responses("HTTP/1.1 200 OK\n") is None


NO_RESPONSES = [
    (json.dumps(REFUSED), f"the HAR entry of {API}/b has no response; the recorder says: net::ERR_FAILED"),
    ("{", "the JSON is cut off or broken"),
    ("[]", "it is JSON, and neither an entry of a HAR file nor the response of one"),
    ('{"a": 1}', "it is JSON, and neither an entry of a HAR file nor the response of one"),
]


@pytest.mark.parametrize(("text", "problem"), NO_RESPONSES)
def test_what_has_no_response_says_why(text: str, problem: str) -> None:
    with pytest.raises(PasteError) as raised:
        recorded_responses(text)

    assert problem in str(raised.value)
