"""
Several exchanges in one paste, bodies of what curl wrote, and the scheme that no line says.
"""

# ruff: noqa: E501, ISC004 - messages stand as they were sent

from __future__ import annotations

import pytest

from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedExchange, Unreadable

PREFLIGHT = (
    "OPTIONS /items/7 HTTP/1.1\nHost: api.example.com\nOrigin: https://app.example.com\n"
    "Access-Control-Request-Method: PUT\nAccess-Control-Request-Headers: x-a\n\n"
    "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: *\n"
)
PUT = "PUT /items/7 HTTP/1.1\nHost: api.example.com\nX-A: 1\n\nHTTP/1.1 500 Internal Server Error\nServer: nginx\n\nno"


def exchange_of(text: str) -> PastedExchange:
    pasted = read_pasted(text)
    assert isinstance(pasted, PastedExchange), pasted
    return pasted


def test_a_preflight_and_the_request_behind_it_are_one_exchange() -> None:
    pasted = exchange_of(f"{PREFLIGHT}\n{PUT}")
    request = pasted.request

    assert ("PUT", "https://app.example.com/", False) == (request.method, request.page_url, request.is_preflight)
    assert (("X-A", "1"),) == request.headers
    assert [204] == [response.status for response in pasted.preflight_responses]
    assert [(500, b"no")] == [(response.status, response.body) for response in pasted.responses]
    assert () == request.notes


def test_a_redirect_and_where_it_leads_are_one_exchange() -> None:
    moved = "GET https://a.example/x HTTP/1.1\nOrigin: https://app.example.com\n\nHTTP/1.1 302 Found\nLocation: /y\n"
    landed = "GET https://a.example/y HTTP/1.1\n\nHTTP/1.1 200 OK\n"

    assert [302, 200] == [response.status for response in exchange_of(f"{moved}\n{landed}").responses]


def test_a_request_that_does_not_belong_to_it_is_left_out_and_named() -> None:
    pasted = exchange_of(f"{PUT}\n{PUT.replace('/items/7', '/items/8')}")

    assert 1 == len(pasted.responses)
    assert pasted.request.notes == ("a second request follows and is left out: paste it alone",)


def test_the_head_of_a_response_needs_no_empty_line_above_it() -> None:
    text = "GET https://a.example/x HTTP/1.1\nOrigin: https://app.example.com\nHTTP/1.1 403 Forbidden\n\nNo"

    assert [(403, b"No")] == [(response.status, response.body) for response in exchange_of(text).responses]


BODIES = {
    "markup": ("< HTTP/1.1 404 Not Found\n< Content-Type: text/html\n<\n<!DOCTYPE html>\n<pre>Cannot OPTIONS /</pre>",
               b"<!DOCTYPE html>\n<pre>Cannot OPTIONS /</pre>"),
    "notes around it": ("< HTTP/1.1 403\n<\n{ [12 bytes data]\nInvalid CORS\n* Connection #0 left intact", b"Invalid CORS"),
    "a progress meter": ("< HTTP/1.1 403\n<\n100    12  100    12    0     0     9      0 --:--:--\nInvalid CORS", b"Invalid CORS"),
    "none": ("< HTTP/1.1 204\n<\n* Connection #0 left intact", b""),
    "each line twice, as -I writes it": ("< HTTP/1.1 200 OK\nHTTP/1.1 200 OK\n< Via: a\nVia: a\n\n<\n* left intact", b""),
}  # fmt: skip


@pytest.mark.parametrize(("received", "body"), BODIES.values(), ids=BODIES)
def test_the_body_stands_behind_the_head_that_curl_marks(received: str, body: bytes) -> None:
    pasted = exchange_of(f"> GET / HTTP/1.1\n> Host: a.example\n> Origin: https://app.example.com\n>\n{received}")

    assert [body] == [response.body for response in pasted.responses]


SCHEMES = {
    "a name": ("GET / HTTP/1.1\nHost: api.example.com\n", "https"),
    "this machine": ("GET / HTTP/1.1\nHost: localhost:8000\n", "http"),
    "an address of this machine": ("GET / HTTP/1.1\nHost: 127.0.0.1:8000\n", "http"),
    "a local network, asked by a page without TLS": ("GET / HTTP/1.1\nHost: 10.0.0.5\nOrigin: http://10.0.0.6\n", "http"),
    "a local network, asked by a page with TLS": ("GET / HTTP/1.1\nHost: 10.0.0.5\nOrigin: https://app.example.com\n", "https"),
    "its port": ("GET / HTTP/1.1\nHost: api.example.com:80\n", "http"),
    "curl without TLS": ("* Connected to a.example (1.2.3.4) port 80\n> GET / HTTP/1.1\n> Host: a.example\n>\n", "http"),
    "curl with TLS": ("* Connected to a.example (1.2.3.4) port 443\n* SSL connection using TLSv1.3\n"
                      "> GET / HTTP/1.1\n> Host: a.example\n>\n", "https"),
    "HTTP/2": ("* Connected to localhost\n> GET / HTTP/2\n> Host: localhost\n>\n", "https"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "scheme"), SCHEMES.values(), ids=SCHEMES)
def test_the_scheme_is_told_from_what_is_there(text: str, scheme: str) -> None:
    pasted = read_pasted(f"{text}" if text.startswith("*") else f"{text}\nHTTP/1.1 200 OK\n", page="https://p.example")
    request = pasted.request if isinstance(pasted, PastedExchange) else pasted

    assert scheme == request.url.scheme  # type: ignore[union-attr]


def test_an_origin_that_no_browser_writes_still_is_the_one_that_the_response_repeats() -> None:
    pasted = exchange_of(
        "GET https://a.example/ HTTP/1.1\nOrigin: http://b.example:80\n\n"
        "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: http://b.example:80\n"
    )

    assert ["http://b.example"] == pasted.responses[0].values_of("Access-Control-Allow-Origin")


ANSWERED = "HTTP/1.1 200 OK\nVary: Origin\n\nok"
PASTES = {
    "indented": "    $ curl -i https://a.example/ -H 'Origin: https://b.example'\n    "
    + ANSWERED.replace("\n", "\n    "),
    "quoted": "> curl -i https://a.example/ -H 'Origin: https://b.example'\n> " + ANSWERED.replace("\n", "\n> "),
    "behind a progress meter": "curl -i https://a.example/ -H 'Origin: https://b.example'\n  % Total    % Received\n"
    "                                 Dload  Upload\n100     2  100     2    0     0      9\n" + ANSWERED,
    "behind notes": "curl -iv https://a.example/ -H 'Origin: https://b.example'\n*  SSL certificate verify ok.\n"
    "> GET / HTTP/1.1\n> Host: a.example\n>\n< HTTP/1.1 200 OK\n< Vary: Origin\n<\nok",
    "HTTPie, which prints its request": "http -v https://a.example/ Origin:https://b.example\n"
    f"GET / HTTP/1.1\nHost: a.example\n\n\n{ANSWERED}",
}


@pytest.mark.parametrize("text", PASTES.values(), ids=PASTES)
def test_what_stands_around_an_answer_is_no_part_of_it(text: str) -> None:
    pasted = exchange_of(text)

    assert ("https://a.example/", "https://b.example/") == (pasted.request.url.href, pasted.request.page_url)
    assert [(200, b"ok")] == [(response.status, response.body) for response in pasted.responses]


def test_a_line_of_the_console_that_begins_like_a_request_is_read_as_one_of_the_console() -> None:
    line = "XMLHttpRequest cannot load https://a.example/x. Invalid HTTP status code 404"

    assert "PastedMessage" == type(read_pasted(f"OPTIONS https://a.example/x\n(index):1 {line}")).__name__
    assert isinstance(read_pasted("OPTIONS https://a.example/x\nnonsense"), Unreadable)
