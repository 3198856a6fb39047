"""
Messages as people paste them, and what is wrong with those that cannot be read.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from browsercors.servers.messages import (
    MessageError,
    RequestMessage,
    ResponseMessage,
    read_request,
    read_responses,
    wire_bytes,
)
from browsercors.values.wire import HTTPResponse, TransportFailure

RAW = "PUT /items/7 HTTP/1.1\nHost: api.example\nOrigin: https://app.example\nX-A:1\n\n{}"
HTTP_2 = ":authority: api.example\n:method: PUT\n:path: /items/7\n:scheme: https\norigin: https://app.example\nx-a: 1"
PAIRED_LINES = (
    ":authority\napi.example\n:method\nPUT\n:path\n/items/7\n:scheme\nhttps\norigin\nhttps://app.example\nx-a\n1"
)
CURL = """\
* Host api.example:443 was resolved.
*   Trying 192.0.2.1:443...
* Connected to api.example (192.0.2.1) port 443
} [5 bytes data]
> PUT /items/7 HTTP/2
> Host: api.example
* a note in between
> origin: https://app.example
> x-a: 1
>
} [2 bytes data]
* upload completely sent off: 2 bytes
< HTTP/2 301
< location: /items/8
<
{ [0 bytes data]
* Issue another request to this URL: 'https://api.example/items/8'
> GET /items/8 HTTP/2
> Host: api.example
>
< HTTP/2 200
< content-type: application/json
<
{"id": 7}
"""

REQUESTS = {
    "raw": RAW,
    "raw, CRLF": RAW.replace("\n", "\r\n"),
    "raw, CR": RAW.replace("\n", "\r"),
    "raw, after blank lines": f"\n\n  \n{RAW}",
    "raw, with a byte order mark": f"\ufeff{RAW}",
    "raw, whole URL": RAW.replace("/items", "https://api.example/items"),
    "raw, HTTP/2": RAW.replace("HTTP/1.1", "HTTP/2"),
    "raw, without version": RAW.replace(" HTTP/1.1", ""),
    "raw, folded": RAW.replace("X-A:1", "X-A:\n 1"),
    "pseudo headers": HTTP_2,
    "names and values on lines of their own": PAIRED_LINES,
    "names with colons and values on lines of their own": PAIRED_LINES.replace(":authority\n", ":authority:\n"),
    "curl -v": CURL,
    "curl -v, CRLF": CURL.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_read_however_it_was_copied(name: str) -> None:
    request = read_request(REQUESTS[name])

    assert ("PUT", "https://api.example/items/7") == (request.method, request.url.href)
    assert ("https://app.example", "1", None) == (
        request.value_of("Origin"),
        request.value_of("x-a"),
        request.value_of(":method"),
    )


BODIES = [
    (RAW, b"{}"),
    (RAW.removesuffix("{}"), None),
    (RAW + "\n\nmore\n", b"{}\n\nmore\n"),
    (HTTP_2, None),
    (CURL, None),
    (RAW.replace("{}", "é"), "é".encode()),
]


@pytest.mark.parametrize(("text", "body"), BODIES)
def test_the_body_comes_after_an_empty_line(text: str, body: bytes | None) -> None:
    assert body == read_request(text).body


PLACES = [
    # request                                              scheme   URL
    ("GET / HTTP/1.1\nHost: a.example", "https", "https://a.example/"),
    ("GET / HTTP/1.1\nHost: localhost:8000", "http", "http://localhost:8000/"),
    ("GET http://a.example/b HTTP/1.1\nHost: c.example", "https", "http://a.example/b"),
    ("OPTIONS * HTTP/1.1\nHost: a.example", "https", "https://a.example/"),
    (":method: GET\n:path: /\n:scheme: http\n:authority: a.example:81", "https", "http://a.example:81/"),
    ("GET /b HTTP/2\nHost: a.example\n:authority: c.example", "https", "https://c.example/b"),
]


@pytest.mark.parametrize(("text", "scheme", "url"), PLACES)
def test_where_it_went_is_read_off_target_and_host(text: str, scheme: str, url: str) -> None:
    assert url == read_request(text, scheme=scheme).url.href


WRONG_REQUESTS = [
    ("", "there is nothing in it; a message begins with a line such as `GET /me HTTP/1.1`"),
    ("\n\n", "there is nothing in it"),
    ("nonsense", "line 1: 'nonsense' is no request line"),
    ("\n\nHTTP/1.1 200 OK", "line 3: 'HTTP/1.1 200 OK' is no request line"),
    ("GET / HTTP/1.1\nHost: a.example\nno colon", "line 3: 'no colon' is no header line"),
    ("GET / HTTP/1.1\nHost: a.example\na b: c", "line 3: 'a b: c' is no header line"),
    ("GET / HTTP/1.1", "'/' is no whole URL, and there is no Host line"),
    ("GET / HTTP/1.1\nHost: [", "the request went to 'https://[/', which is no http(s) URL"),
    ("GET ftp://a.example HTTP/1.1", "'ftp://a.example' is no whole URL"),
    (":path: /\n:authority: a.example", "line 1: the request has no method"),
    (":method\nGET\n:path", "line 3: the value of ':path' is missing"),
    ("< HTTP/1.1 200 OK\n<", "there is no request in it: no line begins with `> `"),
    (f"{'x' * 500} / /", "is no request line"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_REQUESTS)
def test_what_is_no_request_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(MessageError) as raised:
        read_request(text)

    assert message in str(raised.value)
    assert len(str(raised.value)) < 300


RESPONSES = [
    # text                                                             statuses
    ("HTTP/1.1 200 OK\nVary: Origin\n\nbody", [200]),
    ("HTTP/1.1 200 OK\r\nVary: Origin\r\n\r\nbody", [200]),
    ("HTTP/2 204\nvary: Origin", [204]),
    ("HTTP/1.1 404", [404]),
    (":status: 200\nvary: Origin", [200]),
    (":status\n200\nvary\nOrigin", [200]),
    ("HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nVary: Origin\n\nbody", [200]),
    ("HTTP/1.1 200 Connection established\n\nHTTP/2 201\nvary: Origin\n\n", [200, 201]),
    ("HTTP/1.1 301 Moved\nLocation: /b\n\nHTTP/1.1 200 OK\n\nbody", [301, 200]),
    ("HTTP/1.1 200 OK\nVary: Origin\n\nHTTP/1.1 500 is what the body says", [200]),
    ("HTTP/1.1 101 Switching Protocols\nUpgrade: websocket", [101]),
    (CURL, [301, 200]),
    (CURL.replace("\n", "\r\n"), [301, 200]),
]


@pytest.mark.parametrize(("text", "statuses"), RESPONSES)
def test_responses_are_read_however_they_were_copied(text: str, statuses: list[int]) -> None:
    assert statuses == [response.status for response in read_responses(text)]


def test_of_a_response_reason_headers_and_body_are_read() -> None:
    (response,) = read_responses("HTTP/1.1 404 Not here\nSet-Cookie: a=b\nSet-Cookie: c=d\n\nno\n\nbody")

    assert ("Not here", ["a=b", "c=d"], b"no\n\nbody") == (
        response.reason,
        response.values_of("set-cookie"),
        response.body,
    )
    assert "a=b, c=d" == response.value_of("Set-Cookie")


WRONG_RESPONSES = [
    ("", "there is nothing in it"),
    ("GET / HTTP/1.1", "line 1: 'GET / HTTP/1.1' is no status line: HTTP/1.1 200 OK"),
    ("HTTP/1.1 2000 OK", "is no status line"),
    ("HTTP/1.1 200 OK\nnonsense", "line 2: 'nonsense' is no header line"),
    (":status: abc", "line 1: the response has no status"),
    ("< nonsense\n<", "line 1: 'nonsense' is no status line"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_RESPONSES)
def test_what_is_no_response_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(MessageError) as raised:
        read_responses(text)

    assert message in str(raised.value)


PIECES = st.sampled_from(
    [
        *"\r\n:<>* /{}",
        "HTTP/1.1 200 OK",
        "GET / HTTP/1.1",
        "Host: a",
        ":status",
        ":method",
        "> ",
        "< ",
        "\n\n",
        "é",
        "\0",
    ]
)


@given(text=st.text() | st.lists(PIECES).map("".join))
def test_any_text_is_read_or_refused_with_a_word(text: str) -> None:
    for read in (read_request, read_responses):
        try:
            read(text)
        except MessageError as error:
            assert str(error)  # noqa: PT017 - either is right


TEXTS = [("abc", b"abc"), ("é", b"\xe9"), ("€", b"\xe2\x82\xac"), ("\ud800", b"?")]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_recorded_text_becomes_bytes_again(text: str, expected: bytes) -> None:
    assert expected == wire_bytes(text)


def test_a_response_becomes_an_answer() -> None:
    answer = ResponseMessage(status=204, reason="OK", headers=(("A", "é"),), body=b"x").answer(b"GET")

    assert isinstance(answer, HTTPResponse)
    assert (204, b"OK", b"\xe9", b"x") == (answer.status, answer.reason, answer.headers.get(b"a"), answer.body)
    assert isinstance(ResponseMessage(status=101).answer(b"GET"), TransportFailure)


def test_a_preflight_is_told_by_what_it_asks() -> None:
    text = "OPTIONS / HTTP/1.1\nHost: a.example"
    asking: RequestMessage = read_request(f"{text}\nAccess-Control-Request-Method: PUT")

    assert (False, True) == (read_request(text).is_preflight, asking.is_preflight)
