"""
Which pages a service worker controls, and what keeps it from being registered.
"""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import (
    Answer,
    AsyncBrowser,
    Browser,
    FetchTypeError,
    Reason,
    ScriptedServer,
    ServiceWorkerRegistration,
    ServiceWorkerResponse,
)
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from tests.browser.service_workers.helpers import API, PAGE, SCRIPT, scene

if TYPE_CHECKING:
    from browsercors import AsyncFetchEvent, FetchEvent, Page

ENGINES = ("chromium", "firefox", "webkit")


def made(event: FetchEvent) -> ServiceWorkerResponse:
    return ServiceWorkerResponse("made")


def text_of(page: Page) -> str:
    """
    Return what *page* gets for a request to its own server.
    """
    return page.fetch("/own").text()


def register(headers: dict[str, str], url: str = "/folder/sw.js", **options: Any) -> ServiceWorkerRegistration:
    """
    Register a script that is answered with *headers*.
    """
    script = Answer(200, {"Content-Type": "text/javascript", **headers}, "")
    return scene(made, script=script, path=url, **options).registration


@pytest.mark.parametrize("engine", ENGINES)
def test_the_script_is_asked_for_as_browsers_do(engine: str) -> None:
    stage = scene(made, engine)

    request = stage.app.received[0]

    assert (f"{PAGE}/sw.js", b"script") == (request.url.href, request.headers.get(b"service-worker"))
    assert b"serviceworker" == request.headers.get(b"sec-fetch-dest")
    assert b"same-origin" == request.headers.get(b"sec-fetch-mode")
    assert (True, None, "") == (stage.registration.loaded, stage.registration.block, stage.registration.exception)
    assert "made" == text_of(stage.page)


def test_a_claim_takes_over_what_is_open_and_no_claim_what_is_opened() -> None:
    claimed, waiting = scene(made), scene(made, claim=False)
    opened = waiting.browser.open(f"{PAGE}/later")

    assert (True, "made") == (claimed.registration.controls(claimed.page), text_of(claimed.page))
    assert (False, "own") == (waiting.registration.controls(waiting.page), text_of(waiting.page))
    assert (True, "made") == (waiting.registration.controls(opened), text_of(opened))


@pytest.mark.parametrize(
    ("url", "is_controlled"),
    [("/folder/", True), ("/folder/page", True), ("/folder", False), ("/", False), ("/folder2/", False)],
)
def test_only_pages_of_the_scope_are_controlled(url: str, is_controlled: bool) -> None:
    stage = scene(made, path="/folder/sw.js")

    assert is_controlled is stage.registration.controls(stage.browser.open(PAGE + url))
    assert f"{PAGE}/folder/" == stage.registration.scope


def test_the_longest_scope_controls() -> None:
    stage = scene(made)
    stage.app.on("/folder/sw.js", SCRIPT)
    inner = stage.page.service_worker("/folder/sw.js", lambda _: ServiceWorkerResponse("inner"))
    page = stage.browser.open(f"{PAGE}/folder/a")

    assert ("inner", "made") == (text_of(page), text_of(stage.page))
    assert (True, False) == (inner.controls(page), stage.registration.controls(page))
    assert "made" == text_of(stage.browser.open(f"{PAGE}/other"))


def test_pages_of_other_origins_and_of_opaque_origins_are_never_controlled() -> None:
    stage = scene(made)
    other, elsewhere = stage.browser.open(f"{API}/"), stage.browser.open("https://elsewhere.com/")
    url, top = f"{PAGE}/frame", stage.page
    frames = [stage.browser.open(url, parent=top, sandboxed=True), stage.browser.open(url, parent=elsewhere)]

    assert [False] * 3 == [stage.registration.controls(page) for page in (other, *frames)]
    assert stage.registration.controls(stage.browser.open(url, parent=top))
    assert stage.registration.controls(stage.browser.open("about:srcdoc", parent=top))
    assert "closed" == other.fetch(f"{API}/closed").text()


@pytest.mark.parametrize(
    ("headers", "options", "reason", "exception"),
    [
        ({"Content-Type": "text/html"}, {}, Reason.MIME_TYPE_BLOCKED, "SecurityError"),
        ({}, {"scope": "/"}, Reason.SERVICE_WORKER_SCOPE, "SecurityError"),
        ({}, {"scope": "/folder"}, Reason.SERVICE_WORKER_SCOPE, "SecurityError"),
        ({"Service-Worker-Allowed": "/folde"}, {"scope": "/folder"}, None, ""),
        ({"Service-Worker-Allowed": "/"}, {"scope": "/"}, None, ""),
        ({"Service-Worker-Allowed": f"{API}/"}, {"scope": "/"}, Reason.SERVICE_WORKER_SCOPE, "SecurityError"),
        ({"Service-Worker-Allowed": "/folder/inner/"}, {}, Reason.SERVICE_WORKER_SCOPE, "SecurityError"),
        ({}, {"scope": f"{API}/folder/"}, Reason.SERVICE_WORKER_NOT_ALLOWED, "SecurityError"),
        ({}, {"scope": "data:text/plain,"}, Reason.SCHEME_NOT_SUPPORTED, "TypeError"),
        ({}, {"scope": "/folder/%2Finner"}, Reason.URL_INVALID, "TypeError"),
        ({}, {"scope": "inner#fragment"}, None, ""),
    ],
)
def test_where_a_worker_may_be_registered(
    headers: dict[str, str], options: dict[str, str], reason: Reason | None, exception: str
) -> None:
    if "scope" in options and options["scope"].startswith("inner"):
        options = {"scope": "/folder/" + options["scope"]}
    registration = register(headers, **options)

    assert (reason, exception) == (registration.block and registration.block.reason, registration.exception)
    assert (reason is None) is registration.loaded is registration.active


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (Answer(404, {"Content-Type": "text/javascript"}), Reason.STATUS_NOT_OK),
        (Answer(302, {"Location": "/other.js"}), Reason.REDIRECT_MODE_ERROR),
        (Answer(200, {}), Reason.MIME_TYPE_BLOCKED),
    ],
)
def test_what_is_no_script_is_not_registered(script: Answer, reason: Reason) -> None:
    registration = scene(made, script=script).registration

    assert registration.block is not None
    assert reason is registration.block.reason
    assert not registration.active
    with pytest.raises(RuntimeError, match="no active worker"):
        registration.caches  # noqa: B018 - it raises


def test_the_page_has_to_be_of_a_secure_context_and_of_an_origin() -> None:
    browser = Browser()
    browser.mount("http://plain.example.com", ScriptedServer({"/sw.js": SCRIPT}))
    browser.mount(PAGE, ScriptedServer({"/sw.js": SCRIPT}))
    browser.mount("http://localhost:8000", ScriptedServer({"/sw.js": SCRIPT}))
    sandboxed = browser.open(f"{PAGE}/", sandboxed=True)

    for page, url in ((browser.open("http://plain.example.com/"), "/sw.js"), (sandboxed, "/sw.js")):
        registration = page.service_worker(url, made)
        assert registration.block is not None
        assert Reason.SERVICE_WORKER_NOT_ALLOWED is registration.block.reason
        assert not registration.exchanges
    assert browser.open("http://localhost:8000/").service_worker("/sw.js", made).loaded


def test_a_policy_of_the_page_decides_about_the_script() -> None:
    browser = Browser()
    browser.mount(PAGE, ScriptedServer({"/sw.js": SCRIPT}))
    page = browser.open(f"{PAGE}/", headers={"Content-Security-Policy": "worker-src 'none'"})

    registration = page.service_worker("/sw.js", made)

    assert registration.block is not None
    assert Reason.CONTENT_SECURITY_POLICY is registration.block.reason
    assert "SecurityError" == registration.exception


def test_who_registers_the_same_gets_the_same() -> None:
    stage = scene(made)

    again = stage.page.service_worker("/sw.js", lambda _: None)
    other = stage.page.service_worker("/sw.js", lambda _: None, update_via_cache="none")

    assert again.loaded
    assert other.loaded
    assert 2 == len([request for request in stage.app.received if request.url.path == "/sw.js"])
    assert "own" == text_of(stage.page)


def test_an_update_asks_again_and_another_script_takes_over() -> None:
    stage = scene(made)
    same = stage.registration.update(lambda _: None)
    kept = text_of(stage.page)
    stage.app.on("/sw.js", Answer(200, {"Content-Type": "text/javascript"}, "// another"))
    changed = stage.registration.update(lambda _: ServiceWorkerResponse("new"))

    assert (False, "made") == (same.changed, kept)
    assert (True, "new") == (changed.changed, text_of(stage.page))
    assert (True, "changed" in repr(changed)) == (stage.registration.active, True)
    stage.app.on("/sw.js", Answer(404))
    failed = stage.registration.update()
    assert (False, False, "TypeError") == (failed.changed, failed.loaded, failed.exception)
    assert "new" == text_of(stage.page)


def test_what_is_unregistered_keeps_its_pages_and_gets_no_others() -> None:
    stage = scene(made)

    assert [True, False] == [stage.registration.unregister(), stage.registration.unregister()]
    assert not stage.registration.active
    assert "unregistered" in repr(stage.registration)
    assert "made" == text_of(stage.page)
    assert "own" == text_of(stage.browser.open(f"{PAGE}/later"))


def test_pages_that_nobody_holds_are_forgotten() -> None:
    stage = scene(made)
    page = stage.browser.open(f"{PAGE}/")
    text_of(page)
    environment = weakref.ref(page.environment)
    del page
    gc.collect()

    assert environment() is None


def test_the_policies_of_the_worker_are_those_of_its_script() -> None:
    headers = {"Content-Type": "text/javascript", "Content-Security-Policy": "connect-src 'self'"}
    stage = scene(lambda event: event.fetch(f"{API}/open"), script=Answer(200, headers, ""))

    result = stage.page.fetch("/own")

    assert result.block is not None
    assert Reason.SERVICE_WORKER_FETCH_FAILED is result.block.reason
    assert [] == stage.api.received


@pytest.mark.parametrize(
    ("arguments", "options", "error", "says"),
    [
        (("/sw.js", None), {}, ArgumentTypeError, "handler"),
        (("/sw.js", made), {"claim": 1}, ArgumentTypeError, "claim"),
        (("/sw.js", made), {"raise_exceptions": "no"}, ArgumentTypeError, "raise_exceptions"),
        (("/sw.js", made), {"update_via_cache": "never"}, ArgumentValueError, "update_via_cache"),
        (("/sw.js", made), {"timeout": -1}, ArgumentValueError, "timeout"),
        ((b"/sw.js", made), {}, TypeError, "str"),
        (("https://[", made), {}, FetchTypeError, "cannot be parsed"),
        (("/sw.js", made), {"scope": "https://["}, FetchTypeError, "cannot be parsed"),
    ],
)
def test_what_cannot_be_meant_is_said(
    arguments: tuple[Any, ...], options: dict[str, Any], error: type[Exception], says: str
) -> None:
    page = scene(made).page

    with pytest.raises(error, match=says):
        page.service_worker(*arguments, **options)


def test_async_browsers_have_the_same() -> None:
    async def handler(event: AsyncFetchEvent) -> ServiceWorkerResponse:
        return ServiceWorkerResponse("made")

    async def act() -> tuple[str, bool, bool]:
        async with AsyncBrowser() as browser:
            browser.mount(PAGE, ScriptedServer({"/sw.js": SCRIPT}))
            page = browser.open(f"{PAGE}/")
            registration = await page.service_worker("/sw.js", handler)
            update = await registration.update()
            return (await page.fetch("/own")).text(), registration.controls(page), update.changed

    assert ("made", True, False) == asyncio.run(act())


def test_results_can_be_shown_as_data() -> None:
    registration = scene(made).registration

    data = registration.to_dict()

    assert (f"{PAGE}/", "") == (data["scope"], data["exception"])
    assert f"of {PAGE}/" in repr(registration)
