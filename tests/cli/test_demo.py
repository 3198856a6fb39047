"""
`browsercors demo`: ten requests, each with what it is there to show.
"""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from browsercors.browser.browser import Browser
from browsercors.cli.demo import TOUR
from browsercors.cli.demo_server import API, CDN, NOT_FOUND, PAGE, RESPONSES, shop
from browsercors.cli.main import cli

VERDICTS = [
    # what comes of each stop    exchanges
    ("basic or cors", 2),
    ("basic or cors", 1),
    ("basic or cors", 1),
    ("allow-origin-missing", 1),
    ("allow-origin-wildcard-with-credentials", 1),
    ("preflight-status-not-ok", 1),
    ("header-not-allowed", 1),
    ("preflight-redirected", 1),
    ("allow-origin-mismatch", 2),
    ("opaque", 1),
]


def test_each_stop_shows_what_it_is_there_for() -> None:
    seen = []
    with Browser() as browser:
        browser.mount(API, shop)
        browser.mount(CDN, shop)
        page = browser.open(PAGE)
        for stop in TOUR:
            result = page.fetch(f"{API}{stop.url}", **stop.arguments)
            outcome = result.type if result.block is None else result.block.reason.value
            seen.append(("basic or cors" if result.readable else outcome, len(result.exchanges)))

    assert VERDICTS == seen


def test_the_tour_fits_a_terminal_and_is_the_same_each_time() -> None:
    first = CliRunner().invoke(cli, ["demo"])
    second = CliRunner().invoke(cli, ["demo"])

    assert 0 == first.exit_code
    assert first.stdout == second.stdout
    assert [] == [line for line in first.stdout.splitlines() if len(line) > 80]
    assert first.stdout.isascii()


STOP = """\
 5. Any origin, with cookies
    fetch(api + "/me", {credentials: "include"})
      GET     api.example.com/me -> 200, allows *
    BLOCKED  allow-origin-wildcard-with-credentials
    Rule:   CORS check, step 4; DevTools calls it WildcardOriginNotAllowed
    So:     A wildcard does not match a request made with credentials. The
            header has to name the origin.
"""


def test_a_stop_is_script_wire_verdict_rule_and_lesson() -> None:
    assert STOP in CliRunner().invoke(cli, ["demo"]).stdout


@pytest.mark.parametrize("stop", TOUR, ids=[stop.title for stop in TOUR])
def test_the_script_shows_the_arguments_that_are_used(stop: Any) -> None:
    for name, value in stop.arguments.items():
        shown = "body: json" if name == "json" else f'{name}: "{value}"'
        assert name in {"headers", "body"} or shown in stop.init


def test_the_server_knows_nothing_else() -> None:
    said: list[Any] = []

    body = shop({"REQUEST_METHOD": "GET", "PATH_INFO": "/elsewhere"}, lambda *head: said.append(head))  # type: ignore[arg-type]

    assert ([b""], NOT_FOUND.status) == (body, said[0][0])
    assert ("GET", "/elsewhere") not in RESPONSES
