"""
The headers of a network panel, in the forms in which they are copied.
"""

from __future__ import annotations

import pytest

from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedExchange, PastedResponse, PasteForm, Unreadable

ONE_LINE = """Request URL:https://api.example.com/items
Request Method:OPTIONS
Status Code:403 Forbidden
Remote Address:192.0.2.1:443
Referrer Policy:no-referrer

Response Headers
view source
Access-Control-Allow-Origin:
Vary:Origin
Server:nginx

Request Headers
Provisional headers are shown
Access-Control-Request-Headers:x-a
Access-Control-Request-Method:PUT
Origin:https://app.example.com
"""
TWO_LINES = """General
Request URL
https://api.example.com/items
Request Method
OPTIONS
Status Code
403 Forbidden
Response Headers (3)
Access-Control-Allow-Origin

Vary
Origin
Server
nginx
Request Headers (4)
:authority
api.example.com
Access-Control-Request-Headers
x-a
Access-Control-Request-Method
PUT
Origin
https://app.example.com
"""
MARKDOWN = """**Request URL:** `https://api.example.com/items`
**Request Method:** OPTIONS
**Status Code:** 403 Forbidden
### Response Headers
**Access-Control-Allow-Origin:**
**Vary:** Origin
**Server:** nginx
### Request Headers
**Access-Control-Request-Headers:** x-a
**Access-Control-Request-Method:** PUT
**Origin:** https://app.example.com
"""
WITH_A_BODY = f"{ONE_LINE}\nResponse\nRequest refused: no origin\n"
FORMS = {"one line each": ONE_LINE, "two lines each": TWO_LINES, "Markdown": MARKDOWN, "a body": WITH_A_BODY}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_a_panel_is_read_as_request_and_response(text: str) -> None:
    pasted = read_pasted(text)

    assert isinstance(pasted, PastedExchange), pasted
    request, (response,) = pasted.request, pasted.responses
    assert (PasteForm.PANEL, "PUT", True) == (request.form, request.method, request.is_preflight)
    assert ("https://api.example.com/items", "https://app.example.com/") == (request.url.href, request.page_url)
    assert (403, "Forbidden") == (response.status, response.reason)
    assert [("Access-Control-Allow-Origin", ""), ("Vary", "Origin"), ("Server", "nginx")] == list(response.headers)
    assert (b"Request refused: no origin" if text is WITH_A_BODY else b"") == response.body


def test_two_requests_of_the_panel_are_a_preflight_and_what_followed() -> None:
    followed = (
        "2nd request:\nRequest URL:https://api.example.com/items\nRequest Method:PUT\nStatus Code:200 OK\n\n"
        "Response Headers\nAccess-Control-Allow-Origin: *\n"
    )
    pasted = read_pasted(f"{ONE_LINE}\n{followed}")

    assert isinstance(pasted, PastedExchange)
    assert ("PUT", False, "cors") == (pasted.request.method, pasted.request.is_preflight, pasted.request.mode)
    assert (("x-a", "not-recorded"),) == pasted.request.headers
    assert ([403], [200]) == (
        [response.status for response in pasted.preflight_responses],
        [response.status for response in pasted.responses],
    )
    assert ["*"] == pasted.responses[0].values_of("Access-Control-Allow-Origin")


SAFARI = """Summary
URL: https://api.example.com/items
Status: 405
Source: Network

Request
OPTIONS /items HTTP/1.1
Origin: https://app.example.com
Access-Control-Request-Method: PUT

Response
HTTP/1.1 405 Method Not Allowed
Allow: GET
"""


def test_the_inspector_of_safari_copies_both_sides() -> None:
    pasted = read_pasted(SAFARI)

    assert isinstance(pasted, PastedExchange), pasted
    assert ("PUT", "https://api.example.com/items") == (pasted.request.method, pasted.request.url.href)
    assert [405] == [response.status for response in pasted.responses]


@pytest.mark.parametrize("text", ["Request URL:\nRequest Method:GET\n", "Request URL: ftp://a/\nStatus Code: 200"])
def test_a_panel_without_a_url_is_not_read(text: str) -> None:
    pasted = read_pasted(text)

    assert isinstance(pasted, Unreadable)
    assert "Request URL has no http(s) URL" in pasted.problem


ALONE = {
    "of curl -v": "< Vary: Origin\n< Access-Control-Allow-Methods: GET\n",
    "plain": "Access-Control-Allow-Methods: GET\nVary: Origin",
    "Vary alone": "Vary: Origin\nContent-Length: 0",
}


@pytest.mark.parametrize("text", ALONE.values(), ids=ALONE)
def test_headers_of_a_response_are_one_whose_status_is_assumed(text: str) -> None:
    pasted = read_pasted(text)

    assert isinstance(pasted, PastedResponse), pasted
    assert [["Origin"]] == [response.values_of("Vary") for response in pasted.responses]
    assert ("the status of the response is not in the paste: 200 is assumed",) == pasted.notes


def test_headers_behind_a_command_are_its_response() -> None:
    command = "curl -D - https://api.example.com/me -H 'Origin: https://app.example.com'"
    pasted = read_pasted(f"{command}\n\n    Vary: Origin\n    Content-Length: 0\n")

    assert isinstance(pasted, PastedExchange), pasted
    assert ["Origin"] == pasted.responses[0].values_of("Vary")


@pytest.mark.parametrize("text", ["Origin: https://a.example\nVary: Origin", "Server: nginx\nDate: today"])
def test_headers_of_requests_and_of_anything_are_no_response(text: str) -> None:
    assert isinstance(read_pasted(text), Unreadable)


def test_what_has_no_status_has_no_response() -> None:
    text = "Request URL: https://a.example/\nRequest Method: GET\nRequest Headers\nOrigin: https://b.example\n"

    assert "PastedRequest" == type(read_pasted(text)).__name__
