"""
Strict scripted servers, answers from files, and recordings as servers.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, AsyncBrowser, Browser, HarError, ScriptedServer, UnscriptedRequests, har_server

if TYPE_CHECKING:
    from pathlib import Path

API: Final = "https://api.example.com"
PAGE: Final = "https://app.example.com"
ALLOW: Final = {"Access-Control-Allow-Origin": "*"}


def test_what_was_not_scripted_raises_at_the_end_with_what_is_known() -> None:
    server = ScriptedServer({"GET /orders": Answer(200, ALLOW), "POST /items": Answer(201, ALLOW)}, strict=True)
    browser = Browser()
    browser.mount(API, server)
    page = browser.open(PAGE)
    page.fetch(f"{API}/orders")

    # NB: meanwhile the page gets the default.
    assert page.fetch(f"{API}/order").exchanges[0].status == 404
    page.fetch(f"{API}/items", method="DELETE")

    with pytest.raises(UnscriptedRequests) as caught:
        browser.close()
    assert str(caught.value).splitlines() == [
        "These requests were not scripted:",
        "  GET https://api.example.com/order (near: GET /orders)",
        "  OPTIONS https://api.example.com/items (near: POST /items)",
        "Scripted: GET /orders, POST /items",
    ]
    # NB: once, whoever closes it too.
    browser.close()


def test_an_async_browser_raises_it_too() -> None:
    async def ask() -> None:
        async with AsyncBrowser() as browser:
            browser.mount(API, ScriptedServer(strict=True))
            await browser.open(PAGE).fetch(API)

    with pytest.raises(UnscriptedRequests, match="Scripted: nothing"):
        asyncio.run(ask())


def test_a_server_that_is_not_strict_only_tells_when_it_is_asked() -> None:
    server = ScriptedServer({"/": Answer(200, ALLOW)})
    with Browser() as browser:
        browser.mount(API, server)
        browser.open(PAGE).fetch(f"{API}/other")

    assert [request.url.path for request in server.unscripted] == ["/other"]
    with pytest.raises(UnscriptedRequests, match="GET https://api"):
        server.assert_all_scripted()
    server.reset()
    server.assert_all_scripted()


def test_what_nobody_asked_for_is_told() -> None:
    server = ScriptedServer({"/a": [Answer(200, ALLOW), Answer(404)], "/b": Answer(200, ALLOW), "/c": Answer(200)})
    with Browser() as browser:
        browser.mount(API, server)
        browser.open(PAGE).fetch(f"{API}/a")
        browser.open(PAGE).fetch(f"{API}/b")

        with pytest.raises(UnscriptedRequests) as caught:
            server.assert_all_asked()
        assert str(caught.value).splitlines()[:3] == [
            "These answers were not asked for:",
            "  /a: 1 of 2 answers were given",
            "  /c: 0 of 1 answers were given",
        ]
        browser.open(PAGE).fetch(f"{API}/a")
        browser.open(PAGE).fetch(f"{API}/c")
        server.assert_all_asked()


def test_an_answer_comes_from_a_function_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text('{"id": 7}')
    server = ScriptedServer(
        {
            "/file": Answer.from_file(tmp_path / "order.json", headers=ALLOW),
            "/typed": Answer.from_file(tmp_path / "order.json", 201, ALLOW, content_type="text/plain"),
            "/function": lambda request: Answer(200, ALLOW, request.url.path),
        }
    )
    browser = Browser()
    browser.mount(API, server)
    page = browser.open(PAGE)

    assert page.fetch(f"{API}/file").json() == {"id": 7}
    assert page.fetch(f"{API}/file").headers["content-type"] == "application/json"
    assert page.fetch(f"{API}/typed").headers["content-type"] == "text/plain"
    assert page.fetch(f"{API}/function").text() == "/function"
    with pytest.raises(FileNotFoundError):
        Answer.from_file(tmp_path / "no.json")
    with pytest.raises(TypeError, match="path has to be the path of a file"):
        Answer.from_file(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="strict has to be True or False"):
        ScriptedServer(strict=1)  # type: ignore[arg-type]


def entry(method: str, path: str, status: int, headers: dict[str, str], sent: dict[str, str] | None = None) -> Any:
    def listed(pairs: dict[str, str]) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in pairs.items()]

    return {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "time": 1,
        "request": {"method": method, "url": API + path, "httpVersion": "HTTP/1.1", "headers": listed(sent or {})},
        "response": {"status": status, "statusText": "", "httpVersion": "HTTP/1.1", "headers": listed(headers)},
    }


def test_a_recording_answers_as_a_server(tmp_path: Path) -> None:
    preflight = {"Access-Control-Request-Method": "PUT", "Origin": PAGE}
    entries = [
        entry("OPTIONS", "/item", 204, {**ALLOW, "Access-Control-Allow-Methods": "PUT"}, preflight),
        {**(put := entry("PUT", "/item", 201, ALLOW)), "response": {**put["response"], "content": {"text": "saved"}}},
        entry("GET", "/closed", 200, {}),
    ]
    path = tmp_path / "session.har"
    path.write_text(
        json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": entries}})
    )
    browser = Browser()
    browser.mount(API, har_server(path))
    page = browser.open(PAGE)

    saved = page.fetch(f"{API}/item", method="PUT")
    assert (saved.status, saved.text()) == (201, "saved")
    for path_of_api, reason in (("/closed", "allow-origin-missing"), ("/other", "not-recorded")):
        block = page.fetch(API + path_of_api).block
        assert block is not None
        assert block.reason == reason


def test_what_is_no_recording_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.har").write_text("[]")

    with pytest.raises(HarError):
        har_server(tmp_path / "no.har")
    with pytest.raises(TypeError, match="source has to be a path"):
        har_server(None)  # type: ignore[arg-type]
