"""
What a page gets of the handler of its service worker, whatever that does.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import (
    AsyncBrowser,
    FetchTypeError,
    InvalidStateError,
    Page,
    ReadableStream,
    Reason,
    ServiceWorkerResponse,
    UnreadableResponse,
    WorkerResponse,
)
from browsercors.browser.service_workers.own_fetches import OPTIONS
from browsercors.fetch.service_workers.calls import WorkerFailure
from browsercors.values.arguments import ArgumentValueError
from tests.browser.service_workers.helpers import API, PAGE, SCRIPT, scene
from tests.evidence.recorder.corpus.bodies import PNG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors import AsyncFetchEvent, FetchEvent


def responds(event: FetchEvent) -> ServiceWorkerResponse:
    return ServiceWorkerResponse("made", headers={"X-Own": "1", "Set-Cookie": "a=1"})


def raises(event: FetchEvent) -> None:
    raise RuntimeError("boom")


def says_text(event: FetchEvent) -> str:
    return "text"


def says_nothing(event: FetchEvent) -> None:
    event.respond_with(None)


def prevents(event: FetchEvent) -> None:
    event.prevent_default()


def says_error(event: FetchEvent) -> ServiceWorkerResponse:
    return ServiceWorkerResponse.error()


def reads_first(event: FetchEvent) -> ServiceWorkerResponse:
    response = ServiceWorkerResponse("read")
    response.read()
    return response


def fetches_in_vain(event: FetchEvent) -> Any:
    return event.fetch(f"{API}/closed")


async def raises_later(event: AsyncFetchEvent) -> None:
    raise RuntimeError("boom")


FAILING: list[tuple[str, Callable[[Any], Any], Reason, WorkerFailure, str]] = [
    ("it raises", raises, Reason.SERVICE_WORKER_ERROR, WorkerFailure.RAISED, "RuntimeError: boom"),
    ("it raises later", raises_later, Reason.SERVICE_WORKER_ERROR, WorkerFailure.RAISED, "RuntimeError: boom"),
    ("it returns a text", says_text, Reason.SERVICE_WORKER_ERROR, WorkerFailure.NO_RESPONSE, "'text'"),
    ("it responds with nothing", says_nothing, Reason.SERVICE_WORKER_ERROR, WorkerFailure.NO_RESPONSE, "None"),
    ("it prevents", prevents, Reason.SERVICE_WORKER_ERROR, WorkerFailure.PREVENTED, "prevent_default"),
    ("an error", says_error, Reason.SERVICE_WORKER_ERROR, WorkerFailure.ERROR_RESPONSE, "error()"),
    ("a body that was read", reads_first, Reason.SERVICE_WORKER_ERROR, WorkerFailure.BODY_USED, "clone()"),
    ("a fetch that fails", fetches_in_vain, Reason.SERVICE_WORKER_FETCH_FAILED, WorkerFailure.FETCH_FAILED, "/closed"),
]


@pytest.mark.parametrize("browser", ["chromium", "firefox", "webkit", "standard"])
@pytest.mark.parametrize(
    ("handler", "reason", "how", "said"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING]
)
def test_what_fails_in_the_worker_is_a_network_error_to_the_page(
    handler: Callable[[Any], Any], reason: Reason, how: WorkerFailure, said: str, browser: str
) -> None:
    result = scene(handler, browser).page.fetch(f"{API}/open")

    assert result.block is not None
    assert (reason, how) == (result.block.reason, result.block.finding.evidence["how"])
    assert said in str(result.block.finding.evidence["detail"])
    assert "service worker" in result.explain()
    assert result.to_dict()["block"]["reason"] == reason.value


def test_what_it_lets_through_goes_to_the_network_with_all_that_belongs_to_it() -> None:
    stage = scene(lambda _: None)

    result = stage.page.fetch(f"{API}/open", headers={"X-A": "1"})

    assert [("OPTIONS", f"{API}/open")] == [(each.method, each.url) for each in result.exchanges]
    assert any("let the network respond" in step.sentence for step in result.report().steps)


def test_a_response_of_its_own_needs_no_cors_and_has_no_cookie() -> None:
    stage = scene(responds)

    result = stage.page.fetch(f"{API}/closed", method="PUT", headers={"X-A": "1"}, credentials="include")

    assert ("basic", 200, b"made") == (result.type, result.status, result.body)
    assert {"x-own", "content-type"} == set(result.headers)
    assert [] == [*stage.browser.cookies]
    assert [] == result.exchanges
    assert [f"<WorkerResponse PUT {API}/closed -> default 200>"] == [repr(each) for each in result.timeline]


def test_the_standard_filters_what_it_made_as_what_comes_from_the_network() -> None:
    result = scene(responds, "standard").page.fetch(f"{API}/closed")

    assert ("cors", b"made", ["content-type"]) == (result.type, result.body, [*result.headers])


def test_an_async_handler_does_the_same_in_a_sync_browser() -> None:
    async def handle(event: AsyncFetchEvent) -> ServiceWorkerResponse:
        await asyncio.sleep(0)
        response = await event.fetch(event.request)
        return ServiceWorkerResponse(response.read() + b"!")

    assert scene(handle).page.fetch(f"{API}/open").body == b"open!"


def test_a_sync_browser_in_a_running_loop_runs_async_handlers_too() -> None:
    async def handle(event: AsyncFetchEvent) -> ServiceWorkerResponse:
        return await event.fetch(event.request)

    async def run() -> bytes:
        return scene(handle).page.fetch(f"{API}/open").body

    assert asyncio.run(run()) == b"open"


def test_an_async_browser_takes_both_kinds_of_handlers() -> None:
    async def later(event: AsyncFetchEvent) -> ServiceWorkerResponse:
        response = await event.fetch(f"{API}/open")
        return ServiceWorkerResponse(response.read() + b" later")

    def now(event: FetchEvent) -> Any:
        return event.fetch(f"{API}/open")

    async def bodies() -> list[bytes]:
        found = []
        for handler in (later, now):
            async with AsyncBrowser() as browser:
                stage = scene(lambda _: None)
                browser.mount(PAGE, stage.app)
                browser.mount(API, stage.api)
                page = browser.open(f"{PAGE}/")
                registration = await page.service_worker("/sw.js", handler)
                found.append((await page.fetch("/x")).body)
                assert (await registration.update()).changed is False
        return found

    assert asyncio.run(bodies()) == [b"open later", b"open"]


def test_fetches_that_are_started_together_are_handled_together() -> None:
    async def handle(event: AsyncFetchEvent) -> ServiceWorkerResponse:
        response = await event.fetch(event.request)
        return ServiceWorkerResponse(response.read())

    async def run() -> list[bytes]:
        async with AsyncBrowser() as browser:
            stage = scene(handle)
            browser.mount(PAGE, stage.app)
            browser.mount(API, stage.api)
            page = browser.open(f"{PAGE}/")
            await page.service_worker("/sw.js", handle)
            results = await asyncio.gather(*(page.fetch(f"{API}/open") for _ in range(5)))
            return [result.body for result in results]

    assert asyncio.run(run()) == [b"open"] * 5


def hangs(event: FetchEvent) -> None:
    time.sleep(30)


async def hangs_later(event: AsyncFetchEvent) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("handler", [hangs, hangs_later])
def test_a_handler_that_hangs_is_given_up(handler: Callable[[Any], Any]) -> None:
    begun = time.monotonic()
    result = scene(handler, timeout=0.05).page.fetch("/x")

    assert time.monotonic() - begun < 10
    assert result.block is not None
    assert WorkerFailure.HANGS is result.block.finding.evidence["how"]


def test_a_handler_that_hangs_in_another_thread_is_given_up() -> None:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(scene(hangs, timeout=0.05).page.fetch("/x").block))
    thread.start()
    thread.join(10)

    assert [WorkerFailure.HANGS] == [block.finding.evidence["how"] for block in found]


def test_a_handler_without_a_limit_may_take_its_time() -> None:
    assert scene(responds, timeout=None).page.fetch("/x").body == b"made"


def test_what_it_awaits_may_raise_a_timeout_of_its_own() -> None:
    async def handle(event: AsyncFetchEvent) -> None:
        raise TimeoutError

    block = scene(handle).page.fetch("/x").block

    assert block is not None
    assert WorkerFailure.RAISED is block.finding.evidence["how"]


def test_the_first_of_two_responses_counts() -> None:
    raised: list[Exception] = []

    def handle(event: FetchEvent) -> ServiceWorkerResponse:
        event.respond_with(ServiceWorkerResponse("first"))
        try:
            event.respond_with(ServiceWorkerResponse("second"))
        except InvalidStateError as error:
            raised.append(error)
        return ServiceWorkerResponse("third")

    assert scene(handle).page.fetch("/x").body == b"first"
    assert len(raised) == 1


def test_what_it_had_responded_with_before_it_raised_stands() -> None:
    def handle(event: FetchEvent) -> None:
        event.respond_with(ServiceWorkerResponse("first"))
        raise RuntimeError("boom")

    assert scene(handle).page.fetch("/x").body == b"first"


def test_a_response_that_comes_when_the_handler_has_ended_is_too_late() -> None:
    kept: list[FetchEvent] = []
    scene(kept.append).page.fetch("/own")

    with pytest.raises(InvalidStateError, match="too late"):
        kept[0].respond_with(ServiceWorkerResponse("late"))


def test_one_response_can_be_given_once() -> None:
    response = ServiceWorkerResponse("once")
    page = scene(lambda _: response).page

    assert page.fetch("/x").body == b"once"
    block = page.fetch("/x").block
    assert block is not None
    assert WorkerFailure.BODY_USED is block.finding.evidence["how"]


def test_a_stream_may_break_off() -> None:
    def parts() -> Iterator[bytes]:
        yield b"begun"
        raise RuntimeError("broken")

    result = scene(lambda _: ServiceWorkerResponse(ReadableStream(parts()))).page.fetch("/x")

    assert (200, Reason.SERVICE_WORKER_ERROR) == (result.status, result.block and result.block.reason)
    with pytest.raises(UnreadableResponse, match="broken"):
        result.text()


def test_wrong_arguments_of_the_handler_are_raised_to_who_fetches() -> None:
    with pytest.raises(ArgumentValueError, match="status has to be from 200 to 599, not 1000"):
        scene(lambda _: ServiceWorkerResponse("x", 1000)).page.fetch("/x")


def test_what_it_raises_is_raised_where_that_is_wanted() -> None:
    with pytest.raises(RuntimeError, match="boom"):
        scene(raises, raise_exceptions=True).page.fetch("/x")


def test_a_redirect_of_its_own_is_followed_and_asked_about_again() -> None:
    seen: list[str] = []

    def handle(event: FetchEvent) -> ServiceWorkerResponse | None:
        seen.append(event.request.url)
        return ServiceWorkerResponse.redirect("own") if event.request.url.endswith("/first") else None

    result = scene(handle).page.fetch("/first")

    assert (b"own", True, f"{PAGE}/own") == (result.body, result.redirected, result.url)
    assert [f"{PAGE}/first", f"{PAGE}/own"] == seen


def test_a_redirect_of_the_network_is_not_asked_about() -> None:
    seen: list[str] = []

    result = scene(lambda event: seen.append(event.request.url)).page.fetch("/moved")

    assert (b"own", [f"{PAGE}/moved"]) == (result.body, seen)


def test_a_worker_fetches_from_its_own_origin_and_as_itself() -> None:
    result = scene(lambda event: event.fetch(f"{API}/open", headers={"X-A": "1"})).page.fetch("/x")

    assert result.block is not None
    assert "x-a" in str(result.block.finding.evidence["detail"]).lower()

    stage = scene(lambda event: event.fetch("own"))
    entry = stage.page.fetch(f"{API}/closed").timeline[0]
    assert isinstance(entry, WorkerResponse)
    (fetched,) = entry.fetches
    assert f"{PAGE}/sw.js" == fetched.exchanges[0].request_headers["Referer"]  # type: ignore[attr-defined]


def test_a_worker_is_held_to_the_policy_of_its_script() -> None:
    script = {"Content-Type": "text/javascript", "Content-Security-Policy": "connect-src 'self'"}
    result = scene(lambda event: event.fetch(f"{API}/open"), script=type(SCRIPT)(200, script)).page.fetch("/x")

    assert result.block is not None
    assert str(result.block.finding.evidence["cause"]) == "content-security-policy"


def test_a_request_whose_body_was_read_cannot_be_fetched() -> None:
    raised: list[Exception] = []

    def handle(event: FetchEvent) -> Any:
        assert event.request.clone().text() == "sent"
        event.request.text()
        try:
            return event.fetch(event.request)
        except FetchTypeError as error:
            raised.append(error)
            return ServiceWorkerResponse("caught")

    assert scene(handle).page.fetch("/own", method="POST", body="sent").body == b"caught"
    assert "clone()" in str(raised[0])


SEEN: list[tuple[str, str, list[str]]] = [
    ("chromium", "Chrome", ["accept", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "user-agent", "x-a"]),
    ("firefox", "", ["accept", "accept-language", "x-a"]),
    ("webkit", "", ["accept", "x-a"]),
    ("standard", "", ["accept", "x-a"]),
]


@pytest.mark.parametrize(("browser", "user_agent", "names"), SEEN)
def test_what_a_worker_sees_of_a_request(browser: str, user_agent: str, names: list[str]) -> None:
    events: list[FetchEvent] = []
    page = scene(events.append, browser).page
    page.fetch(f"{API}/open?a#b", headers={"X-A": "1"}, credentials="include", cache="no-store", redirect="manual")
    page.image("/own")
    first, image = (event.request for event in events)

    assert (f"{API}/open?a#b", "GET", "cors", "include") == (first.url, first.method, first.mode, first.credentials)
    assert ("no-store", "manual", "", f"{PAGE}/") == (first.cache, first.redirect, first.destination, first.referrer)
    assert names == [*first.headers]
    assert user_agent in first.headers.get("user-agent", "")
    assert ("image", "no-cors") == (image.destination, image.mode)
    assert events[0].client_id == events[1].client_id != ""


def test_elements_are_given_what_the_worker_responds_with() -> None:
    png = PNG.encode("latin-1")
    page = scene(lambda _: ServiceWorkerResponse(png, headers={"Content-Type": "image/png"})).page
    opaque = scene(lambda event: event.fetch(f"{API}/image", mode="no-cors"))
    opaque.api.on("/image", type(SCRIPT)(200, {"Content-Type": "image/png"}, png))

    assert (True, False) == ((image := page.image(f"{API}/x")).loaded, image.tainted)
    assert (True, True) == ((image := opaque.page.image("/x")).loaded, image.tainted)
    block = opaque.page.image("/x", crossorigin="").block
    assert block is not None
    assert Reason.SERVICE_WORKER_OPAQUE is block.reason


def test_a_worker_s_fetch_has_the_options_of_a_page_s() -> None:
    assert {*inspect.signature(Page.fetch).parameters} - {"self", "url"} == OPTIONS
