"""
Live servers: real ones on 127.0.0.1, and ones that say what no real one does.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.servers.live.live import LiveServer
from browsercors.servers.server import Server
from browsercors.values.transport import Fault
from browsercors.values.wire import FailureKind
from tests.servers.helpers import failure_of, live, make_request, raw_server, response_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_the_request_goes_out_byte_for_byte() -> None:
    headers = [(b"x-b", b"1"), (b"X-A", b"\xe9"), (b"x-b", b"2"), (b"User-Agent", b"Mozilla/5.0")]
    with raw_server(OK) as raw, live(raw.url) as server:
        response = response_of(server.send(make_request("pAtch", "/a%20b?c=%C3%A9", headers, b"body")))

    assert (response.status, response.body, response.body_failure) == (200, b"ok", None)
    expected = (
        b"pAtch /a%20b?c=%C3%A9 HTTP/1.1\r\nHost: api.example.com\r\nx-b: 1\r\nX-A: \xe9\r\nx-b: 2\r\n"
        b"User-Agent: Mozilla/5.0\r\n\r\nbody"
    )
    assert [expected] == raw.received


def test_a_connection_is_kept_for_the_next_request() -> None:
    with raw_server(OK, OK, OK, keep_alive=True) as raw, live(raw.url) as server:
        for _ in range(2):
            assert response_of(server.send(make_request())).body == b"ok"
        assert raw.connections == 1
        server.close()
        assert response_of(server.send(make_request())).body == b"ok"
        assert raw.connections == 2


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced() -> None:
    with raw_server(OK, OK) as raw, live(raw.url) as server:
        for _ in range(2):
            assert response_of(server.send(make_request("POST", body=b""))).body == b"ok"
            time.sleep(0.02)

        assert (raw.connections, len(raw.received)) == (2, 2)


def test_a_request_that_a_kept_connection_began_to_answer_is_not_repeated() -> None:
    with raw_server(OK, b"HTTP/1.1 ", OK, keep_alive=True) as raw, live(raw.url, timeout=0.2) as server:
        assert response_of(server.send(make_request())).status == 200
        assert FailureKind.TIMED_OUT is failure_of(server.send(make_request())).kind

        assert len(raw.received) == 2


def test_requests_at_the_same_time_have_connections_of_their_own() -> None:
    barrier = threading.Barrier(2, timeout=2)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.to_thread(barrier.wait)
        writer.write(OK)
        await writer.drain()
        writer.close()

    async def main() -> list[int]:
        listener = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with listener:
            server = LiveServer(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
            answers = await asyncio.gather(*(server.send_async(make_request()) for _ in range(2)))
            await server.aclose()
            return [response_of(found).status for found in answers]

    assert asyncio.run(main()) == [200, 200]


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def silence(connection: socket.socket) -> None:
    time.sleep(0.2)


def dripping(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" * 10:
        connection.sendall(bytes([byte]))
        time.sleep(0.01)


def stalling(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok")
    time.sleep(0.2)


def closing(connection: socket.socket) -> None:
    connection.close()


FAILURES: list[tuple[str, Any, FailureKind]] = [
    ("resets", reset, FailureKind.CONNECTION_FAILED),
    ("closes", closing, FailureKind.CONNECTION_FAILED),
    ("is silent", silence, FailureKind.TIMED_OUT),
    ("drips", dripping, FailureKind.TIMED_OUT),
    ("ends in its head", b"HTTP/1.1 200 OK\r\nA: 1\r\n", FailureKind.INVALID_RESPONSE),
    ("speaks HTTP/0.9", b"hello", FailureKind.INVALID_RESPONSE),
    ("differs in its lengths",
     b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok", FailureKind.INVALID_RESPONSE),
    ("has a long head", b"HTTP/1.1 200 OK\r\nA: " + b"a" * 3000, FailureKind.TOO_LARGE),
    ("has a long body", b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 3000, FailureKind.TOO_LARGE),
    ("sends a bomb",
     b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"a" * 100_000), FailureKind.TOO_LARGE),
]  # fmt: skip


@pytest.mark.parametrize(("step", "kind"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_a_server_that_fails_is_a_failure_of_its_kind(step: Any, kind: FailureKind) -> None:
    options = {"timeout": 0.15, "max_header_bytes": 2000, "max_body_bytes": 2000}
    with raw_server(step) as raw, live(raw.url, **options) as server:
        assert kind is failure_of(server.send(make_request())).kind


def test_more_headers_than_the_client_library_takes_are_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(500))
    with raw_server(head + b"\r\n") as raw, live(raw.url) as server:
        assert len(response_of(server.send(make_request())).headers) == 501


def test_a_body_that_stalls_keeps_what_arrived() -> None:
    with raw_server(stalling) as raw, live(raw.url, timeout=2, read_timeout=0.05) as server:
        response = response_of(server.send(make_request()))

    assert (response.body, response.body_failure) == (b"ok", "timed out in the middle of the body")


CODED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"


def test_a_content_coding_is_undone_and_its_header_stays() -> None:
    with raw_server(CODED + gzip.compress(b"hello"), CODED + b"hello") as raw, live(raw.url) as server:
        good = response_of(server.send(make_request()))
        bad = response_of(server.send(make_request()))

    assert (good.body, good.body_failure, good.headers.get(b"content-encoding")) == (b"hello", None, b"gzip")
    assert (bad.body_failure or "").startswith("malformed gzip coding")


def test_a_server_that_answers_before_it_has_read_all_is_heard() -> None:
    def answer_early(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        time.sleep(0.05)

    with raw_server(answer_early) as raw, live(raw.url) as server:
        answer = server.send(make_request("POST", body=b"x" * 5_000_000))

    # NB: whether the answer or the reset arrives first is the kernel's choice.
    assert getattr(answer, "status", 413) == 413
    assert getattr(answer, "kind", FailureKind.CONNECTION_FAILED) is FailureKind.CONNECTION_FAILED


def test_nothing_listening_is_a_failed_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    failure = failure_of(LiveServer(f"http://127.0.0.1:{port}").send(make_request()))

    assert FailureKind.CONNECTION_FAILED is failure.kind
    assert Fault.REFUSED is failure.fault
    assert f"no connection to http://127.0.0.1:{port}: [Errno 111] Connection refused" == failure.detail


def test_a_name_that_is_not_found_is_a_failed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)

    failure = failure_of(LiveServer("http://nowhere.invalid").send(make_request()))
    assert (FailureKind.CONNECTION_FAILED, Fault.NAME_NOT_RESOLVED) == (failure.kind, failure.fault)


def test_no_setting_of_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with raw_server(OK) as raw, live(raw.url) as server:
        assert response_of(server.send(make_request())).status == 200


def test_no_redirect_is_followed_and_no_cookie_kept() -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
    with raw_server(redirect, OK, keep_alive=True) as raw, live(raw.url) as server:
        assert response_of(server.send(make_request())).status == 302
        assert response_of(server.send(make_request())).status == 200

    assert raw.received == [b"GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n"] * 2


def test_a_certificate_is_checked_with_the_authorities_given(tls: ssl.SSLContext, certificate: Path) -> None:
    with raw_server(OK, tls=tls) as raw, live(raw.url, verify=str(certificate)) as server:
        assert response_of(server.send(make_request())).status == 200


def test_a_certificate_of_an_unknown_authority_is_a_failed_connection(tls: ssl.SSLContext) -> None:
    with raw_server(OK, tls=tls) as raw, live(raw.url) as server:
        failure = failure_of(server.send(make_request()))

    assert FailureKind.CONNECTION_FAILED is failure.kind
    assert "certificate verify failed" in failure.detail


def test_a_certificate_for_another_name_is_a_failed_connection(tls: ssl.SSLContext, certificate: Path) -> None:
    with raw_server(OK, tls=tls) as raw:
        url = raw.url.replace("127.0.0.1", "localhost")
        with live(url, verify=certificate) as server:
            assert FailureKind.CONNECTION_FAILED is failure_of(server.send(make_request())).kind


def test_a_certificate_may_be_left_unchecked(tls: ssl.SSLContext) -> None:
    with raw_server(OK, tls=tls) as raw, live(raw.url.replace("127.0.0.1", "localhost"), verify=False) as server:
        assert response_of(server.send(make_request())).status == 200


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"base_url": "127.0.0.1:8000"}, "base_url has to be an http"),
    ({"base_url": "ftp://127.0.0.1"}, "base_url has to be an http"),
    ({"base_url": "http://127.0.0.1:8000/api"}, "a server answers for a whole origin"),
    ({"base_url": "http://127.0.0.1/?q"}, "without user name, path, query or fragment, not 'http://127.0.0.1/\\?q'"),
    ({"base_url": "http://127.0.0.1/#f"}, "without user name, path, query or fragment"),
    ({"base_url": "http://user@127.0.0.1/"}, "without user name, path, query or fragment"),
    ({"base_url": "http://127.0.0.1", "timeout": 0}, "timeout has to be a number of seconds above 0, not 0"),
    (
        {"base_url": "http://127.0.0.1", "read_timeout": -1},
        "read_timeout has to be a number of seconds above 0, not -1",
    ),
    (
        {"base_url": "https://127.0.0.1", "verify": "/no/such.pem"},
        "verify has to be True, False or the path of a PEM file",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_a_mistake_is_told_at_once(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LiveServer(**arguments)


def test_the_server_is_a_server() -> None:
    assert isinstance(LiveServer("http://127.0.0.1:8000/"), Server)


@contextlib.contextmanager
def in_thread(main: Any) -> Iterator[str]:
    """
    Run `main(ready, stop)` in a loop of its own; `ready` is called with the server's URL.
    """
    started = threading.Event()
    found: list[Any] = []

    async def run() -> None:
        stop = asyncio.Event()

        def ready(url: str) -> None:
            found.extend([url, asyncio.get_running_loop(), stop])
            started.set()

        await main(ready, stop)

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert started.wait(5)
    url, loop, stop = found
    try:
        yield url
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)


async def serve_aiohttp(ready: Any, stop: asyncio.Event) -> None:
    from aiohttp import web

    async def handler(request: web.Request) -> web.Response:
        body = f"{request.host} {request.scheme} {await request.text()}"
        response = web.Response(text=body, headers={"Access-Control-Allow-Origin": request.headers.get("Origin", "")})
        response.enable_compression(web.ContentCoding.gzip)
        return response

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ready(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await stop.wait()
    await runner.cleanup()


async def serve_uvicorn(ready: Any, stop: asyncio.Event) -> None:
    import uvicorn

    async def app(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        headers = dict(scope["headers"])
        body = b"%s %s %s" % (headers[b"host"], scope["scheme"].encode(), message["body"])
        cors = [(b"access-control-allow-origin", headers.get(b"origin", b""))]
        await send({"type": "http.response.start", "status": 200, "headers": cors})
        await send({"type": "http.response.body", "body": body})

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    serving = asyncio.create_task(server._serve([listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    ready(f"http://127.0.0.1:{listener.getsockname()[1]}")
    await stop.wait()
    server.should_exit = True
    await serving


@pytest.mark.parametrize("serve", [serve_aiohttp, serve_uvicorn])
def test_a_real_server_sees_the_origin_it_is_mounted_on_and_nothing_of_the_mapping(serve: Any) -> None:
    headers = [(b"Origin", b"https://app.example.com"), (b"Accept-Encoding", b"gzip"), (b"Content-Length", b"4")]
    request = make_request("POST", "/items", headers, b"body")
    with in_thread(serve) as url, live(url) as server:
        answers = [server.send(request), asyncio.run(server.send_async(request))]

    for answer in answers:
        response = response_of(answer)
        assert (response.status, response.body, response.body_failure) == (200, b"api.example.com http body", None)
        assert response.headers.get(b"access-control-allow-origin") == b"https://app.example.com"


FORWARDED: list[tuple[str, Any, str, list[bytes]]] = [
    (
        "https over http",
        True,
        "https://api.example.com:8443/",
        [b"X-Forwarded-For: 127.0.0.1", b"X-Forwarded-Host: api.example.com:8443", b"X-Forwarded-Proto: https"],
    ),
    (
        "by the standard",
        "rfc7239",
        "https://api.example.com/",
        [b'Forwarded: for=127.0.0.1;host="api.example.com";proto=https'],
    ),
    ("not at all", False, "https://api.example.com/", []),
    ("http over http", True, "http://api.example.com/", []),
]


@pytest.mark.parametrize(("_story", "forwarded", "url", "lines"), FORWARDED, ids=[row[0] for row in FORWARDED])
def test_a_server_behind_tls_is_told_so(_story: str, forwarded: Any, url: str, lines: list[bytes]) -> None:
    with raw_server(OK) as raw, live(raw.url, forwarded=forwarded) as server:
        server.send(make_request(url=url))

        assert lines == [line for line in raw.received[0].split(b"\r\n") if b"orwarded" in line]


def test_what_a_page_says_of_forwarding_is_replaced() -> None:
    request = make_request(url="https://api.example.com/", headers=[(b"x-forwarded-proto", b"http")])
    with raw_server(OK) as raw, live(raw.url, forwarded=True) as server:
        server.send(request)

        assert [b"X-Forwarded-Proto: https"] == [
            line for line in raw.received[0].split(b"\r\n") if b"proto" in line.lower()
        ]


def test_a_way_of_forwarding_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="forwarded has to be True, False or 'rfc7239', not 'x'"):
        LiveServer("http://127.0.0.1:8000", forwarded="x")  # type: ignore[arg-type]
