"""
Real caches in front of a server of ours, each on loopback and with what its makers have set by default.
"""

from __future__ import annotations

import contextlib
import http.client
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from browsercors.values.headers import HeaderList
from browsercors.values.urls import parse_url
from browsercors.values.wire import HTTPRequest, HTTPResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Responder = Callable[[HTTPRequest], tuple[int, list[tuple[bytes, bytes]]]]

HOST: Final = "api.example.com"
FORWARDED: Final = (b"origin", b"cookie", b"authorization", b"if-none-match")
"""What of a request matters to the server."""


class Step(NamedTuple):
    """
    One request of a sequence.
    """

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()


class Seen(NamedTuple):
    """
    What a client got.

    Attributes:
        body: Which of the server's answers it is: they are numbered.
    """

    status: int
    headers: HeaderList
    body: bytes


Reached = tuple[bytes, tuple[bytes | None, ...]]


class Origin:
    """
    What stands behind a cache: answers by path, whose bodies are their numbers, and keeps what reached it.
    """

    def __init__(self) -> None:
        self.responders: dict[str, Responder] = {}
        self.reached: dict[str, list[Reached]] = {}

    def send(self, request: HTTPRequest) -> HTTPResponse:
        """
        Answer as a server that is mounted.
        """
        path = request.url.target
        reached = self.reached.setdefault(path, [])
        reached.append((request.method, tuple(request.headers.get(name) for name in FORWARDED)))
        status, headers = self.responders[path](request)
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(request.time)).encode()
        body = b"" if status in (204, 304) else b"%d" % len(reached)
        lines = [*headers, (b"Date", date)]
        if status not in (204, 304):
            lines.append((b"Content-Length", b"%d" % len(body)))
        return HTTPResponse(status, b"", HeaderList(lines), b"" if request.method == b"HEAD" else body)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse:
        """
        Do the same.
        """
        return self.send(request)

    def close(self) -> None:
        """
        Do nothing.
        """

    async def aclose(self) -> None:
        """
        Do nothing.
        """


def make_step(step: Step, path: str, now: float) -> HTTPRequest:
    """
    Return the request of a step as the model takes it.
    """
    url = parse_url(f"http://{HOST}{path}")
    assert url is not None
    headers = [(b"Host", HOST.encode()), *((name.encode(), value.encode()) for name, value in step.headers)]
    return HTTPRequest(step.method.encode(), url, HeaderList(headers), time=now)


class RealCache:
    """
    A running cache and the origin behind it.
    """

    def __init__(self, name: str, port: int, origin: Origin) -> None:
        self.name = name
        self.url = f"http://127.0.0.1:{port}"
        self.origin = origin
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(self, step: Step, path: str) -> Seen:
        """
        Make the request of a step.
        """
        length = {"Content-Length": "0"} if step.method in {"POST", "PUT", "PATCH", "DELETE"} else {}
        self._connection.putrequest(step.method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": HOST, **length} | dict(step.headers)).items():
            self._connection.putheader(name, value)
        self._connection.endheaders()
        response = self._connection.getresponse()
        body = response.read()
        lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.getheaders()]
        return Seen(response.status, HeaderList(lines), body)

    def close(self) -> None:
        """
        Close the connection to the cache.
        """
        self._connection.close()

    def reached(self, path: str, expected: int) -> list[Reached]:
        """
        Return what reached the origin; a fetch in the background may still be under way.
        """
        for _ in range(30):
            if len(self.origin.reached.get(path, ())) >= expected:
                break
            time.sleep(0.01)
        return self.origin.reached.get(path, [])


@contextlib.contextmanager
def _serving(origin: Origin) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One write for one answer: two would wait for each other.
        wbufsize = -1

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            step = Step(self.command, tuple(self.headers.items()))
            response = origin.send(make_step(step, self.path, time.time()))
            self.send_response_only(response.status)
            for name, value in response.headers:
                self.send_header(name.decode("latin-1"), value.decode("latin-1"))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer  # noqa: N815 - as the class wants them

        def log_message(self, *args: Any) -> None:
            """
            Say nothing.
            """

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2)


NGINX: Final = """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    proxy_cache_path cache keys_zone=cache:1m;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{upstream};
            proxy_cache cache;
        }}
    }}
}}
"""

SQUID: Final = """
http_port 127.0.0.1:{port} accel defaultsite={host} no-vhost
cache_peer 127.0.0.1 parent {upstream} 0 no-query originserver no-digest login=PASSTHRU
http_access allow all
access_log none
cache_log /dev/null
cache_mem 16 MB
pid_filename none
pinger_enable off
netdb_filename none
shutdown_lifetime 0 seconds
visible_hostname squid
{user}
"""


def _nginx(program: str, port: int, upstream: int, directory: Path) -> list[str]:
    user = "user root;" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(NGINX.format(port=port, upstream=upstream, user=user), "utf-8")
    return [program, "-p", str(directory), "-c", str(directory / "nginx.conf"), "-e", "stderr"]


def _varnish(program: str, port: int, upstream: int, directory: Path) -> list[str]:
    # NB: without a jail, whose other user could not read the directory.
    options = ["-j", "none", "-a", f"127.0.0.1:{port}", "-b", f"127.0.0.1:{upstream}", "-s", "malloc,16m"]
    return [program, "-F", "-n", str(directory), *options]


def _squid(program: str, port: int, upstream: int, directory: Path) -> list[str]:
    # NB: it does not run as root.
    user = "cache_effective_user proxy" if os.geteuid() == 0 else ""
    text = SQUID.format(port=port, upstream=upstream, host=HOST, user=user)
    (directory / "squid.conf").write_text(text, "utf-8")
    # NB: the name keeps its shared memory apart from that of another one.
    return [program, "-n", f"bc{port}", "-N", "-f", str(directory / "squid.conf")]


class Program(NamedTuple):
    """
    How a cache is started.
    """

    name: str
    package: str
    command: Callable[[str, int, int, Path], list[str]]


PROGRAMS: Final = {
    "nginx": Program("nginx", "nginx-light", _nginx),
    "varnish": Program("varnishd", "varnish", _varnish),
    "squid": Program("squid", "squid", _squid),
}


@contextlib.contextmanager
def running_cache(name: str, directory: Path) -> Iterator[RealCache]:
    """
    Start a cache and its origin; skip the test where it is not installed.
    """
    program = PROGRAMS[name]
    path = shutil.which(program.name) or shutil.which(program.name, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        pytest.skip(f"there is no {program.name} here (Debian: {program.package})")
    origin = Origin()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with _serving(origin) as upstream, (directory / "output.txt").open("w") as output:
        command = program.command(path, port, upstream, directory)
        with subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=directory) as process:
            try:
                _await(process, port, directory / "output.txt")
                cache = RealCache(name, port, origin)
                with contextlib.closing(cache):
                    yield cache
            finally:
                process.terminate()


def _await(process: subprocess.Popen[Any], port: int, output: Path) -> None:
    for _ in range(1500):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        if process.poll() is not None:
            break
        time.sleep(0.01)
    pytest.fail(f"{process.args!r} does not listen:\n{output.read_text('utf-8', 'replace')}")
