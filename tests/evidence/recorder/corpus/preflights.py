"""
Preflights: their statuses, their redirects, what makes one necessary, and which of two errors wins.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    ORIGIN,
    TEXT,
    allow,
    answer,
    both,
    get,
    preflight,
    put,
    route,
    sampled,
    scenario,
    slug,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Answer, Body, Scenario

STATUSES: Final = (
    *(200, 201, 202, 203, 204, 205, 206, 207, 226, 250, 299, 300, 304, 305, 306, 308, 400, 401, 403, 404, 405, 407),
    *(418, 429),
    *(451, 499, 500, 501, 502, 503, 504, 511, 599),
)
METHODS: Final = "Access-Control-Allow-Methods: PUT"
HEADERS: Final = "Access-Control-Allow-Headers: x-a, content-type"

# Single flaws of a preflight's answer, as what it has instead of the flawless.
ORIGIN_FLAWS: Final = (
    ("origin-missing", ()),
    ("origin-other", ("Access-Control-Allow-Origin: {other}",)),
    ("origin-star", (ANY,)),
    ("origin-two", (ORIGIN, ORIGIN)),
)
CREDENTIAL_FLAWS: Final = (
    ("credentials-missing", ()),
    ("credentials-false", ("Access-Control-Allow-Credentials: false",)),
)
METHOD_FLAWS: Final = (
    ("methods-missing", ()),
    ("methods-malformed", ("Access-Control-Allow-Methods: a b",)),
    ("methods-star", ("Access-Control-Allow-Methods: *",)),
)
HEADER_FLAWS: Final = (
    ("headers-missing", ()),
    ("headers-malformed", ("Access-Control-Allow-Headers: x-a, a b",)),
    ("headers-star", ("Access-Control-Allow-Headers: *",)),
)
STATUS_FLAWS: Final = (("status-404", 404), ("status-301", 301), ("status-500", 500))


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `preflight-status`, `preflight-redirect`, `preflight-need`, `two-errors`, `refused-headers`.
    """
    yield from sampled(_statuses(), 8)
    yield from _needs()
    yield from sampled(_two_errors(), 15)
    yield from _refused_headers()


def _statuses() -> Iterator[Scenario]:
    for status in STATUSES:
        routes = both(preflight(METHODS, status=status, reason="X"), allow())
        yield scenario(f"preflight-status/{status}", put(), routes)
    for status in (200, 204, 301, 403, 404, 500):
        routes = both(answer(status=status, reason="X", body=""), allow())
        yield scenario(f"preflight-status/bare-{status}", put(), routes)
        routes = both(preflight(CREDENTIALS, METHODS, status=status, reason="X"), allow(CREDENTIALS))
        yield scenario(f"preflight-status/include-{status}", put(credentials="include"), routes)
        yield scenario(
            f"preflight-status/xhr-{status}",
            xhr(method="PUT"),
            both(preflight(METHODS, status=status, reason="X"), allow()),
        )
    for label, how in (("break", "break"), ("stall", "stall")):
        routes = both(Answer(action=how), allow())  # type: ignore[arg-type]
        yield scenario(f"preflight-status/{label}", put(timeout=1200), routes)
    for label, body in (("body", "hello"), ("big-body", "x" * 70000)):
        routes = both(answer(ORIGIN, METHODS, body=body), allow())
        yield scenario(f"preflight-status/{label}", put(), routes)
    for status in (301, 302, 303, 307, 308):
        for target in ("{api}/x", "{api}/y", "{other}/x", "{app}/x", "/x"):
            moved = preflight(METHODS, f"Location: {target}", status=status, reason="Moved")
            routes = (
                *both(moved, allow()),
                *both(preflight(METHODS), allow(), origin="other"),
                *both(preflight(METHODS), allow(), path="/y"),
            )
            yield scenario(f"preflight-redirect/{status}-{slug(target)}", put(), routes)
    # What counts first: that it is a redirect, or that it allows nobody.
    for label, lines in (("bare", ()), ("other", ("Access-Control-Allow-Origin: {other}",))):
        moved = answer(*lines, "Location: {api}/y", status=307, reason="Moved", body="")
        yield scenario(f"preflight-redirect/origin-{label}", put(), both(moved, allow()))
    for mode in ("error", "manual"):
        moved = preflight(METHODS, "Location: {api}/y", status=302, reason="Found")
        yield scenario(f"preflight-redirect/mode-{mode}", put(redirect=mode), both(moved, allow()))


def _needs() -> Iterator[Scenario]:
    pre = preflight("Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *, authorization")
    bodies: tuple[tuple[str, Body], ...] = (
        ("text", text("hi")),
        ("empty", text("")),
        ("utf-8", text("\xe9")),
        ("bytes", Body(kind="bytes", text="\x00\xff")),
        ("params", Body(kind="params", fields=(("a", "1"), ("b", "x y"), ("c", "\xe9&")))),
        (
            "form",
            Body(kind="form", fields=(("a", "1"), ("b", "x"))),
        ),
        ("form-file", Body(kind="form", fields=(("a", "1"), ("f", "data", 'na"me.txt', "text/x")))),
        ("blob", Body(kind="blob", text="hi")),
        ("blob-plain", Body(kind="blob", text="hi", type="text/plain")),
        ("blob-charset", Body(kind="blob", text="hi", type="text/plain;charset=utf-8")),
        ("blob-json", Body(kind="blob", text="{}", type="application/json")),
        ("blob-odd", Body(kind="blob", text="x", type="Text/HTML; a=B")),
    )
    for label, body in bodies:
        yield scenario(f"preflight-need/post-{label}", get(method="POST", body=body), both(pre, allow()))
        yield scenario(f"preflight-need/put-{label}", put(body=body), both(pre, allow()))
        yield scenario(f"preflight-need/xhr-{label}", xhr(method="POST", body=body), both(pre, allow()))
        asked = get(method="POST", body=body, headers=(("Content-Type", "text/plain"),))
        yield scenario(f"preflight-need/typed-{label}", asked, both(pre, allow()))
        own = route(allow(), origin="app")
        yield scenario(f"preflight-need/own-{label}", get(url="{app}/x", method="POST", body=body), [own])
        asked = get(method="POST", body=body, mode="no-cors")
        yield scenario(f"preflight-need/no-cors-{label}", asked, both(pre, allow()))
    stream = Body(kind="stream", text="hi")
    yield scenario(
        "preflight-need/stream", get(method="POST", body=stream, duplex="half"), both(pre, allow()), needs=("streams",)
    )
    yield scenario(
        "preflight-need/stream-no-duplex", get(method="POST", body=stream), both(pre, allow()), needs=("streams",)
    )
    for method in ("GET", "POST", "HEAD", "PUT"):
        yield scenario(f"preflight-need/upload-{method}", xhr(method=method, upload=True), both(pre, allow()))
        yield scenario(
            f"preflight-need/upload-body-{method}", xhr(method=method, upload=True, body=text("hi")), both(pre, allow())
        )
        own = route(allow(), origin="app")
        asked = xhr(url="{app}/x", method=method, upload=True, body=text("hi"))
        yield scenario(f"preflight-need/upload-own-{method}", asked, [own])
    # Whether an upload listener, which forces the preflight, makes up for the list of methods.
    forced = xhr(method="PUT", upload=True, body=text("hi"))
    yield scenario("preflight-need/upload-unlisted", forced, both(preflight(), allow()))
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        yield scenario(f"preflight-need/bodiless-{method}", get(method=method), both(pre, allow()))
        yield scenario(f"preflight-need/keepalive-{method}", get(method=method, keepalive=True), both(pre, allow()))
    typed = get(method="POST", headers=(("Content-Type", "application/json"),))
    yield scenario("preflight-need/bodiless-json", typed, both(pre, allow()))
    typed = get(headers=(("Content-Type", "application/json"),))
    yield scenario("preflight-need/get-json", typed, both(pre, allow()))
    yield scenario("preflight-need/integrity", get(integrity="sha256-x"), both(pre, allow()))


def _two_errors() -> Iterator[Scenario]:
    asked = put(headers=(("X-A", "1"),))
    secret = put(headers=(("X-A", "1"),), credentials="include")
    for origin_label, origin_lines in (("fine", (ORIGIN,)), *ORIGIN_FLAWS):
        for label, method_lines, header_lines, status in _other_flaws():
            lines = (*origin_lines, *method_lines, *header_lines)
            pre = answer(*lines, status=status, reason="X", body="")
            yield scenario(f"two-errors/{origin_label}+{label}", asked, both(pre, allow()))
    for origin_label, origin_lines in (("fine", (ORIGIN,)), *ORIGIN_FLAWS):
        for credential_label, credential_lines in (("fine", (CREDENTIALS,)), *CREDENTIAL_FLAWS):
            for label, method_lines, status in (
                ("fine", (METHODS,), 204),
                ("methods-missing", (), 204),
                ("methods-star", ("Access-Control-Allow-Methods: *",), 204),
                ("status-404", (METHODS,), 404),
            ):
                lines = (*origin_lines, *credential_lines, *method_lines, HEADERS)
                pre = answer(*lines, status=status, reason="X", body="")
                name = f"two-errors/include-{origin_label}+{credential_label}+{label}"
                yield scenario(name, secret, both(pre, allow(CREDENTIALS)))
    for label, lines in (*ORIGIN_FLAWS, ("null", ("Access-Control-Allow-Origin: null",))):
        for credential_label, credential_lines in CREDENTIAL_FLAWS:
            asked = get(credentials="include")
            name = f"two-errors/simple-{label}+{credential_label}"
            yield scenario(name, asked, [route(answer(*lines, *credential_lines, TEXT))])
        for status in (404, 500):
            flawed = answer(*lines, TEXT, status=status, reason="X")
            yield scenario(f"two-errors/simple-{label}+status-{status}", get(), [route(flawed)])
    # The preflight is fine, the answer itself is not.
    for label, lines in ORIGIN_FLAWS:
        for status in (200, 404):
            flawed = answer(*lines, TEXT, status=status, reason="X")
            name = f"two-errors/actual-{label}-{status}"
            yield scenario(name, put(credentials="include"), both(preflight(CREDENTIALS, METHODS), flawed))


def _other_flaws() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], int]]:
    fine_methods, fine_headers = (METHODS,), (HEADERS,)
    for label, lines in METHOD_FLAWS:
        yield label, lines, fine_headers, 204
    for label, lines in HEADER_FLAWS:
        yield label, fine_methods, lines, 204
    for label, status in STATUS_FLAWS:
        yield label, fine_methods, fine_headers, status
    for method_label, method_lines in METHOD_FLAWS[:2]:
        for header_label, header_lines in HEADER_FLAWS[:2]:
            yield f"{method_label}+{header_label}", method_lines, header_lines, 204
    for method_label, method_lines in METHOD_FLAWS[:2]:
        yield f"{method_label}+status-404", method_lines, fine_headers, 404
    for header_label, header_lines in HEADER_FLAWS[:2]:
        yield f"{header_label}+status-404", fine_methods, header_lines, 404


def _refused_headers() -> Iterator[Scenario]:
    sets = (
        *(("X-B", "X-A"), ("X-A", "X-B"), ("Z", "A", "M"), ("b", "C", "a"), ("Authorization", "X-A")),
        *(("X-A", "Authorization"),),
        *(("Content-Type", "X-A"), ("X-A", "Content-Type"), ("X-10", "X-9", "X_1", "X.1")),
        *(("Foo", "Bar", "Baz", "Qux"),),
        *(("one", "two", "three", "four", "five"), ("X-CSRF-Token", "X-Requested-With"), ("a", "aa", "aaa")),
    )
    for names in sets:
        headers = tuple((name, "application/json" if name == "Content-Type" else "1") for name in names)
        label = slug(",".join(names))
        for allowed_label, lines in (
            ("none", ()),
            ("first", (f"Access-Control-Allow-Headers: {names[0]}",)),
            ("last", (f"Access-Control-Allow-Headers: {names[-1]}",)),
            ("star", ("Access-Control-Allow-Headers: *",)),
        ):
            asked = get(headers=headers, method="POST", body=text("{}"))
            routes = both(preflight(*lines), allow())
            yield scenario(f"refused-headers/{label}-allow-{allowed_label}", asked, routes)
