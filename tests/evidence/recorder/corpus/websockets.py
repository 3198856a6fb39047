"""
WebSockets: what a page may ask for, the handshake, and which answers to it open a socket.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from tests.evidence.recorder.corpus.build import allow, answer, get, route, scenario, slug
from tests.evidence.recorder.corpus.content_security_policy import INLINE, policy
from tests.evidence.recorder.scenario import Answer, Cookie, Element, Frame, Page, Scenario, Socket, Step, Wait

__all__ = ["HI", "TAKEN", "scenarios", "socket", "taken"]

TAKEN: Final = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: {accept}")
"""The headers of a server that takes a WebSocket."""

HI: Final = ("text:hi", "close:1000:bye")
"""What most servers here do then."""

URL: Final = "ws://{api.authority}/x"
SECURE_URL: Final = "wss://{api.authority}/x"
BRIEF: Final = 800
"""How long a page waits, in milliseconds, for what never comes."""

URLS: Final = (
    *("{api}/x", "WS://{api.authority}/x", "ws:{api.authority}/x", "ws:///{api.authority}/x", URL + "?a=1&b=%20 ü"),
    *(
        "ws://{api.authority}/ü/../ö",
        "ws://{api.authority}",
        "ws://{api.host}.:{api.port}/x",
        " ws://{api.authority}/x ",
    ),
    *("//{api.authority}/x", URL + "#", URL + "#fragment", "{api}/x#fragment", "wss://{api.authority}/x"),
    *("ws://user:pass@{api.authority}/x", "ws://user@{api.authority}/x", "ws://:pass@{api.authority}/x"),
    *("ws://", "ws:", "wss:x y", "ws://a b/", "ws://{api.host}:99999/x", "ws://[::1", "http://", ""),
    *(
        "ftp://{api.authority}/x",
        "data:,x",
        "blob:{api}/x",
        "about:blank",
        "javascript:1",
        "mailto:x",
        "x:y",
        "file:///x",
    ),
    *("ws://{api.host}:25/x", "ws://{api.host}:6000/x", "wss://{api.host}:22/x", "ws://{api.host}:10080/x"),
    *("ws://{api.host}:1/x", "ws://unknown.invalid/x"),
)
OWN_URLS: Final = ("/x", "x", "?q", "../x", "", "#x", "//{app.authority}/x", "ws:/x", "ws:x", "http:x", "{app}/x")

PROTOCOLS: Final[tuple[Any, ...]] = (
    *(
        "chat",
        "",
        "a b",
        "a,b",
        "ü",
        "a/b",
        "a\x7fb",
        '"a"',
        "a;b",
        "a=b",
        "a:b",
        "{a}",
        "a@b",
        "a\tb",
        " a",
        "a.b-c_d",
    ),
    *("!#$%&'*+-.^_`|~", "x" * 300, "graphql-transport-ws", "wamp.2.json", "v10.stomp"),
    *((), ("",), ("chat",), ("a", "b"), ("a", "a"), ("a", "A"), ("a", "b", "a"), ("a", "b c"), ("b", "a", "c")),
)

CHOSEN: Final = (
    # What the page offers, and the lines by which the server chooses.
    (None, ("chat",)),
    (None, ("",)),
    ("chat", ()),
    ("chat", ("chat",)),
    ("chat", ("CHAT",)),
    ("chat", (" chat ",)),
    ("chat", ("",)),
    ("chat", ("other",)),
    ("chat", ("chat, other",)),
    ("chat", ("chat, chat",)),
    ("chat", ("chat", "chat")),
    ("chat", ("chat", "other")),
    ("chat", ("chat;x=1",)),
    ("chat", ("ü",)),
    (("a", "b"), ()),
    (("a", "b"), ("a",)),
    (("a", "b"), ("b",)),
    (("a", "b"), ("c",)),
    (("a", "b"), ("a, b",)),
    (("a", "b"), ("a", "b")),
    (("a", "b"), ("",)),
)

EXTENSIONS: Final = (
    *(
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=10",
    ),
    *("permessage-deflate; client_max_window_bits=8", "permessage-deflate; client_max_window_bits=7"),
    *("permessage-deflate; client_max_window_bits=16", "permessage-deflate; client_max_window_bits=010"),
    *('permessage-deflate; client_max_window_bits="10"', "permessage-deflate; server_max_window_bits=10"),
    *("permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=8"),
    *("permessage-deflate; server_max_window_bits=99", "permessage-deflate; client_no_context_takeover"),
    *("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover=1"),
    *("permessage-deflate; client_no_context_takeover; server_no_context_takeover", "permessage-deflate; unknown"),
    *("permessage-deflate; client_no_context_takeover; client_no_context_takeover", "permessage-deflate;"),
    *("permessage-deflate, permessage-deflate", "permessage-deflate, x-unknown", "x-unknown", "Permessage-Deflate"),
    *("x-webkit-deflate-frame", "deflate-frame", "", ",", "permessage-deflate; server_no_context_takeover; x=1"),
    *(" permessage-deflate ", "permessage-deflate; SERVER_NO_CONTEXT_TAKEOVER"),
)

STATUSES: Final = (
    *(
        100,
        102,
        200,
        201,
        204,
        206,
        300,
        301,
        302,
        303,
        304,
        305,
        307,
        308,
        400,
        401,
        403,
        404,
        405,
        407,
        408,
        410,
        421,
    ),
    *(426, 429, 500, 502, 503, 504, 511, 600, 999),
)

ANSWERS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("taken", TAKEN),
    ("accept-none", TAKEN[:2]),
    ("accept-wrong", (*TAKEN[:2], "Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==")),
    ("accept-empty", (*TAKEN[:2], "Sec-WebSocket-Accept:")),
    ("accept-blanks", (*TAKEN[:2], "Sec-WebSocket-Accept:  {accept}  ")),
    ("accept-twice", (*TAKEN, TAKEN[2])),
    ("accept-twice-wrong", (*TAKEN, "Sec-WebSocket-Accept: x")),
    ("accept-comma", (*TAKEN[:2], "Sec-WebSocket-Accept: {accept}, {accept}")),
    ("accept-lower", (*TAKEN[:2], "sec-websocket-accept: {accept}")),
    ("upgrade-none", TAKEN[1:]),
    ("upgrade-empty", ("Upgrade:", *TAKEN[1:])),
    ("upgrade-case", ("Upgrade: WebSocket", *TAKEN[1:])),
    ("upgrade-upper", ("UPGRADE: WEBSOCKET", *TAKEN[1:])),
    ("upgrade-other", ("Upgrade: h2c", *TAKEN[1:])),
    ("upgrade-several", ("Upgrade: websocket, h2c", *TAKEN[1:])),
    ("upgrade-several-after", ("Upgrade: h2c, websocket", *TAKEN[1:])),
    ("upgrade-twice", (TAKEN[0], *TAKEN)),
    ("upgrade-version", ("Upgrade: websocket/13", *TAKEN[1:])),
    ("connection-none", (TAKEN[0], TAKEN[2])),
    ("connection-empty", (TAKEN[0], "Connection:", TAKEN[2])),
    ("connection-case", (TAKEN[0], "Connection: upgrade", TAKEN[2])),
    ("connection-upper", (TAKEN[0], "CONNECTION: UPGRADE", TAKEN[2])),
    ("connection-close", (TAKEN[0], "Connection: close", TAKEN[2])),
    ("connection-keep-alive", (TAKEN[0], "Connection: keep-alive", TAKEN[2])),
    ("connection-several", (TAKEN[0], "Connection: keep-alive, Upgrade", TAKEN[2])),
    ("connection-several-lines", (TAKEN[0], "Connection: keep-alive", "Connection: Upgrade", TAKEN[2])),
    ("connection-lookalike", (TAKEN[0], "Connection: Upgraded", TAKEN[2])),
    ("nothing", ()),
    ("content-length", (*TAKEN, "Content-Length: 0")),
    ("content-length-5", (*TAKEN, "Content-Length: 5")),
    ("chunked", (*TAKEN, "Transfer-Encoding: chunked")),
    ("version", (*TAKEN, "Sec-WebSocket-Version: 13")),
    ("version-other", (*TAKEN, "Sec-WebSocket-Version: 8")),
    ("cors-other", (*TAKEN, "Access-Control-Allow-Origin: https://other.example")),
    ("corp", (*TAKEN, "Cross-Origin-Resource-Policy: same-origin")),
    ("nosniff", (*TAKEN, "X-Content-Type-Options: nosniff", "Content-Type: text/html")),
    ("location", (*TAKEN, "Location: /elsewhere")),
    ("encoding", (*TAKEN, "Content-Encoding: gzip")),
    ("unknown", (*TAKEN, "X-Unknown: 1", "Date: Thu, 01 Jan 1970 00:00:00 GMT")),
    ("clear", (*TAKEN, 'Clear-Site-Data: "cookies"')),
)

HEADS: Final = (
    ("http-1.0", "HTTP/1.0 101 Switching Protocols\r\n"),
    ("http-0.9", "hello"),
    ("http-2", "HTTP/2 101 Switching Protocols\r\n"),
    ("no-reason", "HTTP/1.1 101\r\n"),
    ("reason", "HTTP/1.1 101 \xfcber\r\n"),
    ("lf", "HTTP/1.1 101 Switching Protocols\n"),
    ("lower", "http/1.1 101 Switching Protocols\r\n"),
    ("continue-first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n"),
    ("hints-first", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n"),
    ("nothing", ""),
)

NONE_STRICT: Final = (
    Cookie(origin="api", line="none=1; Path=/; SameSite=None; Secure"),
    Cookie(origin="api", line="lax=1; Path=/; SameSite=Lax"),
    Cookie(origin="api", line="strict=1; Path=/; SameSite=Strict"),
    Cookie(origin="api", line="plain=1; Path=/"),
    Cookie(origin="api", line="hidden=1; Path=/; HttpOnly"),
    Cookie(origin="api", line="deep=1; Path=/deep"),
    Cookie(origin="app", line="own=1; Path=/"),
    Cookie(origin="app", line="ownstrict=1; Path=/; SameSite=Strict"),
)


def socket(url: str = URL, protocols: Any = None, **more: Any) -> Socket:
    """
    Open a WebSocket.
    """
    return Socket(url=url, protocols=protocols, **more)


def taken(*lines: str, frames: Iterable[str] = HI, usual: Iterable[str] = TAKEN) -> Answer:
    """
    Take a WebSocket, with more header lines.
    """
    headers = (*usual, *lines)
    return Answer(status=101, reason="Switching Protocols", headers=headers, frames=tuple(frames))


def scenarios() -> Iterator[Scenario]:
    """
    Make the families that begin with `websocket-`, but for those about frames.
    """
    yield from _urls()
    yield from _protocols()
    yield from _answers()
    yield from _cookies()
    yield from _pages()
    yield from _policies()
    yield from _upgrades()
    yield from _spaces()


def _urls() -> Iterator[Scenario]:
    routes = [route(taken(), path=path) for path in ("/x", "/", "/%C3%B6")]
    for number, url in enumerate(URLS):
        yield scenario(f"websocket-urls/{number:02}-{slug(url)}", socket(url), routes)
    own = [route(taken(), origin="app", path=path) for path in ("/x", "/dir/x", "/dir/page", "/dir/")]
    for number, url in enumerate(OWN_URLS):
        yield scenario(f"websocket-urls/own-{number:02}-{slug(url)}", socket(url), own)
    for place in ("app", "alt", "sub", "api", "other"):
        for transport, scheme in (("localhost", "ws"), ("tls", "wss"), ("plain", "ws")):
            step = socket(f"{scheme}://{{{place}.authority}}/x")
            made = scenario(f"websocket-places/{transport}-{place}", step, [route(taken(), origin=place)])
            yield attrs.evolve(made, transports=(transport,))
    for place in ("appplain", "apiplain", "otherplain", "loopback"):
        step = socket(f"ws://{{{place}.authority}}/x")
        made = scenario(f"websocket-places/tls-{place}", step, [route(taken(), origin=place)])
        yield attrs.evolve(made, transports=("tls",))
    for place in ("appsecure", "apisecure", "othersecure"):
        step = socket(f"wss://{{{place}.authority}}/x")
        made = scenario(f"websocket-places/plain-{place}", step, [route(taken(), origin=place)])
        yield attrs.evolve(made, transports=("plain",))


def _protocols() -> Iterator[Scenario]:
    for number, protocols in enumerate(PROTOCOLS):
        first = protocols if isinstance(protocols, str) else next(iter(protocols), "")
        lines = [f"Sec-WebSocket-Protocol: {first}"] if first else []
        label = slug(protocols if isinstance(protocols, str) else "+".join(protocols))
        name = f"websocket-protocols/{number:02}-{label}"
        yield scenario(name, socket(protocols=protocols), [route(taken(*lines))])
    for number, (offered, chosen) in enumerate(CHOSEN):
        lines = [f"Sec-WebSocket-Protocol: {each}" for each in chosen]
        name = f"websocket-protocols/chosen-{number:02}"
        yield scenario(name, socket(protocols=offered), [route(taken(*lines))])
    for number, value in enumerate(EXTENSIONS):
        line = f"Sec-WebSocket-Extensions: {value}"
        frames = ("echo",)
        step = socket(opened=(("text", "hello hello hello"),), answered=(("close", 1000),))
        yield scenario(f"websocket-extensions/{number:02}", step, [route(taken(line, frames=frames))])
    twice = ["Sec-WebSocket-Extensions: permessage-deflate"] * 2
    yield scenario("websocket-extensions/twice", socket(), [route(taken(*twice))])


def _answers() -> Iterator[Scenario]:
    for status in STATUSES:
        for label, lines in (("plain", ()), ("upgrade", TAKEN)):
            reply = Answer(status=status, reason="Status", headers=(*lines, "Content-Length: 0"))
            yield scenario(f"websocket-answers/status-{status}-{label}", socket(timeout=BRIEF), [route(reply)])
    for label, usual in ANSWERS:
        yield scenario(f"websocket-answers/{label}", socket(), [route(taken(usual=usual))])
    for label, first in HEADS:
        raw = first + "\r\n".join(TAKEN) + "\r\n\r\n"
        reply = Answer(raw=raw, headers=TAKEN[2:], frames=HI)
        yield scenario(f"websocket-heads/{label}", socket(timeout=BRIEF), [route(reply)])
    for status in (301, 302, 303, 307, 308):
        for place in ("api", "other", "app"):
            moved = Answer(status=status, reason="Moved", headers=(f"Location: {{{place}}}/y", "Content-Length: 0"))
            routes = [route(moved), route(taken(), origin=place, path="/y")]
            yield scenario(f"websocket-answers/redirect-{status}-{place}", socket(), routes)
    moved = Answer(status=302, reason="Moved", headers=("Location: ws://{other.authority}/y",))
    yield scenario("websocket-answers/redirect-302-ws", socket(), [route(moved), route(taken(), origin="other")])
    for label, scheme in (("basic", 'Basic realm="x"'), ("digest", 'Digest realm="x", nonce="y"')):
        asked = Answer(status=401, reason="Unauthorized", headers=(f"WWW-Authenticate: {scheme}", "Content-Length: 0"))
        yield scenario(f"websocket-answers/challenge-{label}", socket(timeout=BRIEF), [route(asked)])
        url = "ws://user:pass@{api.authority}/x"
        routes = [route(asked, taken())]
        yield scenario(f"websocket-answers/challenge-{label}-user", socket(url, timeout=BRIEF), routes)
    yield scenario("websocket-answers/break", socket(), [route(Answer(action="break"))])
    yield scenario("websocket-answers/stall", socket(timeout=BRIEF), [route(Answer(action="stall"))])
    stalled = [route(Answer(action="stall"))]
    needs = ("a close before the socket opens",)
    yield scenario("websocket-answers/stall-close", socket(early=(("close",),)), stalled, needs=needs)
    yield scenario("websocket-answers/frames-with-head", socket(), [route(taken(frames=("text:a", "text:b", "close")))])
    yield scenario("websocket-answers/late", socket(), [route(attrs.evolve(taken(), delay=200))])
    body = answer("Content-Type: text/html", "Content-Length: 9", status=403, reason="Forbidden", body="<b>no</b>")
    yield scenario("websocket-answers/body", socket(), [route(body)])
    large = [f"X-Large-{number}: {'x' * 1000}" for number in range(40)]
    yield scenario("websocket-answers/large-head", socket(), [route(taken(*large))])
    then: tuple[Step, ...] = (socket(), get(credentials="include", url="{api}/y"))
    after = route(allow("Access-Control-Allow-Credentials: true"), path="/y")
    for label, reply in (("101", taken("Set-Cookie: s=1")), ("403", answer("Set-Cookie: s=1", status=403, body=""))):
        yield scenario(f"websocket-cookies/set-by-{label}", then, [route(reply), after])
    hsts = "Strict-Transport-Security: max-age=600"
    for label, reply in (("101", taken(hsts)), ("403", answer(hsts, status=403, body=""))):
        made = scenario(
            f"websocket-upgrades/hsts-by-{label}",
            (socket("wss://{othersecure.authority}/x"), socket("ws://{other.authority}/x")),
            [route(reply, taken(), origin="othersecure"), route(taken(), origin="other")],
        )
        yield attrs.evolve(made, transports=("plain",))


def _cookies() -> Iterator[Scenario]:
    yield scenario("websocket-cookies/jar", socket(), [route(taken())], cookies=NONE_STRICT)
    yield scenario("websocket-cookies/deep", socket(URL + "/../deep/x"), [], cookies=NONE_STRICT)
    yield scenario("websocket-cookies/own", socket("/x"), [route(taken(), origin="app")], cookies=NONE_STRICT)
    for transport, scheme in (("tls", "wss"), ("plain", "ws"), ("listed", "wss")):
        for place in ("api", "other", "app"):
            jar = [attrs.evolve(each, origin=place) for each in NONE_STRICT[:5]]
            step = socket(f"{scheme}://{{{place}.authority}}/x")
            name = f"websocket-cookies/{transport}-{place}"
            yield scenario(name, step, [route(taken(), origin=place)], cookies=jar, transports=(transport,))
    for frame in ("app", "api", "other"):
        for place in ("app", "api", "other"):
            for label, sandbox in (("", None), ("-sandboxed", "allow-scripts")):
                jar = [attrs.evolve(each, origin=place) for each in NONE_STRICT[:5]]
                inner = Frame(
                    steps=(socket(f"ws://{{{place}.authority}}/x"),),
                    source=f"{{{frame}}}/.recorder/frame",
                    sandbox=sandbox,
                )
                name = f"websocket-cookies/frame-{frame}-{place}{label}"
                routes = [route(taken(), origin=place)]
                yield scenario(name, inner, routes, cookies=jar, transports=("sites",))


def _pages() -> Iterator[Scenario]:
    for label, inner in (
        ("sandboxed", Frame(steps=(socket(),))),
        ("sandboxed-same-origin", Frame(steps=(socket(),), sandbox="allow-scripts allow-same-origin")),
        ("srcdoc", Frame(steps=(socket(),), sandbox=None)),
        ("srcdoc-relative", Frame(steps=(socket("/x"),), sandbox=None)),
        ("data", Frame(steps=(socket(),), source="data", sandbox=None)),
        ("cross-site", Frame(steps=(socket(),), source="{other}/.recorder/frame", sandbox=None)),
        ("cross-site-own", Frame(steps=(socket("/x"),), source="{api}/.recorder/frame", sandbox=None)),
    ):
        routes = [route(taken()), route(taken(), origin="app")]
        yield scenario(f"websocket-pages/{label}", inner, routes, cookies=NONE_STRICT)
    for name in ("no-referrer", "unsafe-url", "same-origin", "origin", "strict-origin"):
        page = Page(headers=(f"Referrer-Policy: {name}",))
        yield scenario(f"websocket-pages/referrer-{name}", socket(), [route(taken())], page=page)
        own = [route(taken(), origin="app")]
        yield scenario(f"websocket-pages/referrer-own-{name}", socket("/x"), own, page=page)
    for transport, scheme in (("tls", "wss"), ("plain", "ws")):
        step = Frame(steps=(socket(f"{scheme}://{{api.authority}}/x"),))
        made = scenario(f"websocket-pages/{transport}-sandboxed", step, [route(taken())])
        yield attrs.evolve(made, transports=(transport,))
    two: tuple[Step, ...] = (socket(), socket())
    yield scenario("websocket-pages/two", two, [route(taken())])
    mixed: tuple[Step, ...] = (get(), socket(), get())
    yield scenario("websocket-pages/with-fetches", mixed, [route(allow(), taken(), allow())])
    image: tuple[Step, ...] = (Element(tag="img", url="{api}/y"), socket(), Wait(ms=50))
    yield scenario("websocket-pages/after-image", image, [route(taken())])


SOURCES: Final = (
    *(
        "'self'",
        "'none'",
        "*",
        "{api}",
        "{api.authority}",
        "{api.host}",
        "ws://{api.authority}",
        "wss://{api.authority}",
    ),
    *("https://{api.authority}", "ws:", "wss:", "http:", "https:", "ws://*:*", "*:*", "ws://{api.authority}/x"),
    *("ws://{api.authority}/y", "http://{api.authority}/x", "{other}", "ws://{other.authority}", "data:", ""),
    *("ws://*.localhost:8000", "http://*.localhost:8000", "{api.host}:80", "{api.host}:*", "WS://{api.authority}"),
)


def _policies() -> Iterator[Scenario]:
    routes = [route(taken())]
    for number, source in enumerate(SOURCES):
        page = policy(f"connect-src {source}; {INLINE}")
        yield scenario(f"websocket-policies/source-{number:02}", socket(), routes, page=page)
    own = [route(taken(), origin="app"), route(taken(), origin="alt"), route(taken(), origin="sub")]
    for number, source in enumerate(("'self'", "'none'", "{app}", "ws://{app.authority}", "wss://{app.authority}")):
        page = policy(f"connect-src {source}; {INLINE}")
        for place in ("app", "alt", "sub"):
            step = socket(f"ws://{{{place}.authority}}/x")
            yield scenario(f"websocket-policies/own-{number}-{place}", step, own, page=page)
    for number, text in enumerate(("default-src 'none'", "default-src 'self'", "default-src *", "img-src 'none'")):
        page = policy(f"{text}; {INLINE}")
        yield scenario(f"websocket-policies/default-{number}", socket(), routes, page=page)
    page = policy("sandbox allow-scripts allow-forms")
    yield scenario("websocket-policies/sandbox", socket(), routes, page=page)
    report = Page(headers=("Content-Security-Policy-Report-Only: connect-src 'none'",))
    yield scenario("websocket-policies/report-only", socket(), routes, page=report)
    yield scenario(
        "websocket-policies/port", socket("ws://{api.host}:25/x"), page=policy(f"connect-src 'none'; {INLINE}")
    )
    secure = [route(taken()), route(taken(), origin="app"), route(taken(), origin="apiplain")]
    for number, source in enumerate(("'self'", "{api}", "wss:", "https:", "ws:", "{api.host}", "'none'", "{app}")):
        page = policy(f"connect-src {source}; {INLINE}")
        for place in ("app", "api"):
            step = socket(f"wss://{{{place}.authority}}/x")
            name = f"websocket-policies/tls-{number}-{place}"
            yield scenario(name, step, secure, page=page, transports=("tls",))
    step = socket("ws://{apiplain.authority}/x")
    name = "websocket-policies/tls-mixed"
    yield scenario(name, step, secure, page=policy(f"connect-src 'none'; {INLINE}"), transports=("tls",))


def _upgrades() -> Iterator[Scenario]:
    upgrading = Page(headers=("Content-Security-Policy: upgrade-insecure-requests",))
    for place in ("app", "api", "other"):
        step = socket(f"ws://{{{place}.authority}}/x")
        routes = [route(taken(), origin=each) for each in (place, f"{place}secure")]
        name = f"websocket-upgrades/policy-{place}"
        yield scenario(name, step, routes, page=upgrading, transports=("plain",))
    for place in ("appplain", "apiplain", "otherplain"):
        step = socket(f"ws://{{{place}.authority}}/x")
        routes = [route(taken(), origin=each) for each in (place, place.removesuffix("plain"))]
        name = f"websocket-upgrades/policy-tls-{place}"
        yield scenario(name, step, routes, page=upgrading, transports=("tls",))
    remember = allow("Strict-Transport-Security: max-age=600")
    steps: tuple[Step, ...] = (get(url="{othersecure}/y"), socket("ws://{other.authority}/x"))
    routes = [
        route(remember, origin="othersecure", path="/y"),
        *(route(taken(), origin=each) for each in ("other", "othersecure")),
    ]
    yield scenario("websocket-upgrades/hsts", steps, routes, transports=("plain",))
    there = "{other}/.recorder/frame"
    inner = Frame(steps=(socket("ws://{otherplain.authority}/x"),), source=there, sandbox=None)
    plain = [route(taken(), origin=each) for each in ("otherplain", "other")]
    yield scenario("websocket-upgrades/mixed-frame", inner, plain, transports=("tls",))
    boxed = Frame(steps=(socket("ws://{otherplain.authority}/x"),))
    yield scenario("websocket-upgrades/mixed-sandboxed", boxed, plain, transports=("tls",))


TARGETS: Final = (
    *(("api", "wss"), ("apiplain", "ws"), ("local", "wss"), ("localplain", "ws"), ("localip", "ws"), ("mdns", "ws")),
    *(("loopback", "ws"), ("loopbackip", "ws"), ("loopbackname", "wss"), ("loopbacknameplain", "ws")),
)
PERMISSIONS: Final = {
    "prompt": (),
    "granted": (("local-network", "granted"), ("loopback-network", "granted")),
    "denied": (("local-network", "denied"), ("loopback-network", "denied")),
}


def _spaces() -> Iterator[Scenario]:
    for page in ("app", "appplain", "localapp", "loopbackapp"):
        for place, scheme in TARGETS:
            for label, permissions in PERMISSIONS.items():
                if page in ("localapp", "loopbackapp") and label != "prompt":
                    continue
                step = socket(f"{scheme}://{{{place}.authority}}/x", timeout=BRIEF)
                name = f"websocket-spaces/{page}-{place}-{label}"
                made = scenario(name, step, [route(taken(), origin=place)], page=Page(origin=page))
                yield attrs.evolve(made, transports=("spaces",), permissions=permissions)
    for allowed in (None, "local-network-access"):
        frame = Frame(
            steps=(socket("wss://{local.authority}/x", timeout=BRIEF),),
            source="{embedded}/.recorder/frame",
            sandbox=None,
            allow=allowed,
        )
        label = "delegated" if allowed else "not-delegated"
        made = scenario(f"websocket-spaces/frame-{label}", frame, [route(taken(), origin="local")])
        yield attrs.evolve(made, transports=("spaces",), permissions=PERMISSIONS["granted"])
