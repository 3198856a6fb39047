"""
What was recorded answers: for the same request, in order, and nothing else.
"""

from __future__ import annotations

import asyncio

import pytest

from browsercors import Browser
from browsercors.servers.messages import ResponseMessage
from browsercors.servers.recorded import RecordedServer, is_preflight, not_recorded
from browsercors.values.headers import HeaderList
from browsercors.values.urls import URL, parse_url
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure

ASKING = [(b"Access-Control-Request-Method", b"PUT")]


def url(path: str = "/a") -> URL:
    parsed = parse_url(f"https://api.example{path}")
    assert parsed is not None
    return parsed


def answer(status: int) -> ResponseMessage:
    return ResponseMessage(status=status)


def ask(server: RecordedServer, method: str = "GET", path: str = "/a", *, preflight: bool = False) -> int | str:
    request = HTTPRequest(method.encode(), url(path), HeaderList(ASKING if preflight else []))
    answered = server.send(request)
    return answered.status if isinstance(answered, HTTPResponse) else answered.kind.value


def test_answers_to_one_request_come_in_order_and_the_last_one_repeats() -> None:
    server = RecordedServer()
    for status in (201, 202, 203):
        server.record("GET", url(), answer(status))

    assert [201, 202, 203, 203] == [ask(server) for _ in range(4)]


OTHERS = [("GET", "/a", False, 200), ("PUT", "/a", False, "not-recorded"), ("GET", "/b", False, "not-recorded")]


@pytest.mark.parametrize(("method", "path", "preflight", "expected"), OTHERS)
def test_only_the_same_request_is_answered(method: str, path: str, preflight: bool, expected: int | str) -> None:
    server = RecordedServer()
    server.record("GET", url("/a#fragment"), answer(200))

    assert expected == ask(server, method, path, preflight=preflight)


def test_a_preflight_is_another_request_than_options() -> None:
    server = RecordedServer()
    server.record("OPTIONS", url(), answer(204), is_preflight=True)
    server.record("OPTIONS", url(), answer(200))

    assert [204, 200] == [ask(server, "OPTIONS", preflight=preflight) for preflight in (True, False)]


def test_what_was_recorded_without_a_request_answers_what_comes_once() -> None:
    server = RecordedServer()
    server.record("GET", url(), answer(200))
    server.record_next(answer(201))
    server.record_next(answer(204), is_preflight=True)
    server.record_next(answer(202))

    answered = [
        ask(server, "OPTIONS", preflight=True),
        ask(server),
        ask(server, "PUT"),
        ask(server, "OPTIONS", preflight=True),
        ask(server, "PUT"),
    ]
    assert [204, 200, 201, 202, "not-recorded"] == answered


def test_a_failure_can_be_recorded_too() -> None:
    server = RecordedServer()
    server.record("GET", url(), TransportFailure(FailureKind.TIMED_OUT, "no answer came"))

    assert ["timed-out", "timed-out"] == [ask(server), ask(server)]


def test_a_status_that_ends_nothing_is_no_answer() -> None:
    server = RecordedServer()
    server.record("GET", url(), answer(101))

    assert "invalid-response" == ask(server)


def test_a_head_request_gets_no_body() -> None:
    server = RecordedServer()
    server.record_next(ResponseMessage(status=200, body=b"x"))
    answered = server.send(HTTPRequest(b"HEAD", url(), HeaderList()))

    assert isinstance(answered, HTTPResponse)
    assert b"" == answered.body


def test_what_was_not_recorded_has_a_reason_of_its_own() -> None:
    with Browser() as browser:
        browser.mount("*", RecordedServer())
        result = browser.open("https://app.example/").fetch("https://api.example/a", method="PUT")

    assert result.block is not None
    assert ("not-recorded", True) == (result.block.reason.value, result.block.during_preflight)
    assert "no answer to the preflight OPTIONS https://api.example/a was recorded" in result.explain()


def test_who_records_can_say_what_is_missing() -> None:
    server = RecordedServer(missing=lambda _: TransportFailure(FailureKind.CONNECTION_FAILED, "gone"))

    assert "connection-failed" == ask(server)


def test_it_is_a_server_for_those_who_wait_too() -> None:
    async def main() -> HTTPResponse | TransportFailure:
        server = RecordedServer()
        server.record_next(answer(200))
        try:
            return await server.send_async(HTTPRequest(b"GET", url(), HeaderList()))
        finally:
            await server.aclose()
            server.close()

    answered = asyncio.run(main())

    assert isinstance(answered, HTTPResponse)


def test_it_says_how_much_it_has() -> None:
    server = RecordedServer()
    server.record("GET", url(), answer(200))
    server.record_next(answer(200))

    assert "<RecordedServer of 2 answers>" == repr(server)


def test_a_preflight_is_told_by_what_it_asks() -> None:
    assert is_preflight(HTTPRequest(b"OPTIONS", url(), HeaderList(ASKING)))
    assert not is_preflight(HTTPRequest(b"OPTIONS", url(), HeaderList()))
    assert not is_preflight(HTTPRequest(b"GET", url(), HeaderList(ASKING)))
    assert FailureKind.NOT_RECORDED is not_recorded(HTTPRequest(b"GET", url(), HeaderList())).kind
