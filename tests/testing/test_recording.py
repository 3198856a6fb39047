from __future__ import annotations

import gc
from typing import Any

import pytest

from browsercors import Answer, Browser, ScriptedServer
from browsercors.testing.recording import BrowserFactory, RecordedAsyncBrowser, Recorder

API = "https://api.example.com"
SERVER = {
    "/open": Answer(200, {"Access-Control-Allow-Origin": "*"}),
    "*": Answer(200),
}


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def factory(recorder: Recorder) -> BrowserFactory:
    return BrowserFactory(recorder, "firefox", lambda *_: None)


def fetch_all(browser: Browser, paths: str) -> None:
    """
    Fetch in order: `o` what the page may read, `x` what it may not.
    """
    browser.mount(API, ScriptedServer(SERVER))
    page = browser.open("https://app.example.com/")
    for path in paths:
        page.fetch(f"{API}/{'open' if path == 'o' else 'closed'}")


KEPT_CASES = [
    # fetches    numbers of those that are kept, in order
    ("", []),
    ("o", [1]),
    ("xo", [1, 2]),
    ("oxo", [2, 3, 1]),
    ("xooooo", [1, 6, 5]),
    ("xxxxxo", [5, 4, 3, 6]),
]


@pytest.mark.parametrize(("fetches", "numbers"), KEPT_CASES)
def test_the_last_results_are_kept_unreadable_ones_first(
    recorder: Recorder, factory: BrowserFactory, fetches: str, numbers: list[int]
) -> None:
    fetch_all(factory(), fetches)

    assert numbers == [made.number for made in recorder.kept()]
    assert len(fetches) == recorder.count


def test_nothing_is_left_after_clearing(recorder: Recorder, factory: BrowserFactory) -> None:
    fetch_all(factory(), "ox")
    recorder.clear()

    assert [] == recorder.kept()
    assert recorder.count == 0


def test_results_are_those_of_a_plain_browser(recorder: Recorder, factory: BrowserFactory) -> None:
    plain, recorded = Browser("firefox"), factory()
    for browser in (plain, recorded):
        browser.mount(API, ScriptedServer(SERVER))
    expected, actual = (browser.open("https://app.example.com/").fetch(f"{API}/") for browser in (plain, recorded))

    assert expected.to_dict() == actual.to_dict()
    assert repr(plain) == repr(recorded)


class StartedApp:
    """
    An ASGI application that keeps what the lifespan protocol told it, and may refuse to end.
    """

    def __init__(self, *, fails: bool = False) -> None:
        self.told: list[str] = []
        self._fails = fails

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        for _ in range(2):
            message = await receive()
            self.told.append(message["type"])
            failed = self._fails and message["type"] == "lifespan.shutdown"
            await send({"type": f"{message['type']}.{'failed' if failed else 'complete'}"})


WHOLE_LIFE = ["lifespan.startup", "lifespan.shutdown"]


def test_a_browser_that_nobody_has_any_more_is_closed(factory: BrowserFactory) -> None:
    app = StartedApp()
    browser = factory(mount={API: app})
    browser.open(f"{API}/").fetch("/")
    del browser
    gc.collect()

    assert WHOLE_LIFE == app.told


def test_the_end_closes_every_browser_and_then_raises_what_the_first_one_raised(factory: BrowserFactory) -> None:
    apps = [StartedApp(fails=True), StartedApp(), StartedApp(fails=True)]
    browsers = [factory(mount={API: app}) for app in apps]
    for browser in browsers:
        browser.open(f"{API}/").fetch("/")

    with pytest.raises(RuntimeError, match="shutdown failed"), factory:
        pass

    assert [WHOLE_LIFE] * 3 == [app.told for app in apps]


def test_a_factory_makes_what_it_is_asked_for(factory: BrowserFactory) -> None:
    made = factory("webkit", start_time=5.0, mount={API: ScriptedServer(SERVER)})

    assert made.profile.name == "webkit"
    assert made.clock.now == 5.0
    assert made.open(f"{API}/").fetch("/").status == 200
    assert factory().profile.name == "firefox"
    assert repr(factory) == "<BrowserFactory firefox>"


async def request_once(browser: RecordedAsyncBrowser) -> None:
    await browser.open(f"{API}/").fetch("/")


def test_an_async_browser_is_recorded_as_well(recorder: Recorder) -> None:
    import asyncio

    browser = RecordedAsyncBrowser(recorder, "webkit")
    browser.mount(API, ScriptedServer(SERVER))
    asyncio.run(request_once(browser))
    browser.release()

    assert [1] == [made.number for made in recorder.kept()]
    assert repr(browser) == f"<AsyncBrowser webkit {browser.profile.version}>"
