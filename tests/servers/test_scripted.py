"""
Scripted servers: which answer, what it says, and what the server keeps.
"""

from __future__ import annotations

import asyncio
import http
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.servers.scripted import Answer, ScriptedServer
from browsercors.servers.server import Server
from browsercors.values.headers import HeaderList
from browsercors.values.wire import FailureKind
from tests.servers.helpers import failure_of, make_request, response_of

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest


def status_of(server: ScriptedServer, method: str, url: str) -> int:
    return response_of(server.send(make_request(method=method, url=url))).status


ROUTES = {
    "/a": Answer(201),
    "GET /a": Answer(202),
    "/a?q": Answer(203),
    "GET /a?q": Answer(204),
    "OPTIONS *": Answer(205),
    "*": Answer(206),
}

ROUTE_CASES = [
    # method    url       status
    ("PUT", "/a", 201),
    ("GET", "/a", 202),
    ("PUT", "/a?q", 203),
    ("GET", "/a?q", 204),
    ("GET", "/a?other", 202),
    ("OPTIONS", "/a", 201),
    ("OPTIONS", "/b", 205),
    ("GET", "/b?q", 206),
    ("get", "/a", 201),
]


@pytest.mark.parametrize(("method", "url", "status"), ROUTE_CASES)
def test_the_most_exact_key_answers(method: str, url: str, status: int) -> None:
    assert status == status_of(ScriptedServer(ROUTES), method, url)


def test_without_a_key_that_fits_the_default_answers() -> None:
    assert status_of(ScriptedServer(), "GET", "/") == 404
    assert status_of(ScriptedServer({"/a": Answer()}, default=Answer(418)), "GET", "/") == 418


def test_a_list_answers_one_request_after_the_other_and_its_last_repeats() -> None:
    server = ScriptedServer({"/a": [Answer(500), Answer(503), Answer(200)]})

    assert [status_of(server, "GET", "/a") for _ in range(4)] == [500, 503, 200, 200]
    server.reset()
    assert (server.received, status_of(server, "GET", "/a")) == ([], 500)


def test_a_function_answers_from_the_request() -> None:
    def reflect(request: HTTPRequest) -> Answer:
        return Answer(headers=[("Access-Control-Allow-Origin", request.headers.get(b"origin") or b"")])

    server = ScriptedServer(default=reflect)
    response = response_of(server.send(make_request(headers=[(b"Origin", b"https://app.example")])))

    assert response.headers.get(b"Access-Control-Allow-Origin") == b"https://app.example"


def test_answers_can_be_added_and_replaced_one_by_one() -> None:
    server = ScriptedServer({"/a": Answer(500)})
    server.on("/a", Answer(201), Answer(202)).on("/a", Answer(203), method="PUT").on("GET /b", Answer(204))

    assert [
        status_of(server, "GET", "/a"),
        status_of(server, "PUT", "/a"),
        status_of(server, "GET", "/a"),
        status_of(server, "GET", "/b"),
    ] == [201, 203, 202, 204]
    assert repr(server) == "<ScriptedServer /a, PUT /a, GET /b>"
    assert repr(ScriptedServer()) == "<ScriptedServer without answers>"


ANSWER_CASES: list[tuple[dict[str, Any], int, bytes, list[tuple[bytes, bytes]], bytes]] = [
    ({}, 200, b"OK", [], b""),
    ({"status": http.HTTPStatus.NOT_FOUND}, 404, b"Not Found", [], b""),
    ({"status": 0}, 0, b"", [], b""),
    ({"status": -1}, -1, b"", [], b""),
    ({"status": 1000, "reason": "Odd"}, 1000, b"Odd", [], b""),
    ({"reason": b"\xff\0"}, 200, b"\xff\0", [], b""),
    ({"headers": {"A": "1", "b": "2"}}, 200, b"OK", [(b"A", b"1"), (b"b", b"2")], b""),
    ({"headers": [("A", "\xe9"), (b"A ", b" \0\r\n\xff ")]}, 200, b"OK",
     [(b"A", b"\xe9"), (b"A ", b" \0\r\n\xff ")], b""),
    ({"body": b"\xff"}, 200, b"OK", [], b"\xff"),
    ({"body": "\xe9"}, 200, b"OK", [], b"\xc3\xa9"),
    ({"json": {"a": "\xe9"}}, 200, b"OK", [(b"Content-Type", b"application/json")], b'{"a":"\xc3\xa9"}'),
    ({"json": [1.0, "\ud800", float("inf")]}, 200, b"OK", [(b"Content-Type", b"application/json")],
     b'[1,"\\ud800",null]'),
    ({"json": [], "headers": {"content-type": "x/y"}}, 200, b"OK", [(b"content-type", b"x/y")], b"[]"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "status", "reason", "headers", "body"), ANSWER_CASES)
def test_an_answer_is_what_was_written(
    arguments: dict[str, Any], status: int, reason: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    response = response_of(Answer(**arguments).respond(make_request()))

    assert (status, reason, HeaderList(headers), body) == (
        response.status,
        response.reason,
        response.headers,
        response.body,
    )


def test_the_answer_to_a_head_request_has_no_body() -> None:
    assert response_of(Answer(body=b"x").respond(make_request(method="HEAD"))).body == b""


def test_one_requests_headers_are_not_the_next_ones() -> None:
    answer = Answer(headers={"A": "1"})
    response_of(answer.respond(make_request())).headers.append(b"B", b"2")

    assert HeaderList([(b"A", b"1")]) == response_of(answer.respond(make_request())).headers


def test_latency_is_simulated_time() -> None:
    assert response_of(Answer(latency=1.5).respond(make_request())).elapsed == 1.5


FAILING_CASES = [
    (Answer.broken(), FailureKind.CONNECTION_FAILED, "the scripted server broke the connection", 0.0),
    (Answer.broken(latency=2), FailureKind.CONNECTION_FAILED, "the scripted server broke the connection", 2.0),
    (Answer.stalled(), FailureKind.TIMED_OUT, "the scripted server stalled", 300.0),
]


@pytest.mark.parametrize(("answer", "kind", "detail", "elapsed"), FAILING_CASES)
def test_a_connection_can_fail_before_the_answer(
    answer: Answer, kind: FailureKind, detail: str, elapsed: float
) -> None:
    failure = failure_of(answer.respond(make_request()))

    assert (kind, detail, elapsed) == (failure.kind, failure.detail, failure.elapsed)


@pytest.mark.parametrize("make", [Answer.broken, Answer.stalled])
def test_a_connection_can_fail_in_the_middle_of_the_body(make: Any) -> None:
    response = response_of(make(206, {"A": "1"}, b"part").respond(make_request()))

    assert (206, b"part", HeaderList([(b"A", b"1")])) == (response.status, response.body, response.headers)
    assert (response.body_failure or "").startswith("the scripted server ")


def test_what_was_received_is_kept_up_to_the_bound() -> None:
    everything, two, none = ScriptedServer(), ScriptedServer(keep=2), ScriptedServer(keep=0)
    requests = [make_request(url=f"/{number}") for number in range(3)]
    for server in (everything, two, none):
        for request in requests:
            assert response_of(asyncio.run(server.send_async(request))).status == 404

    assert (requests, requests[1:], []) == (everything.received, two.received, none.received)


MISTAKES: list[tuple[Any, type[Exception], str]] = [
    (lambda: Answer("200"), TypeError, "status has to be an int, such as 200, not '200'"),  # type: ignore[arg-type]
    (lambda: Answer(True), TypeError, "status has to be an int, such as 200, not True"),
    (lambda: Answer(body=["x"]), TypeError, r"body has to be bytes or str (json= takes other values), not ['x']"),  # type: ignore[arg-type]
    (lambda: Answer(body="x", json=1), ValueError, "body and json cannot both be given"),
    (lambda: Answer(reason=1), TypeError, "reason has to be str or bytes, such as 'Not Found', not 1"),  # type: ignore[arg-type]
    (lambda: Answer(latency=-1), ValueError, "latency has to be a number of seconds, 0 or more, not -1"),
    (lambda: Answer(headers=["abc"]), TypeError, "(name, value) pairs, not 'abc'"),  # type: ignore[list-item]
    (lambda: Answer(headers=[1]), TypeError, "(name, value) pairs, not 1"),  # type: ignore[list-item]
    (lambda: Answer(headers={"a": 1}), TypeError, "a header value has to be str or bytes, not 1"),  # type: ignore[arg-type]
    (lambda: Answer(headers={"\u20ac": "1"}), ValueError, "a header name has to be latin-1, not '\u20ac'"),
    (lambda: ScriptedServer({"a": Answer()}), ValueError, "'/path', 'METHOD /path', '*' or 'METHOD *', not 'a'"),
    (lambda: ScriptedServer({"GET": Answer()}), ValueError, "not 'GET'"),
    (lambda: ScriptedServer({"GET  /a": Answer()}), ValueError, "not 'GET  /a'"),
    (lambda: ScriptedServer({"https://x/a": Answer()}), ValueError, "not 'https://x/a'"),
    (lambda: ScriptedServer({1: Answer()}), TypeError, "a key of answers has to be a str"),  # type: ignore[dict-item]
    (lambda: ScriptedServer({"/a": []}), ValueError, "answers for '/a' have to be one or more, not none"),
    (lambda: ScriptedServer({"/a": 200}), TypeError, "the answer for '/a' has to be an Answer, a function"),  # type: ignore[dict-item]
    (lambda: ScriptedServer(keep=-1), ValueError, "keep has to be None or a number of requests, not -1"),
    (lambda: ScriptedServer().on("/a", Answer(), method="P T"), ValueError, "method has to be a method such as 'PUT'"),
    (lambda: ScriptedServer().on("GET /a", Answer(), method="PUT"), ValueError, "when method is given, not 'GET /a'"),
    (lambda: ScriptedServer().on("/a"), ValueError, "answers for '/a' have to be one or more, not none"),
    (lambda: ScriptedServer({"*": lambda _: 1}).send(make_request()), TypeError, "has to return an Answer, not 1"),  # type: ignore[dict-item, return-value]
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "error", "message"), MISTAKES, ids=[row[2] for row in MISTAKES])
def test_a_mistake_is_told_at_once(mistake: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        mistake()

    assert message in str(caught.value)


def test_the_server_is_a_server_that_keeps_what_it_received_when_closed() -> None:
    server = ScriptedServer()
    server.send(make_request())
    server.close()
    asyncio.run(server.aclose())

    assert isinstance(server, Server)
    assert len(server.received) == 1


REPR_CASES = [
    (Answer(204, {"A": "1"}), "<Answer 204 [(b'A', b'1')], 0 bytes>"),
    (Answer.broken(), "<Answer the scripted server broke the connection>"),
]


@pytest.mark.parametrize(("answer", "expected"), REPR_CASES)
def test_the_repr_of_an_answer_says_what_it_is(answer: Answer, expected: str) -> None:
    assert expected == repr(answer)
