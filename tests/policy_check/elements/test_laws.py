"""
The laws of elements: each is broken by a careless server or by a browser that is made to break it, and kept otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, PolicyViolation, ScriptedServer, check_laws, find_broken_laws
from browsercors.browser.loads import ImageResult, StylesheetResult
from browsercors.fetch import http_fetch
from browsercors.fetch.checks import cors_check
from browsercors.rules.elements.preloads import PreloadKey, PreloadRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.literals import SharedCacheName
    from browsercors.values.wire import HTTPRequest

APP: Final = "https://app.example.com"
BODIES: Final = {
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(25),
    "text/css": b"a { color: red }",
    "text/javascript": b"main()",
    "application/json": b'{"id": 7}',
}


def server(
    content_type: str,
    opens: Callable[[HTTPRequest], bool] = lambda _: False,
    *,
    vary: bool = True,
    cache: str = "no-store",
) -> ScriptedServer:
    """
    Make a server that allows one origin, and whatever else it *opens*, with credentials.
    """

    def answer(request: HTTPRequest) -> Answer:
        origin = (request.headers.get(b"origin") or b"").decode()
        headers = {"Content-Type": content_type, "Cache-Control": cache, **({"Vary": "Origin"} if vary else {})}
        if origin == APP or (origin and opens(request)):
            headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        return Answer(200, headers, BODIES[content_type])

    return ScriptedServer({"OPTIONS *": Answer(204), "*": answer})


def destination(name: str) -> Callable[[HTTPRequest], bool]:
    return lambda request: request.headers.get(b"sec-fetch-dest") == name.encode()


def accepts(text: str) -> Callable[[HTTPRequest], bool]:
    return lambda request: text.encode() in (request.headers.get(b"accept") or b"")


def has_cookie(request: HTTPRequest) -> bool:
    return b"cookie" in request.headers


CARELESS: list[tuple[str, ScriptedServer, set[tuple[str, str]]]] = [
    # what is wrong, the server, the laws that it breaks
    ("nothing, image", server("image/png"), set()),
    ("nothing, style sheet", server("text/css"), set()),
    ("nothing, script", server("text/javascript"), set()),
    ("nothing, JSON", server("application/json", cache="max-age=600"), set()),
    ("open to everybody", server("image/png", lambda _: True), set()),
    ("images are let through", server("image/png", destination("image")), {("element-reads-more", "image")}),
    ("by Accept", server("image/png", accepts("image/")), {("element-reads-more", "image")}),
    ("styles are let through", server("text/css", destination("style")), {("element-reads-more", "stylesheet")}),
    ("scripts are let through", server("text/javascript", destination("script")), {("element-reads-more", "script")}),
    ("images of nobody can be styles", server("image/png", destination("style")), set()),
    (
        "a cookie opens it",
        server("image/png", lambda request: destination("image")(request) and has_cookie(request)),
        {("element-reads-more", "image"), ("credentials-widen", "")},
    ),
    (
        "Vary is missing",
        server("application/json", vary=False, cache="max-age=600"),
        {("preload-changes", "refused after preload"), ("preload-changes", "refused after prefetch")},
    ),
    ("Vary is missing, and nothing is kept", server("application/json", vary=False), set()),
]


@pytest.mark.parametrize(("careless", "expected"), [case[1:] for case in CARELESS], ids=[case[0] for case in CARELESS])
def test_a_careless_server_breaks_them(careless: ScriptedServer, expected: set[tuple[str, str]]) -> None:
    found = find_broken_laws(careless, allowed_origins=[APP])

    assert expected == {(each.kind.value, each.code) for each in found}
    for violation in found:
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": careless})  # noqa: S102


def test_a_broken_law_is_told_as_all_are() -> None:
    with pytest.raises(PolicyViolation) as caught:
        check_laws(server("image/png", destination("image")), allowed_origins=[APP], browsers=["chromium"])

    told = str(caught.value)
    assert "gets the pixels of image https://api.example.com/" in told
    assert "page.image('https://api.example.com/', crossorigin='anonymous')" in told
    (violation,) = caught.value.violations
    assert "An image reveals / to a page whose fetch cannot read it." == violation.headline


def passing(*arguments: Any, **options: Any) -> Any:
    """
    Perform the CORS check as a browser that lets everything pass.
    """
    finding = cors_check(*arguments, **options)
    return finding if finding.ok else finding._replace(outcome=type(finding.outcome).PASSED, reason=None)


def unkeyed(request: Any) -> PreloadKey:
    """
    Make the key of a preload as a browser that takes any preload of a URL.
    """
    nothing: Any = ""
    return PreloadKey(request.url_list[0].href, nothing, nothing, nothing)


BROKEN_BROWSERS: list[tuple[str, Any, str, Any, ScriptedServer, set[tuple[str, str]]]] = [
    # what the browser does; how; what the server has; which laws break
    (
        "every response passes the CORS check",
        http_fetch,
        "cors_check",
        passing,
        server("image/png"),
        {("crossorigin-widens", "image")},
    ),
    (
        "images never taint",
        ImageResult,
        "tainted",
        property(lambda _: False),
        server("image/png"),
        {("element-reads-more", "image")},
    ),
    (
        "all rules can be read",
        StylesheetResult,
        "rules_readable",
        property(lambda result: result.applied),
        server("text/css"),
        {("element-reads-more", "stylesheet")},
    ),
    (
        "any preload serves any request",
        PreloadRules,
        "key",
        property(lambda _: unkeyed),
        server("application/json"),
        {("preload-changes", "refused after preload")},
    ),
]


@pytest.mark.parametrize(
    ("owner", "name", "broken", "sound", "expected"),
    [case[1:] for case in BROKEN_BROWSERS],
    ids=[case[0] for case in BROKEN_BROWSERS],
)
def test_a_broken_browser_breaks_them(
    owner: Any,
    name: str,
    broken: Any,
    sound: ScriptedServer,
    expected: set[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owner, name, broken)
    found = find_broken_laws(sound, allowed_origins=[APP])

    assert expected == {(each.kind.value, each.code) for each in found}


CACHES: list[tuple[SharedCacheName, bool]] = [("nginx", True), ("nginx", False), ("varnish", False)]


@pytest.mark.parametrize(("cache", "vary"), CACHES)
def test_an_image_without_crossorigin_spoils_what_a_shared_cache_keeps(cache: SharedCacheName, vary: bool) -> None:
    careless = server("image/png", vary=vary, cache="max-age=600")
    found = find_broken_laws(careless, allowed_origins=[APP], browsers=["webkit"], caches=[cache])
    spoilt = [each for each in found if each.code == "refused after a request without Origin"]

    assert (not vary) == bool(spoilt)
    for violation in spoilt:
        assert "page.image('https://api.example.com/')" in violation.snippet
        assert "A cache has kept what an image without crossorigin got." in violation.sentence
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": careless})  # noqa: S102
