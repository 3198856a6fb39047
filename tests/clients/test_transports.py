"""
An httpx client and a session of requests that ask as a page.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpx
import pytest

from browsercors import (
    Answer,
    AsyncBrowser,
    Browser,
    CORSBlocked,
    FetchBlocked,
    OpaqueResponse,
    Page,
    ScriptedServer,
    UnreadableResponse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

requests = pytest.importorskip("requests")

API: Final = "https://api.example.com"
APP: Final = "https://app.example.com"
Seen: TypeAlias = tuple[int, Any, bytes]
"""What a client sees: status, headers and body."""

ALLOW: Final = [("Access-Control-Allow-Origin", APP), ("Access-Control-Allow-Credentials", "true")]


def make_server() -> ScriptedServer:
    return ScriptedServer(
        {
            "OPTIONS /item": Answer(
                204,
                [
                    *ALLOW,
                    ("Access-Control-Allow-Methods", "PUT"),
                    ("Access-Control-Allow-Headers", "content-type, authorization, x-a"),
                ],
            ),
            "/item": Answer(
                200,
                [
                    *ALLOW,
                    ("X-Hidden", "1"),
                    ("X-Seen", "2"),
                    ("Access-Control-Expose-Headers", "X-Seen"),
                    ("Set-Cookie", "s=1"),
                ],
                json={"name": "Widget"},
            ),
            "/closed": Answer(200, body="secret"),
            "/moved": Answer(302, [*ALLOW, ("Location", "/item")]),
            "/broken": Answer.broken(),
            "/half": Answer.broken(200, ALLOW, "half"),
        }
    )


@pytest.fixture
def server() -> ScriptedServer:
    return make_server()


@pytest.fixture
def browser(server: ScriptedServer) -> Iterator[Browser]:
    with Browser() as browser:
        browser.mount(API, server)
        yield browser


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.open(APP)


def ask_by_httpx(page: Any, method: str, url: str, options: Any, **request: Any) -> Seen:
    with httpx.Client(transport=page.httpx_transport(**options)) as client:
        response = client.request(method, url, **request)
    return response.status_code, response.headers, response.content


def ask_by_requests(page: Any, method: str, url: str, options: Any, **request: Any) -> Seen:
    with requests.Session() as session:
        session.mount("https://", page.requests_adapter(**options))
        response = session.request(method, url, **request)
    return response.status_code, response.headers, response.content


def ask_by_async_httpx(page: Any, method: str, url: str, options: Any, **request: Any) -> Seen:
    """
    Ask from a page of an async browser with the same servers.
    """

    async def ask() -> Seen:
        async with AsyncBrowser() as browser:
            browser.mount(API, page.server_of_test)
            transport = browser.open(APP).httpx_transport(**options)
            async with httpx.AsyncClient(transport=transport) as client:
                response = await client.request(method, url, **request)
        return response.status_code, response.headers, response.content

    return asyncio.run(ask())


CLIENTS: Final[dict[str, tuple[Callable[..., Seen], type[Exception]]]] = {
    "httpx": (ask_by_httpx, httpx.TransportError),
    "httpx async": (ask_by_async_httpx, httpx.TransportError),
    "requests": (ask_by_requests, requests.ConnectionError),
}


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest, page: Page, server: ScriptedServer) -> Any:
    ask, _ = CLIENTS[request.param]
    vars(page)["server_of_test"] = server

    def send(method: str, url: str, *, options: dict[str, str] | None = None, **arguments: Any) -> Seen:
        return ask(page, method, url, options or {}, **arguments)

    # NB: the async browser is another one, to which no cookie was given.
    send.cookie = None if "async" in request.param else b"session=browser"  # type: ignore[attr-defined]
    send.family = CLIENTS[request.param][1]  # type: ignore[attr-defined]
    return send


def test_a_client_is_given_what_the_page_sees(client: Any, server: ScriptedServer) -> None:
    status, headers, body = client("PUT", f"{API}/item", json={"a": 1})

    assert (status, body) == (200, b'{"name":"Widget"}')
    assert headers["X-Seen"] == "2"
    assert "X-Hidden" not in headers
    assert "Set-Cookie" not in headers
    assert [request.method for request in server.received] == [b"OPTIONS", b"PUT"]
    assert server.received[1].headers.get(b"Origin") == APP.encode()
    assert server.received[1].body is not None
    assert server.received[1].headers.get(b"Content-Type") == b"application/json"


UNREADABLE: Final = [
    # url          options                     error
    ("/closed", {}, CORSBlocked),
    ("/broken", {}, FetchBlocked),
    ("/half", {}, FetchBlocked),
    ("/item", {"mode": "no-cors"}, OpaqueResponse),
    ("/moved", {"redirect": "manual"}, OpaqueResponse),
    ("/moved", {"redirect": "error"}, FetchBlocked),
    ("/item", {"mode": "same-origin"}, FetchBlocked),
]


@pytest.mark.parametrize(("path", "options", "error"), UNREADABLE)
def test_what_the_page_may_not_read_is_an_error_of_the_client_and_of_ours(
    client: Any, path: str, options: dict[str, str], error: type[UnreadableResponse]
) -> None:
    with pytest.raises(error) as caught:
        client("GET", API + path, options=options)

    assert isinstance(caught.value, client.family)
    assert str(caught.value) == caught.value.result.explain()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert getattr(caught.value, "request", None) is not None
    copied = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert (type(copied), str(copied)) == (type(caught.value), str(caught.value))


def test_what_only_browsers_say_is_dropped_with_a_finding(page: Page, server: ScriptedServer) -> None:
    headers = {"Cookie": "a=1", "Host": "evil.example", "User-Agent": "mine", "Accept-Encoding": "x", "X-A": "1"}
    with httpx.Client(transport=page.httpx_transport()) as client:
        response = client.get(f"{API}/item", headers=headers)
    result = response.extensions["browsercors"]

    dropped = [finding.evidence["dropped"] for finding in result.findings if "dropped" in finding.evidence]
    assert {b"Cookie", b"Host", b"User-Agent", b"Accept-Encoding"} <= set(dropped)
    sent = server.received[-1].headers
    assert (sent.get(b"X-A"), sent.get(b"Cookie"), sent.get(b"Host")) == (b"1", None, b"api.example.com")
    assert (sent.get(b"User-Agent") or b"").startswith(b"Mozilla/5.0")
    assert "Chrome" in str(sent.get(b"User-Agent"))


def test_a_user_agent_is_dropped_in_browsers_too_that_let_pages_set_it(server: ScriptedServer) -> None:
    browser = Browser("firefox")
    browser.mount(API, server)
    with httpx.Client(transport=browser.open(APP).httpx_transport()) as client:
        client.get(f"{API}/item")

    assert b"Firefox" in (server.received[-1].headers.get(b"User-Agent") or b"")


def test_the_browser_s_cookies_count(browser: Browser, client: Any, server: ScriptedServer) -> None:
    browser.set_cookie("session", "browser", domain="api.example.com")
    client("GET", f"{API}/item", headers={"Cookie": "session=client"}, options={"credentials": "include"})

    assert server.received[-1].headers.get(b"Cookie") == client.cookie


@pytest.mark.parametrize("make", ["httpx_transport", "requests_adapter"])
def test_a_client_s_jar_is_not_filled(browser: Browser, page: Page, server: ScriptedServer, make: str) -> None:
    if make == "httpx_transport":
        client: Any = httpx.Client(transport=page.httpx_transport(credentials="include"))
    else:
        client = requests.Session()
        client.mount("https://", page.requests_adapter(credentials="include"))
    with client:
        client.get(f"{API}/item")
        client.get(f"{API}/item")

        assert [*client.cookies] == []
    assert [cookie.name for cookie in browser.cookies] == [b"s"]
    assert server.received[-1].headers.get(b"Cookie") == b"s=1"


def test_auth_is_the_page_s_authorization(client: Any, server: ScriptedServer) -> None:
    client("GET", f"{API}/item", auth=("user", "pass"))

    assert [request.method for request in server.received] == [b"OPTIONS", b"GET"]
    assert server.received[-1].headers.get(b"Authorization") == b"Basic dXNlcjpwYXNz"


def test_redirects_are_the_browser_s(client: Any, server: ScriptedServer) -> None:
    status, _, body = client("GET", f"{API}/moved")

    assert (status, body) == (200, b'{"name":"Widget"}')
    assert [request.url.path for request in server.received] == ["/moved", "/item"]


def test_streams_work_in_both_directions(page: Page, server: ScriptedServer) -> None:
    with httpx.Client(transport=page.httpx_transport()) as client:
        with client.stream("POST", f"{API}/item", content=iter([b"a", b"b"])) as response:
            assert b"".join(response.iter_bytes(4)) == b'{"name":"Widget"}'
        assert server.received[-1].body == b"ab"
    with requests.Session() as session:
        session.mount("https://", page.requests_adapter())
        answer = session.post(f"{API}/item", data=iter([b"a", b"b"]), stream=True)
        assert b"".join(answer.iter_content(4)) == b'{"name":"Widget"}'
        assert server.received[-1].body == b"ab"
        assert answer.url == f"{API}/item"


WRONG: Final = [
    ({"mode": "navigate"}, "mode has to be one of"),
    ({"credentials": "all"}, "credentials has to be one of 'omit', 'same-origin', 'include', not 'all'"),
    ({"redirect": None}, "redirect has to be one of 'follow', 'error', 'manual', not None"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
@pytest.mark.parametrize("make", ["httpx_transport", "requests_adapter"])
def test_a_wrong_option_is_named(page: Page, make: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(page, make)(**options)


@pytest.mark.parametrize(("make", "package"), [("httpx_transport", "httpx"), ("requests_adapter", "requests")])
def test_a_client_that_is_not_installed_is_named(
    page: Page, monkeypatch: pytest.MonkeyPatch, make: str, package: str
) -> None:
    for name in [name for name in sys.modules if name.startswith("browsercors.clients.") and package in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(ImportError, match=rf"needs {package}, which is not installed; pip install"):
        getattr(page, make)()
