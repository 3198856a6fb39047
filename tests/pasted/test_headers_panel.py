"""
The headers of a network panel, in the forms in which they are copied.
"""

from __future__ import annotations

import pytest

from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedExchange, PasteForm, Unreadable

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


def test_what_has_no_status_has_no_response() -> None:
    text = "Request URL: https://a.example/\nRequest Method: GET\nRequest Headers\nOrigin: https://b.example\n"

    assert "PastedRequest" == type(read_pasted(text)).__name__
