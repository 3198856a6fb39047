"""
Topics about loads: each shows what browsers send for them, and what the page gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsercors.engines.registry import real_browsers
from browsercors.pasted.load_topics import LOAD_TOPICS, SHOWN_LOADS
from browsercors.pasted.shown_loads import LoadRow, accepts_of, rows_about
from browsercors.pasted.topics import TOPICS, topic_named

if TYPE_CHECKING:
    from browsercors.pasted.topic import Topic

NAMES = {topic.name for topic in LOAD_TOPICS}
LABELS = {profile.label for profile in real_browsers()}


@pytest.mark.parametrize("topic", LOAD_TOPICS, ids=[topic.name for topic in LOAD_TOPICS])
def test_a_topic_is_found_by_its_names(topic: Topic) -> None:
    assert topic in TOPICS.values()
    for name in (topic.name, *topic.aliases):
        assert topic is topic_named(name)


def test_what_is_shown_belongs_to_a_topic() -> None:
    assert set(SHOWN_LOADS) <= NAMES


@pytest.mark.parametrize("name", SHOWN_LOADS)
def test_every_load_is_shown_in_every_browser(name: str) -> None:
    rows = rows_about(name)

    assert LABELS == {label for row in rows for label in row.browsers}
    assert len(SHOWN_LOADS[name]) * len(LABELS) == sum(len(row.browsers) for row in rows)


def row(name: str, element: str, browser: str) -> LoadRow:
    return next(each for each in rows_about(name) if each.element == element and browser in each.browsers)


# the topic, the element, the browser: a line that is sent, one that is not, without CORS, allowed
SHOWN = [
    (
        "image",
        "<img>",
        "Chromium",
        "Sec-Fetch-Mode: no-cors",
        "Origin",
        "load (tainted-canvas)",
        "load (tainted-canvas)",
    ),
    (
        "canvas",
        '<img crossorigin="anonymous">',
        "Chromium",
        "Origin: https://app.example.com",
        "Cookie",
        "error (allow-origin-missing)",
        "load",
    ),
    (
        "canvas",
        '<img crossorigin="use-credentials">',
        "Chromium",
        "Cookie: id=1",
        "Range",
        "error (allow-origin-missing)",
        "load",
    ),
    ("font", "@font-face { src: url(...) }", "WebKit", "Sec-Fetch-Mode: no-cors", "Origin", "load", "load"),
    (
        "font",
        "@font-face { src: url(...) }",
        "Firefox",
        "Sec-Fetch-Mode: cors",
        "Cookie",
        "error (allow-origin-missing)",
        "load",
    ),
    ("video", "<video>", "Chromium", "Range: bytes=0-", "Origin", "load (tainted-canvas)", "load (tainted-canvas)"),
    ("prefetch", '<link rel="prefetch">', "Chromium", "Sec-Purpose: prefetch", "Origin", "load", "load"),
]


@pytest.mark.parametrize(
    ("name", "element", "browser", "line", "absent", "refused", "allowed"), SHOWN, ids=[f"{r[1]} {r[2]}" for r in SHOWN]
)
def test_a_load_is_shown_as_it_goes(
    name: str, element: str, browser: str, line: str, absent: str, refused: str, allowed: str
) -> None:
    shown = row(name, element, browser)

    assert line in shown.sent
    assert [] == [sent for sent in shown.sent if sent.startswith(absent)]
    assert (refused, allowed) == (shown.refused, shown.allowed)


def test_a_load_that_a_browser_does_not_do_sends_nothing() -> None:
    shown = row("prefetch", '<link rel="prefetch">', "WebKit")

    assert ((), "error (load-not-supported)") == (shown.sent, shown.refused)


def test_the_accept_of_each_browser_is_shown() -> None:
    accepts = accepts_of("image")

    assert set(accepts) == LABELS
    assert all(accept.startswith("image/") for accept in accepts.values())


def test_a_topic_that_loads_nothing_shows_nothing() -> None:
    assert ([], {}) == (rows_about("preflight"), accepts_of("preflight"))
