"""
No server and no page can make a browser raise anything but what JavaScript would throw, or hang.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from browsercors import Answer, Browser, FetchTypeError, ScriptedServer

if TYPE_CHECKING:
    from browsercors.values.literals import BrowserName

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

NAMES = st.sampled_from(
    [
        "Access-Control-Allow-Origin",
        "access-control-allow-credentials",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age",
        "Access-Control-Allow-Origin ",
        "Location",
        "Set-Cookie",
        "Cache-Control",
        "Content-Type",
        "Timing-Allow-Origin",
        "Cross-Origin-Resource-Policy",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "WWW-Authenticate",
        "",
        "x y",
        "\xe9",
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "*",
            "https://app.example.com",
            "null",
            "true",
            "PUT, DELETE",
            "x-a,\tx-b",
            "600",
            "-1",
            "9" * 40,
            "/again",
            "https://other.example/",
            "https://u:p@api.example.com/",
            "data:,x",
            "http://[",
            "a=1; SameSite=None; Secure",
            "same-origin",
            '"',
            "\r\n Folded: yes",
            "\0",
        ]
    ),
    st.text(st.characters(max_codepoint=255), max_size=12),
)
ANSWERS = st.builds(
    lambda status, headers, body: Answer(status, headers=headers, body=body),
    st.one_of(st.sampled_from([200, 204, 301, 302, 303, 307, 401, 404, 407, 421, 500]), st.integers(0, 999)),
    st.lists(st.tuples(NAMES, VALUES), max_size=8),
    st.binary(max_size=8),
)
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "method": st.one_of(st.sampled_from(["GET", "put", "PATCH", "OPTIONS", "HEAD", "POST"]), st.text(max_size=4)),
        "headers": st.lists(
            st.tuples(st.one_of(NAMES, st.sampled_from(["X-A", "Range", "Accept"])), VALUES), max_size=4
        ),
        "body": st.one_of(st.none(), st.text(max_size=5), st.binary(max_size=5)),
        "mode": st.sampled_from(["cors", "no-cors", "same-origin"]),
        "credentials": st.sampled_from(["omit", "same-origin", "include"]),
        "cache": st.sampled_from(["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]),
        "redirect": st.sampled_from(["follow", "error", "manual"]),
        "integrity": st.sampled_from(["", "sha256-x", "nonsense"]),
        "keepalive": st.booleans(),
    },
)
URLS = st.sampled_from(
    ["https://api.example.com/", "https://app.example.com/", "http://api.example.com/", "data:,x", "https://a:1/", "/"]
)


@pytest.mark.parametrize("engine", ["standard", "chromium", "firefox", "webkit"])
@settings(max_examples=120, deadline=None)
@given(
    url=URLS,
    answers=st.lists(ANSWERS, min_size=1, max_size=3),
    requests=st.lists(REQUESTS, min_size=1, max_size=2),
    sandboxed=st.booleans(),
)
def test_whatever_pages_ask_and_servers_answer_there_is_a_result(
    engine: BrowserName, url: str, answers: list[Answer], requests: list[dict[str, Any]], sandboxed: bool
) -> None:
    browser = Browser(engine)
    browser.mount("*", ScriptedServer({"*": answers}))
    page = browser.open("https://app.example.com/page", sandboxed=sandboxed)
    for request in requests:
        try:
            result = page.fetch(url, **request)
        except FetchTypeError:
            continue
        assert json.dumps(result.to_dict())
        assert result.explain()
        assert repr(result)
        assert (result.block is None) == (
            result.type != "error" and (result.readable or result.type.startswith("opaque"))
        )


@pytest.mark.parametrize("engine", ["standard", "chromium", "firefox", "webkit"])
@pytest.mark.parametrize(
    "value",
    ["bytes=" + "9" * 5000 + "-", "bytes=0-" + "9" * 5000, "bytes=" + "0" * 5000 + "1-2"],
    ids=["start", "end", "zeros"],
)
def test_a_range_may_have_any_number_of_digits(engine: BrowserName, value: str) -> None:
    browser = Browser(engine)
    server = ScriptedServer({"*": Answer(200)})
    browser.mount("*", server)
    browser.open("https://api.example.com/").fetch("/", headers={"Range": value})
    sent = server.received[-1].headers.get(b"range")

    # NB: Chromium alone writes ranges anew, those whose numbers 64 bits hold.
    assert sent == (b"bytes=1-2" if engine == "chromium" and value.endswith("1-2") else value.encode())


HOSTILE = [
    ("Access-Control-Allow-Origin", "https://app.example.com, " * 40_000),
    ("Access-Control-Allow-Methods", "a," * 500_000),
    ("Access-Control-Allow-Headers", '"' * 1_000_000),
    ("Access-Control-Expose-Headers", "x-a, " * 200_000),
    ("Access-Control-Max-Age", "9" * 1_000_000),
    ("Timing-Allow-Origin", '"a",' * 250_000),
    ("Set-Cookie", "a=b;" * 250_000),
    ("Location", "https://other.example/" + "a" * 1_000_000),
    ("Referrer-Policy", "origin," * 140_000),
    ("Content-Type", "text/html;" + "a=b;" * 250_000),
]


@pytest.mark.parametrize("engine", ["standard", "chromium", "firefox", "webkit"])
def test_a_lifetime_of_a_megabyte_takes_seconds_at_most(engine: BrowserName) -> None:
    browser = Browser(engine)
    lifetime = "max-age=" + "0" * 1_000_000 + "x"
    browser.mount("*", ScriptedServer({"*": Answer(200, headers={"Cache-Control": lifetime})}))
    page = browser.open("https://app.example.com/")

    started = time.process_time()
    # NB: twice, since a lifetime is read when what is stored is asked for.
    for _ in range(2):
        assert page.fetch("/").readable

    assert time.process_time() - started < 20


@pytest.mark.parametrize("engine", ["standard", "chromium", "firefox", "webkit"])
@pytest.mark.parametrize(("name", "value"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_a_megabyte_in_a_header_takes_seconds_at_most(engine: BrowserName, name: str, value: str) -> None:
    allow = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "*")]
    headers = [*(pair for pair in allow if pair[0] != name), (name, value)]
    browser = Browser(engine)
    status = 302 if name in {"Location", "Referrer-Policy"} else 200
    redirect = [*headers, ("Location", "/x")] if name == "Referrer-Policy" else headers
    server = ScriptedServer(
        {"OPTIONS *": Answer(200, headers=headers), "*": [Answer(status, headers=redirect), Answer(200)]}
    )
    browser.mount("*", server)

    started = time.process_time()
    result = browser.open("https://app.example.com/").fetch("https://api.example.com/", headers={"X-A": "1"})
    assert result.explain()

    # NB: what is linear takes a fraction of a second here; what is quadratic would take hours.
    assert time.process_time() - started < 20
