"""
Which server answers for which origin, and what a server is made of.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import flask
import pytest
import starlette.applications
from hypothesis import given, strategies as st

from browsercors import Browser
from browsercors.servers import mounts as mounts_module
from browsercors.servers.applications import interfaces
from browsercors.servers.applications.asgi import ASGIServer
from browsercors.servers.applications.interfaces import detect_interface
from browsercors.servers.applications.wsgi import WSGIServer
from browsercors.servers.live.live import LiveServer
from browsercors.servers.mounts import Mounts, make_server
from browsercors.servers.scripted import ScriptedServer
from browsercors.values.urls import parse_url
from tests.servers.helpers import make_request, raw_server, response_of

if TYPE_CHECKING:
    from browsercors.values.origins import Origin


PATH_OF_THIS_PROCESS = f"import sys; sys.path[:] = {sys.path!r}\n"


def origin_of(url: str) -> Origin:
    parsed = parse_url(url)
    assert parsed is not None
    return parsed.origin


def mounts_of(*origins: str) -> tuple[Mounts, dict[int, str]]:
    mounts = Mounts()
    return mounts, {id(mounts.mount(origin, ScriptedServer())): origin for origin in origins}


def found(origins: tuple[str, ...], url: str) -> str | None:
    mounts, names = mounts_of(*origins)
    server = mounts.find(origin_of(url))
    again = mounts.find(origin_of(url))
    assert server is again
    return None if server is None else names[id(server)]


PATTERNS = (
    "*",
    "https://*",
    "https://*:*",
    "https://*.example.com",
    "https://*.api.example.com",
    "https://*.example.com:*",
    "https://a.example.com:*",
    "https://b.example.com",
    "http://localhost:*",
)

FIND_CASES = [
    # mounted                        url                               found
    (("https://a.example",), "https://a.example/x?y#z", "https://a.example"),
    (("https://a.example",), "https://b.example/", None),
    (("https://a.example",), "http://a.example/", None),
    (("https://a.example",), "https://a.example:8443/", None),
    (("https://a.example:443/",), "https://a.example/", "https://a.example:443/"),
    (("HTTPS://A.Example",), "https://a.example/", "HTTPS://A.Example"),
    (("https://b\xfccher.example",), "https://xn--bcher-kva.example/", "https://b\xfccher.example"),
    (("http://[::1]:8000",), "http://[0:0::1]:8000/", "http://[::1]:8000"),
    (("http://127.1",), "http://127.0.0.1/", "http://127.1"),
    (("https://*.example.com",), "https://a.example.com/", "https://*.example.com"),
    (("https://*.example.com",), "https://a.b.example.com/", "https://*.example.com"),
    (("https://*.example.com",), "https://example.com/", None),
    (("https://*.example.com",), "https://badexample.com/", None),
    (("https://*.example.com",), "https://a.example.com:8443/", None),
    (("https://*.example.com",), "http://a.example.com/", None),
    (("https://*.EXAMPLE.com:443",), "https://a.example.com/", "https://*.EXAMPLE.com:443"),
    (("https://*.b\xfccher.example",), "https://a.xn--bcher-kva.example/", "https://*.b\xfccher.example"),
    (("http://localhost:*",), "http://localhost:8000/", "http://localhost:*"),
    (("http://localhost:*",), "http://localhost/", "http://localhost:*"),
    (("http://localhost:*",), "http://a.localhost/", None),
    (("http://[::1]:*",), "http://[::1]:5/", "http://[::1]:*"),
    (("*",), "http://anything.example:1/", "*"),
    (("*",), "data:,x", None),
    (("*",), "ws://a.example/", None),
    (PATTERNS, "https://b.example.com/", "https://b.example.com"),
    (PATTERNS, "https://b.example.com:1/", "https://*.example.com:*"),
    (PATTERNS, "https://a.example.com:1/", "https://a.example.com:*"),
    (PATTERNS, "https://a.example.com/", "https://a.example.com:*"),
    (PATTERNS, "https://x.api.example.com/", "https://*.api.example.com"),
    (PATTERNS, "https://c.example.com/", "https://*.example.com"),
    (PATTERNS, "https://else.example/", "https://*"),
    (PATTERNS, "https://else.example:1/", "https://*:*"),
    (PATTERNS, "http://else.example:1/", "*"),
    (tuple(reversed(PATTERNS)), "https://x.api.example.com/", "https://*.api.example.com"),
]


@pytest.mark.parametrize(("mounted", "url", "expected"), FIND_CASES)
def test_the_exact_origin_answers_then_the_pattern_that_says_most(
    mounted: tuple[str, ...], url: str, expected: str | None
) -> None:
    assert expected == found(mounted, url)


HOSTS = st.lists(st.sampled_from("ab"), min_size=1, max_size=4).map(".".join)
PORTS = st.sampled_from(["", ":1"])
MOUNTED = st.one_of(
    st.builds("http://{}{}".format, HOSTS, st.one_of(PORTS, st.just(":*"))),
    st.builds("http://*.{}{}".format, HOSTS, st.one_of(PORTS, st.just(":*"))),
    st.builds("http://*{}".format, st.one_of(PORTS, st.just(":*"))),
)


def fits(pattern: str, asked: str) -> tuple[bool, int, bool] | None:
    """
    Return how much the pattern says, for an origin that fits it; the naive way.
    """
    (host, _, port), (asked_host, _, asked_port) = (each[len("http://") :].partition(":") for each in (pattern, asked))
    is_suffix = host.startswith("*")
    end = host.removeprefix("*")
    of_host = asked_host.endswith(end) and len(asked_host) > len(end) if is_suffix else asked_host == host
    return (not is_suffix, end.count("."), port != "*") if of_host and port in {asked_port, "*"} else None


@given(st.lists(MOUNTED, unique=True), st.builds("http://{}{}".format, HOSTS, PORTS))
def test_of_the_patterns_that_fit_the_one_that_says_most_answers(mounted: list[str], asked: str) -> None:
    ranks = {pattern: rank for pattern in mounted if (rank := fits(pattern, asked)) is not None}
    expected = max(ranks, key=ranks.__getitem__, default=None)

    assert expected == found(tuple(mounted), f"{asked}/")


@pytest.mark.parametrize("origin", ["https://a.example", "https://*.example", "*"])
def test_the_latest_mount_on_an_origin_replaces_the_one_before(origin: str) -> None:
    mounts = Mounts()
    asked = origin_of("https://a.example/")
    mounts.mount(origin, ScriptedServer())
    mounts.find(asked)
    second = mounts.mount(origin, ScriptedServer())

    assert second is mounts.find(asked)


def test_what_patterns_answered_is_remembered_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts_module, "FOUND_ORIGINS", 10)
    mounts, _ = mounts_of("https://exact.example", "https://*.example")
    for number in range(100):
        assert mounts.find(origin_of(f"https://host{number}.example/")) is not None

    assert len(mounts._found) <= 10
    assert mounts.find(origin_of("https://exact.example/")) is not None
    assert repr(mounts) == "<Mounts 2 origins and patterns>"
    assert repr(mounts_of("*")[0]) == "<Mounts 1 origins and patterns>"


WRONG_ORIGINS: list[tuple[Any, type[Exception]]] = [
    ("", ValueError),
    ("api.example.com", ValueError),
    ("https://", ValueError),
    ("https://a.example/path", ValueError),
    ("https://a.example/?q", ValueError),
    ("https://a.example/#f", ValueError),
    ("https://user@a.example", ValueError),
    ("ftp://a.example", ValueError),
    ("null", ValueError),
    ("https://a.*.example", ValueError),
    ("https://*a.example", ValueError),
    ("https://a.example:99999", ValueError),
    ("https://a b.example", ValueError),
    ("https://*.", ValueError),
    (None, TypeError),
    (origin_of("https://a.example/"), TypeError),
]


@pytest.mark.parametrize(("origin", "error"), WRONG_ORIGINS)
def test_what_is_no_origin_cannot_be_mounted(origin: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        Mounts().mount(origin, ScriptedServer())

    message = str(caught.value)
    assert message.startswith("origin has to be an http(s) origin such as 'https://api.example.com'")
    assert message.endswith(f"not {origin!r}")


def wsgi_app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"wsgi"]


async def asgi_app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"asgi"})


def asgi2_app(scope: dict[str, Any]) -> Any:
    return functools.partial(asgi_app, scope)


class WSGIObject:
    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return wsgi_app(environ, start_response)

    def method(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return wsgi_app(environ, start_response)


class WSGIClass:
    def __init__(self, environ: dict[str, Any], start_response: Any) -> None:
        self.body = wsgi_app(environ, start_response)

    def __iter__(self) -> Any:
        return iter(self.body)


class ASGIObject:
    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await asgi_app(scope, receive, send)

    async def method(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await asgi_app(scope, receive, send)


class ASGI2Class:
    def __init__(self, scope: dict[str, Any]) -> None:
        self.scope = scope

    async def __call__(self, receive: Any, send: Any) -> None:
        await asgi_app(self.scope, receive, send)


class CallOnTheInstance:
    __slots__ = ("__call__",)

    def __init__(self, app: Any) -> None:
        self.__call__ = app.method

    async def placeholder(self) -> None:
        """
        Sentry's middleware puts the right method where a class has `__call__`.
        """


def passing_through(app: Any) -> Any:
    @functools.wraps(app)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return app(*args, **kwargs)

    return wrapper


def bare_wrapper(app: Any) -> Any:
    return lambda *args: app(*args)


def awaitable_app(scope: Any, receive: Any, send: Any) -> Any:
    return asgi_app(scope, receive, send)


def with_options(environ: Any, start_response: Any, option: int = 1, *, more: int = 2) -> Any:
    return wsgi_app(environ, start_response)


INTERFACE_CASES: list[tuple[str, Any, bytes]] = [
    ("a WSGI function", wsgi_app, b"wsgi"),
    ("a WSGI function with options", with_options, b"wsgi"),
    ("a WSGI object", WSGIObject(), b"wsgi"),
    ("a WSGI method", WSGIObject().method, b"wsgi"),
    ("a WSGI class", WSGIClass, b"wsgi"),
    ("a partial of a WSGI function", functools.partial(with_options, option=3), b"wsgi"),
    ("a decorated WSGI function", passing_through(wsgi_app), b"wsgi"),
    ("an ASGI function", asgi_app, b"asgi"),
    ("an ASGI object", ASGIObject(), b"asgi"),
    ("an ASGI method", ASGIObject().method, b"asgi"),
    ("a partial of an ASGI object", functools.partial(ASGIObject()), b"asgi"),
    ("a partial of a partial", functools.partial(functools.partial(asgi_app)), b"asgi"),
    ("a decorated ASGI function", passing_through(asgi_app), b"asgi"),
    ("a function that returns a coroutine", awaitable_app, b"asgi"),
    ("an ASGI 2 function", asgi2_app, b"asgi"),
    ("an ASGI 2 class", ASGI2Class, b"asgi"),
]


@pytest.mark.parametrize(("app", "body"), [row[1:] for row in INTERFACE_CASES], ids=[row[0] for row in INTERFACE_CASES])
def test_wsgi_and_asgi_applications_are_told_apart(app: Any, body: bytes) -> None:
    server = make_server(app)
    response = response_of(server.send(make_request()))
    server.close()

    assert body == response.body


def test_a_call_on_the_instance_counts() -> None:
    assert detect_interface(CallOnTheInstance(ASGIObject())) == "asgi"


class Alike:
    """
    An application that is equal to others, and so has no hash.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, app: Any) -> None:
        self._app = app

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike)


class WSGIAlike(Alike):
    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self._app(environ, start_response)


class ASGIAlike(Alike):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)


def test_each_application_is_remembered_as_itself() -> None:
    wsgi, asgi = WSGIAlike(wsgi_app), ASGIAlike(asgi_app)

    for _ in range(2):
        assert [detect_interface(wsgi), detect_interface(asgi)] == ["wsgi", "asgi"]


def test_the_signature_of_an_application_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        return wsgi_app(environ, start_response)

    assert detect_interface(app) == "wsgi"
    monkeypatch.setattr(interfaces, "_required_arguments", None)

    assert isinstance(make_server(app), WSGIServer)


def test_an_application_that_is_gone_is_forgotten() -> None:
    gc.collect()
    before = len(interfaces._kinds)
    apps = [WSGIAlike(wsgi_app) for _ in range(5)]
    for app in apps:
        detect_interface(app)
    assert before + 5 == len(interfaces._kinds)

    del app, apps
    gc.collect()

    assert before == len(interfaces._kinds)


UNTOLD_CASES: list[tuple[Any, str]] = [
    (bare_wrapper(asgi_app), "the interface of target cannot be detected"),
    (lambda: None, "target is a function without arguments, which looks as if it made an application"),
    (lambda one: one, "the interface of target cannot be detected"),
    (lambda a, b, c, d: (a, b, c, d), "the interface of target cannot be detected"),
    (dict, "target is the class dict, and no application; write factory=dict"),
    (ScriptedServer, "target is the class ScriptedServer, and no application"),
    (7, "target has to be a WSGI or ASGI application"),
    (None, "target has to be a WSGI or ASGI application"),
]


@pytest.mark.parametrize(("target", "message"), UNTOLD_CASES)
def test_what_cannot_be_told_is_said_to_be_so(target: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make_server(target)


def test_the_interface_can_be_said() -> None:
    assert isinstance(make_server(bare_wrapper(wsgi_app), interface="wsgi"), WSGIServer)
    assert isinstance(make_server(bare_wrapper(asgi_app), interface="asgi"), ASGIServer)
    with pytest.raises(TypeError, match='give interface="wsgi" or interface="asgi" as well'):
        make_server(bare_wrapper(asgi_app))


MAKE_MISTAKES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"target": wsgi_app, "interface": "cgi"}, ValueError, "interface has to be 'wsgi', 'asgi' or None, not 'cgi'"),
    ({"target": 7, "interface": "wsgi"}, TypeError, "target has to be an application, which is callable, not 7"),
    ({"target": "http://a/", "interface": "wsgi"}, ValueError, "is for applications, but target is the URL"),
    ({"target": "no_such.module:app"}, ValueError, "target: there is no module 'no_such'"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), MAKE_MISTAKES)
def test_a_mistake_is_told_at_once(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make_server(**arguments)


def test_a_server_is_taken_as_it_is_and_a_url_is_a_live_server() -> None:
    scripted = ScriptedServer()

    assert scripted is make_server(scripted)
    assert isinstance(make_server("http://127.0.0.1:8000"), LiveServer)
    assert isinstance(make_server(parse_url("https://localhost/")), LiveServer)
    assert isinstance(make_server(flask.Flask(__name__)), WSGIServer)
    assert isinstance(make_server(starlette.applications.Starlette()), ASGIServer)


class LiveServerWithURL:
    """
    As pytest-django's.
    """

    def __init__(self, url: str) -> None:
        self.url = url


class LiveServerWithMethod:
    """
    As pytest-flask's.
    """

    def url(self, path: str = "") -> str:
        return f"http://localhost:8000{path}"


def test_what_says_where_it_listens_is_a_live_server() -> None:
    assert repr(make_server(LiveServerWithURL("http://localhost:8000"))) == "<LiveServer http://localhost:8000>"
    assert repr(make_server(LiveServerWithMethod())) == "<LiveServer http://localhost:8000>"
    with pytest.raises(ValueError, match="base_url has to be an http"):
        make_server(LiveServerWithURL("ws://localhost:8000"))
    with pytest.raises(TypeError, match="target has to be a WSGI or ASGI application"):
        make_server(LiveServerWithURL(7))  # type: ignore[arg-type]  # as foreign objects may be


def test_an_application_that_has_a_url_as_well_is_an_application() -> None:
    class Application(LiveServerWithURL):
        def __call__(self, environ: Any, start_response: Any) -> Any:
            return wsgi_app(environ, start_response)

    assert isinstance(make_server(Application("http://localhost:8000")), WSGIServer)


def test_the_same_target_is_the_same_server_on_every_origin() -> None:
    mounts = Mounts()
    first = mounts.mount("https://a.example", asgi_app)

    assert first is mounts.mount("https://b.example", asgi_app)
    assert first is not mounts.mount("https://c.example", asgi_app, raise_app_exceptions=True)
    assert first is not mounts.mount("https://c.example", wsgi_app)


def test_what_only_some_servers_need_is_imported_when_they_are_made() -> None:
    code = (
        "import sys, browsercors.servers.mounts, browsercors.servers.scripted\n"
        "late = {'asyncio', 'ssl', 'http', 'brotli', 'backports.zstd', 'socket', 'traceback'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-S", "-c", PATH_OF_THIS_PROCESS + code], capture_output=True, check=True)

    assert run.stdout.decode().strip() == "[]"


def test_all_asgi_applications_of_a_browser_share_its_loop() -> None:
    loops = []

    def application() -> Any:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            loops.append(asyncio.get_running_loop())
            await asgi_app(scope, receive, send)

        return app

    mounts = Mounts()
    servers = [mounts.mount(f"https://{name}.example", application()) for name in "ab"]
    for server in servers:
        server.send(make_request())
    mounts.close()

    assert len(set(loops)) == 1


class Recording(ScriptedServer):
    """
    A server that writes down when it is closed, and may fail then.
    """

    def __init__(self, name: str, closed: list[str], error: Exception | None = None) -> None:
        super().__init__()
        self.name = name
        self.closed = closed
        self.error = error

    def close(self) -> None:
        self.closed.append(self.name)
        if self.error is not None:
            raise self.error

    async def aclose(self) -> None:
        self.close()


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("error", [None, ValueError("oh")])
def test_closing_closes_each_server_once_the_last_one_first(is_async: bool, error: Exception | None) -> None:
    closed: list[str] = []
    mounts = Mounts()
    replaced, failing, last = (
        Recording(*args) for args in (("replaced", closed), ("failing", closed, error), ("last", closed))
    )
    mounts.mount("https://a.example", replaced)
    mounts.mount("https://a.example", failing)
    mounts.mount("https://b.example", last)
    mounts.mount("https://c.example", last)

    def close() -> None:
        if is_async:
            asyncio.run(mounts.aclose())
        else:
            mounts.close()

    if error is None:
        close()
    else:
        with pytest.raises(ValueError, match="oh"):
            close()

    assert closed == ["last", "failing", "replaced"]


def test_a_live_server_is_told_of_tls_by_default_and_no_exchange_shows_it() -> None:
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
    with raw_server(ok, ok) as raw, Browser() as browser:
        browser.mount("https://api.example.com", raw.url)
        result = browser.open("https://app.example.com/").fetch("https://api.example.com/")

        assert b"X-Forwarded-Proto: https\r\n" in raw.received[0]
        assert not any("forwarded" in name.lower() for name in result.exchanges[0].request_headers)

        browser.mount("https://api.example.com", raw.url, forwarded=False)
        browser.open("https://app.example.com/").fetch("https://api.example.com/")

        assert b"orwarded" not in raw.received[1]
