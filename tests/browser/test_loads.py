"""
The loads of a page, and what their results say.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_args

import pytest

from browsercors import (
    Answer,
    AsyncBrowser,
    AsyncPage,
    Browser,
    CORSBlocked,
    FetchBlocked,
    LoadName,
    OpaqueResponse,
    Page,
    Reason,
    ScriptedServer,
)
from browsercors.values.arguments import ArgumentError

if TYPE_CHECKING:
    from browsercors import LoadResult, UnreadableResponse

APP: Final = "https://app.example.com"
CDN: Final = "https://cdn.example"
OPEN: Final = {"Access-Control-Allow-Origin": "*"}
SVG: Final = {"Content-Type": "image/svg+xml"}
CSS: Final = {"Content-Type": "text/css"}
SCRIPT: Final = {"Content-Type": "text/javascript"}
ALL: Final = get_args(LoadName)
CHANNELS: Final = frozenset({"event_source", "beacon", "ping", "websocket"})
"""What has tests of its own, in `channels/`."""
NEEDED: Final[dict[str, dict[str, Any]]] = {"preload": {"as_": "image"}}
DEEP: Final = 60
ENDLESS: Final = Answer(200, {**SCRIPT, **OPEN}, "".join(f"import '/endless/{n}';" for n in range(300)))

ANSWERS: Final = {
    "/cat.svg": Answer(200, SVG, "<svg/>"),
    "/open.svg": Answer(200, {**SVG, **OPEN}, "<svg/>"),
    "/html.svg": Answer(200, {"Content-Type": "text/html", **OPEN}, "<p>"),
    "/site.css": Answer(200, CSS, "@import 'gone.css'; @font-face { src: url(a.woff2) }"),
    "/app.js": Answer(200, SCRIPT, "work()"),
    "/bare.js": Answer(200, {**SCRIPT, **OPEN}, "import 'lodash'"),
    "/gone.css": Answer(404, CSS),
    "/broken": Answer.broken(),
    "/loop": Answer(302, {"Location": "/loop", **OPEN}),
    "/null": Answer(200, {**CSS, **OPEN}, b"\0\xff@import '\0'; @import '\xff';"),
    **{f"/endless/{n}": ENDLESS for n in range(300)},
    **{f"/deep/{n}": Answer(200, {**SCRIPT, **OPEN}, f"import './{n + 1}'") for n in range(DEEP)},
}


def opened(name: Any = "chromium") -> Page:
    browser = Browser(name)
    browser.mount(CDN, ScriptedServer({**ANSWERS, "*": Answer(404)}))
    return browser.open(f"{APP}/")


WRONG: Final[dict[str, tuple[str, dict[str, Any], str]]] = {
    "a URL that is none": ("image", {"url": 1}, "url has to be a str"),
    "crossorigin that is no text": ("image", {"crossorigin": True}, "crossorigin has to be 'anonymous'.*not True"),
    "a style sheet that is none": ("image", {"stylesheet": "a.css"}, "stylesheet has to be what.*'a.css'"),
    "a style sheet of a font that is none": ("font", {"stylesheet": 1}, "stylesheet has to be what page.stylesheet"),
    "places that are no list": ("media", {"seek_to": 5}, "seek_to has to be a list.*not 5"),
    "places in a text": ("media", {"seek_to": "12"}, "seek_to has to be a list.*not '12'"),
    "a place that is no number": ("media", {"seek_to": [1.5]}, "seek_to has to be a list.*not of 1.5"),
    "a place before the beginning": ("media", {"seek_to": [-1]}, "seek_to has to be a list.*not of -1"),
    "an attribute as in JavaScript": ("image", {"crossOrigin": ""}, "'crossOrigin'; did you mean 'crossorigin'"),
    "an attribute that is close": ("preload", {"as": "font"}, "preload.. has no option 'as'.*its options are as_,"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_are_named(name: str) -> None:
    method, arguments, message = WRONG[name]
    page = opened()

    with pytest.raises((TypeError, ValueError), match=message):
        getattr(page, method)(**{"url": f"{CDN}/cat.svg", **NEEDED.get(method, {}), **arguments})
    assert len(page.performance) == 0


def test_wrong_arguments_of_async_pages_are_named_at_once() -> None:
    page = AsyncBrowser().open(f"{APP}/")

    with pytest.raises(TypeError, match="did you mean 'integrity'"):
        page.script("/a.js", integrty="x")  # type: ignore[call-arg]
    with pytest.raises(ArgumentError, match="stylesheet"):
        page.font("/a.woff2", stylesheet=page)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", [name for name in ALL if name not in {"worker", "shared_worker", *CHANNELS}])
def test_an_empty_url_asks_for_nothing(method: str) -> None:
    result: LoadResult = getattr(opened(), method)("", **NEEDED.get(method, {}))
    is_link = method in {"stylesheet", "preload", "modulepreload", "prefetch", "manifest"}

    assert (result.exchanges, result.loaded) == ([], False)
    assert result.block is not None
    assert result.block.reason is Reason.URL_INVALID
    assert result.event == (None if is_link else "error")


Raised: TypeAlias = "type[UnreadableResponse] | None"

RAISED: Final[dict[str, tuple[str, dict[str, Any], Raised, Raised]]] = {
    # what                     method, arguments                           for an error   for what is unreadable
    "tainted": ("image", {"url": "/cat.svg"}, None, OpaqueResponse),
    "readable": ("image", {"url": "/open.svg", "crossorigin": ""}, None, None),
    "refused": ("image", {"url": "/cat.svg", "crossorigin": ""}, CORSBlocked, CORSBlocked),
    "not an image": ("image", {"url": "/html.svg", "crossorigin": ""}, FetchBlocked, FetchBlocked),
    "a server that breaks off": ("image", {"url": "/broken"}, FetchBlocked, FetchBlocked),
    "redirects without an end": ("image", {"url": "/loop"}, FetchBlocked, FetchBlocked),
    "a sheet whose import is gone": ("stylesheet", {"url": "/site.css"}, FetchBlocked, OpaqueResponse),
    "a module": ("script", {"url": "/app.js", "type": "module"}, CORSBlocked, CORSBlocked),
}  # fmt: skip


@pytest.mark.parametrize("name", RAISED)
def test_loads_raise_what_decided(name: str) -> None:
    method, arguments, error, unreadable = RAISED[name]
    result: LoadResult = getattr(opened(), method)(**{**arguments, "url": CDN + arguments["url"]})

    for ask, expected in ((result.raise_for_error, error), (result.raise_for_unreadable, unreadable)):
        if expected is None:
            assert ask() is result
        else:
            with pytest.raises(expected) as caught:
                ask()
            assert type(caught.value) is expected


@pytest.mark.parametrize("method", [name for name in ALL if name != "event_source"])
@pytest.mark.parametrize("path", ["/cat.svg", "/site.css", "/broken", "/null", "/nowhere"])
def test_a_load_is_written_as_data(method: str, path: str) -> None:
    result: LoadResult = getattr(opened(), method)(f"{CDN}{path}", **NEEDED.get(method, {}))
    data = json.loads(json.dumps(result.to_dict()))

    assert (data["url"], data["loaded"], data["readable"]) == (result.url, result.loaded, result.readable)
    assert (data["event"], data["block"] is None) == (result.event, result.block is None)
    assert len(data["timeline"]) == len(result.timeline)


def test_the_data_of_a_sheet_hold_what_it_loads() -> None:
    data = opened().stylesheet(f"{CDN}/site.css").to_dict()

    assert (data["applied"], data["rules_readable"]) == (True, False)
    assert [each["url"] for each in data["imports"] + data["fonts"]] == [f"{CDN}/gone.css", f"{CDN}/a.woff2"]


def test_an_import_that_fails_deep_below_is_named() -> None:
    # NB: each module looks at those below it, which has to be done once only.
    result = opened().script(f"{CDN}/deep/0", type="module")

    assert result.block is not None
    assert f"{CDN}/deep/{DEEP}" in result.explain()
    assert repr(result) == "<ScriptResult blocked: allow-origin-missing>"


def test_a_load_leads_to_so_many_others_and_no_more() -> None:
    page = opened()
    assert page.script(f"{CDN}/endless/0", type="module").executed

    assert len(page.performance) == 200


def test_a_module_whose_import_is_no_url_does_not_run() -> None:
    result = opened().script(f"{CDN}/bare.js", type="module")

    assert (result.loaded, result.executed, result.block) == (True, False, None)
    assert repr(result) == f"<ScriptResult not executed {CDN}/bare.js>"


def test_what_others_call_otherwise_is_named() -> None:
    image: Any = opened().image(f"{CDN}/cat.svg")

    with pytest.raises(AttributeError, match=r"ImageResult has no 'status'.*result\.exchanges"):
        assert image.status
    with pytest.raises(AttributeError, match="did you mean 'tainted'"):
        assert image.taint


@pytest.mark.parametrize("method", ALL)
def test_pages_and_async_pages_show_the_same(method: str) -> None:
    shown, of_async = getattr(Page, method), getattr(AsyncPage, method)

    assert inspect.signature(shown) == inspect.signature(of_async)
    assert shown.__doc__ == of_async.__doc__
    assert shown.__doc__
    assert shown.__name__ == method


def test_async_pages_load_as_pages_do() -> None:
    async def load(method: str) -> dict[str, Any]:
        async with AsyncBrowser() as browser:
            browser.mount(CDN, ScriptedServer({**ANSWERS, "*": Answer(404)}))
            page = browser.open(f"{APP}/")
            result: LoadResult = await getattr(page, method)(f"{CDN}/site.css", **NEEDED.get(method, {}))
            return result.to_dict()

    for method in (name for name in ALL if name not in CHANNELS):
        result = getattr(opened(), method)(f"{CDN}/site.css", **NEEDED.get(method, {}))
        assert result.to_dict() == asyncio.run(load(method))


SPECIFIERS: Final = {
    "x.js": "",
    "a/x.js": "",
    "": "",
    "?x": "",
    "#x": "",
    ".": "",
    " /x.js": "",
    "\\x.js": "",
    "/x.js": f"{APP}/x.js",
    "./x.js": f"{APP}/dir/x.js",
    "../x.js": f"{APP}/x.js",
    "//cdn.example/x.js": f"{CDN}/x.js",
    f"{CDN}/x.js": f"{CDN}/x.js",
}


@pytest.mark.parametrize(("specifier", "asked"), SPECIFIERS.items())
def test_import_takes_urls_and_paths_and_no_bare_names(specifier: str, asked: str) -> None:
    browser = Browser()
    browser.mount("*", ScriptedServer({"*": Answer(200, {**SCRIPT, **OPEN}, "1")}))
    result = browser.open(f"{APP}/dir/").import_module(specifier)

    assert [asked] * bool(asked) == [exchange.url for exchange in result.exchanges]
    assert ("load" if asked else "error") == result.event


def test_a_bare_name_is_explained_and_mended() -> None:
    result = opened().import_module("x.js")

    assert result.block is not None
    assert Reason.URL_INVALID is result.block.reason
    assert "is a bare specifier" in result.explain()
    assert 'import("./x.js")' in result.explain()


def test_a_sheet_hands_its_encoding_down() -> None:
    browser = Browser()
    server = ScriptedServer(
        {
            "/a.css": Answer(200, {"Content-Type": "text/css; charset=windows-1252"}, "@import 'b.css';"),
            "/b.css": Answer(200, CSS, "@import '\xe4.css';".encode("latin-1")),
            "/%C3%A4.css": Answer(200, CSS, "a{}"),
        }
    )
    browser.mount(CDN, server)
    result = browser.open(APP).stylesheet(f"{CDN}/a.css")

    assert [f"{CDN}/%C3%A4.css"] == [each.url for each in result.imports[0].imports]
