"""
`page.performance`: what it lists, how it is asked, and what it says to those who ask in another way.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, ScriptedServer
from tests.browser.helpers import API, APP, make_async_browser, make_browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors import Page

TIMING: Final = ("Timing-Allow-Origin", "*")
ANY: Final = ("Access-Control-Allow-Origin", "*")
KEPT: Final = ("Cache-Control", "max-age=60")
SCRIPT: Final = ("Content-Type", "text/javascript")
CSS: Final = ("Content-Type", "text/css")
PNG: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 60

SERVED: Final = {
    "/data": Answer(200, [ANY, TIMING], "hello", latency=0.5),
    "/slow": Answer(200, [ANY], "late", latency=2.0),
    "/moved": Answer(302, [ANY, TIMING, ("Location", "/data")], latency=0.25),
    "/put": Answer(200, [ANY, ("Access-Control-Allow-Methods", "PUT"), TIMING], latency=1.0),
    "/image": Answer(200, [("Content-Type", "image/png"), TIMING], PNG),
    "/script": Answer(200, [SCRIPT, KEPT, TIMING], "1"),
    "/module": Answer(200, [ANY, SCRIPT, TIMING], "import './dependency'"),
    "/dependency": Answer(200, [ANY, SCRIPT, TIMING], "1"),
    "/sheet": Answer(200, [CSS, ANY], "@import 'more'; @font-face { font-family: x; src: url(font) }"),
    "/more": Answer(200, [CSS, ANY], "a { color: red }"),
    "/font": Answer(200, [("Content-Type", "font/woff2"), ANY], b"wOF2" + b"\0" * 60),
}


def open_page(browser: Any = "standard", **options: Any) -> Page:
    running = make_browser(browser, start_time=1000.0)
    running.mount(API, ScriptedServer(SERVED))
    return running.open(f"{APP}/dir/page", **options)


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        pytest.param(lambda page: page.fetch(f"{API}/data"), ["fetch /data"], id="fetch"),
        pytest.param(lambda page: page.xhr("GET", f"{API}/data"), ["xmlhttprequest /data"], id="xhr"),
        pytest.param(lambda page: page.image(f"{API}/image"), ["img /image"], id="image"),
        pytest.param(
            lambda page: page.image(f"{API}/image", css_property="background-image"), ["css /image"], id="CSS image"
        ),
        pytest.param(lambda page: page.script(f"{API}/script"), ["script /script"], id="script"),
        pytest.param(
            lambda page: page.script(f"{API}/module", type="module"),
            ["script /module", "script /dependency"],
            id="module",
        ),
        pytest.param(
            lambda page: page.stylesheet(f"{API}/sheet"), ["link /sheet", "css /more", "css /font"], id="style sheet"
        ),
        pytest.param(lambda page: page.media(f"{API}/data", element="audio"), ["audio /data"], id="media"),
        pytest.param(lambda page: page.track(f"{API}/data", crossorigin=""), ["track /data"], id="track"),
        pytest.param(lambda page: page.preload(f"{API}/image", as_="image"), ["link /image"], id="preload"),
        pytest.param(lambda page: page.image("data:,"), [], id="data: URL"),
        pytest.param(lambda page: page.image("https://["), [], id="what is no URL"),
    ],
)
def test_every_fetch_of_a_load_has_an_entry(load: Callable[[Page], object], expected: list[str]) -> None:
    page = open_page()

    load(page)

    assert [f"{entry.initiator_type} {entry.name.removeprefix(API)}" for entry in page.performance] == expected


def test_a_page_that_has_asked_for_nothing_has_no_entries() -> None:
    assert list(open_page().performance) == []


def test_times_are_those_of_the_clock() -> None:
    page = open_page()

    page.fetch(f"{API}/moved")

    (entry,) = page.performance
    assert (entry.start_time, entry.redirect_start, entry.redirect_end) == (1000.0, 1000.0, 1000.25)
    assert (entry.fetch_start, entry.connect_end, entry.request_start) == (1000.25, 1000.25, 1000.25)
    assert (entry.secure_connection_start, entry.response_start, entry.response_end) == (1000.25, 1000.75, 1000.75)
    assert (entry.duration, entry.entry_type) == (0.75, "resource")


def test_a_preflight_has_no_entry_but_takes_its_time() -> None:
    page = open_page()

    page.fetch(f"{API}/put", method="PUT")

    (entry,) = page.performance
    assert (entry.fetch_start, entry.request_start, entry.response_end) == (1000.0, 1001.0, 1002.0)


@pytest.mark.parametrize(
    ("browser", "expected"),
    [("standard", [300, 0]), ("chromium", [301]), ("firefox", [300, 0]), ("webkit", [0])],
)
def test_some_browsers_do_not_list_what_their_memory_has(browser: str, expected: list[int]) -> None:
    page = open_page(browser)

    page.script(f"{API}/script")
    page.script(f"{API}/script")

    # NB: of what is opaque, the standard and Firefox show only that there was a head, and WebKit not even that.
    assert [entry.transfer_size for entry in page.performance] == expected


def test_what_a_preload_serves_has_no_entry_beside_it() -> None:
    page = open_page()

    page.preload(f"{API}/image", as_="image")
    page.image(f"{API}/image")

    assert [entry.initiator_type for entry in page.performance] == ["link"]


def test_entries_stand_in_the_order_in_which_loads_began() -> None:
    async def run() -> list[str]:
        async with make_async_browser() as browser:
            browser.mount(API, ScriptedServer(SERVED))
            page = browser.open(APP)
            slow = asyncio.ensure_future(page.fetch(f"{API}/slow"))
            await asyncio.sleep(0)
            browser.clock.advance(0.1)
            await page.fetch(f"{API}/data")
            before = [entry.name for entry in page.performance]
            await slow
            return [*before, *(entry.name for entry in page.performance)]

    assert asyncio.run(run()) == [f"{API}/data", f"{API}/slow", f"{API}/data"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param(f"{API}/data", 1, id="the URL"),
        pytest.param("HTTPS://API.example.com:443/data", 1, id="the URL in another spelling"),
        pytest.param("/own", 1, id="a relative one"),
        pytest.param(f"{API}/other", 0, id="another one"),
        pytest.param("https://[", 0, id="none"),
    ],
)
def test_entries_are_found_by_name(name: str, found: int) -> None:
    page = open_page()
    page.fetch(f"{API}/data")
    page.fetch("/own")

    assert len(page.performance.get_entries_by_name(name)) == found


def test_entries_are_found_by_type() -> None:
    page = open_page()
    page.fetch(f"{API}/data")
    performance = page.performance

    assert performance.get_entries_by_type("resource") == performance.get_entries() == performance[:]
    assert (len(performance), performance[0].name) == (1, f"{API}/data")
    assert repr(performance) == f"Performance([<ResourceTiming fetch {API}/data, all details>])"


def test_cleared_entries_make_room() -> None:
    page = open_page()
    performance = page.performance
    for _ in range(300):
        page.fetch(f"{API}/data")
    assert len(page.performance) == 250

    performance.clear_resource_timings()
    page.fetch(f"{API}/data")

    assert len(performance) == 0
    assert len(page.performance) == 1


def test_each_page_has_entries_of_its_own() -> None:
    page = open_page()
    page.fetch(f"{API}/data")
    frame = make_browser().open(APP)

    assert (len(page.performance), len(frame.performance)) == (1, 0)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            lambda page: page.performance.get_entries_by_type("navigation"),
            ValueError,
            "type has to be 'resource', since 'navigation' entries are not simulated",
        ),
        (
            lambda page: page.performance.get_entries_by_type("resources"),
            ValueError,
            "type has to be 'resource', since there are no 'resources' entries",
        ),
        (
            lambda page: page.performance.get_entries_by_name(None),
            TypeError,
            "name has to be a URL, not None",
        ),
        (
            lambda page: page.performance.getEntriesByType("resource"),
            AttributeError,
            "page.performance has no getEntriesByType; write get_entries_by_type",
        ),
        (
            lambda page: page.performance.now(),
            AttributeError,
            "page.performance has no now",
        ),
        (
            lambda page: page.performance[0].transferSize,
            AttributeError,
            "a ResourceTiming has no transferSize; write transfer_size",
        ),
        (
            lambda page: page.performance[0].worker_start,
            AttributeError,
            "a ResourceTiming has no worker_start",
        ),
    ],
)  # fmt: skip
def test_who_asks_in_another_way_is_told_what_to_write(
    ask: Callable[[Page], object], error: type[Exception], message: str
) -> None:
    page = open_page()
    page.fetch(f"{API}/data")

    with pytest.raises(error) as raised:
        ask(page)

    assert str(raised.value) == message
