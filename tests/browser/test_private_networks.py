"""
Pages and servers in private networks: where they stand, and what the visitor allows.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from browsercors import Answer, AsyncBrowser, Browser, FetchBlocked, Reason, ScriptedServer
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError

ALLOWS_ALL = ScriptedServer({"*": Answer(200, {"Access-Control-Allow-Origin": "*"}, "hello")})
APP = "https://app.example.com"
DEVELOPMENT = "http://127.0.0.1:8000"


def browser_with(origin: str, **options: Any) -> Browser:
    browser = Browser()
    browser.mount(origin, ALLOWS_ALL, **options)
    return browser


class TestVerdict:
    def test_without_an_answer_of_the_visitor_there_is_none(self) -> None:
        result = browser_with(DEVELOPMENT).open(APP).fetch(DEVELOPMENT)

        assert not result.readable
        assert result.block is not None
        assert result.block.reason is Reason.LOCAL_NETWORK_ACCESS_PROMPT
        assert not result.block.is_cors
        assert result.report().verdict == "undecided"
        assert "blocked unless the visitor allows it" in result.report().headline

    def test_it_is_raised_as_what_blocks(self) -> None:
        with pytest.raises(FetchBlocked, match="blocked unless the visitor allows it"):
            browser_with(DEVELOPMENT).open(APP).fetch(DEVELOPMENT).raise_for_unreadable()

    def test_granted_it_is_readable(self) -> None:
        browser = browser_with(DEVELOPMENT)
        browser.grant("loopback-network", APP)

        assert browser.open(APP).fetch(DEVELOPMENT).readable

    def test_denied_it_is_blocked_and_has_chromiums_name(self) -> None:
        browser = browser_with(DEVELOPMENT)
        browser.deny("local-network-access")
        result = browser.open(APP).fetch(DEVELOPMENT)

        assert result.report().verdict == "blocked"
        assert result.block is not None
        assert result.block.identifiers == {
            "chromium": "LocalNetworkAccessPermissionDenied",
            "firefox": "CORSDidNotSucceed2",
        }

    def test_what_was_granted_to_one_origin_is_for_that_one(self) -> None:
        browser = browser_with(DEVELOPMENT)
        browser.grant("loopback-network", "https://other.example.com")

        assert not browser.open(APP).fetch(DEVELOPMENT).readable

    def test_a_frame_has_what_its_top_level_page_was_given(self) -> None:
        browser = browser_with(DEVELOPMENT)
        browser.grant("loopback-network", APP)
        frame = browser.open("https://frame.example.com", top_level=APP, allow="loopback-network")

        assert frame.fetch(DEVELOPMENT).readable

    def test_a_frame_that_is_not_allowed_is_told_so(self) -> None:
        browser = browser_with(DEVELOPMENT)
        browser.grant("loopback-network", APP)
        result = browser.open("https://frame.example.com", top_level=APP).fetch(DEVELOPMENT)

        assert result.block is not None
        assert result.block.reason is Reason.LOCAL_NETWORK_ACCESS_NOT_DELEGATED
        assert 'allow="local-network-access"' in result.explain()

    def test_time_passes_and_firefox_takes_silence_for_no(self) -> None:
        browser = Browser("firefox")
        browser.mount(DEVELOPMENT, ALLOWS_ALL)
        page = browser.open(APP)
        first = page.fetch(DEVELOPMENT)
        browser.clock.advance(300)
        second = page.fetch(DEVELOPMENT)

        assert (first.report().code, second.report().code) == (
            "local-network-access-prompt",
            "local-network-access-denied",
        )

    def test_an_async_browser_asks_as_well(self) -> None:
        async def readable() -> list[bool]:
            async with AsyncBrowser() as browser:
                browser.mount(DEVELOPMENT, ALLOWS_ALL)
                page = browser.open(APP)
                before = await page.fetch(DEVELOPMENT)
                browser.grant("loopback-network")
                after = await page.fetch(DEVELOPMENT)
            return [before.readable, after.readable]

        assert asyncio.run(readable()) == [False, True]


class TestSpace:
    @pytest.mark.parametrize("target", [ALLOWS_ALL, "http://127.0.0.1:1"])
    def test_where_a_target_listens_does_not_count(self, target: Any) -> None:
        browser = Browser()
        browser.mount("https://api.example.com", target)
        result = browser.open(APP).fetch("https://api.example.com")

        assert result.block is None or result.block.reason is Reason.CONNECTION_FAILED

    # what is mounted, where it is said to stand; the URL, and whether the visitor is asked
    @pytest.mark.parametrize(
        ("mounts", "url", "asks"),
        [
            pytest.param([("https://nas.example", "local")], "https://nas.example", True, id="one origin"),
            pytest.param([("https://*.example", "local")], "https://nas.example", True, id="a pattern"),
            pytest.param([("*", "loopback")], "https://nas.example", True, id="all origins"),
            pytest.param([("http://127.0.0.1", "public")], "http://127.0.0.1", False, id="said to be public"),
            pytest.param([("https://*.example", "local"), ("https://nas.example", None)], "https://nas.example",
                         False, id="the mount that answers says nothing"),
            pytest.param([("https://nas.example", "local"), ("https://nas.example", None)], "https://nas.example",
                         False, id="mounted anew without it"),
            pytest.param([("https://nas.example", "local"), ("*", None)], "https://api.example", False, id="another"),
        ],
    )  # fmt: skip
    def test_a_mount_says_where_it_is(self, mounts: list[tuple[str, Any]], url: str, asks: bool) -> None:
        browser = Browser()
        for origin, space in mounts:
            browser.mount(origin, ALLOWS_ALL, address_space=space)

        assert browser.open(f"{APP}/", address_space="public").fetch(url).readable is not asks

    def test_a_page_stands_where_its_server_does(self) -> None:
        browser = browser_with(DEVELOPMENT)
        browser.mount("https://intranet.example.com", ALLOWS_ALL, address_space="local")

        assert browser.open("https://intranet.example.com").fetch(DEVELOPMENT).readable

    def test_a_page_can_be_said_to_stand_elsewhere(self) -> None:
        browser = browser_with(DEVELOPMENT)

        assert browser.open(APP, address_space="local").fetch(DEVELOPMENT).readable
        assert not browser.open("http://localhost:3000", address_space="public").fetch(DEVELOPMENT).readable

    @pytest.mark.parametrize("url", ["about:srcdoc", "data:text/html,x"])
    def test_a_document_without_a_server_stands_where_the_page_above_does(self, url: str) -> None:
        browser = browser_with(DEVELOPMENT)
        frame = browser.open(url, parent=browser.open("http://localhost:3000"))

        assert frame.fetch(DEVELOPMENT).readable

    def test_a_file_is_on_this_machine(self) -> None:
        assert browser_with(DEVELOPMENT).open("file:///index.html").fetch(DEVELOPMENT).readable

    def test_a_replay_stands_where_the_fetch_stood(self) -> None:
        browser = Browser()
        browser.mount("https://nas.example", ScriptedServer({"*": Answer(200, {}, "x")}), address_space="local")
        browser.grant("local-network")
        report = browser.open(APP).fetch("https://nas.example").report()

        assert report.code == "allow-origin-missing"
        assert report.fixes


# NB: what the caller got wrong is named at once.
@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda b: b.mount("*", ALLOWS_ALL, address_space="private"), "address_space", id="mount"),
        pytest.param(lambda b: b.open(APP, address_space="intranet"), "address_space", id="open"),
        pytest.param(lambda b: b.grant("geolocation"), "permission", id="a permission of another kind"),
        pytest.param(lambda b: b.deny("local"), "permission", id="a space for a permission"),
        pytest.param(lambda b: b.grant("local-network", "app.example.com"), "origin", id="an origin without scheme"),
    ],
)
def test_a_wrong_argument_is_named(call: Any, message: str) -> None:
    with pytest.raises(ArgumentValueError, match=f"^{message} has to be "):
        call(Browser())


def test_a_wrong_type_is_named() -> None:
    with pytest.raises(ArgumentTypeError, match=r"^origin has to be "):
        Browser().grant("local-network", 7)  # type: ignore[arg-type]
