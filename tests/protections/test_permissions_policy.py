"""
Which permissions a frame may use.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Browser
from browsercors.engines.registry import profile_named
from browsercors.protections.permissions_policy import may_use_permission

APP, ELSEWHERE, NESTED = "https://app.example/", "https://frame.example/", "https://nested.example/"
TAKEN_AWAY = "local-network 'none'; local-network-access 'none'"

# the frame: URL, allow, sandboxed; in Chromium and in Firefox
FRAMES = [
    pytest.param(APP, "", False, True, True, id="of the same origin"),
    pytest.param(APP, "local-network 'none'", False, True, True, id="of the same origin, one name taken away"),
    pytest.param(APP, TAKEN_AWAY, False, False, True, id="of the same origin, both names taken away"),
    pytest.param(APP, "", True, False, True, id="of the same origin, sandboxed"),
    pytest.param(APP, "local-network", True, True, True, id="of the same origin, sandboxed, allowed"),
    pytest.param("about:srcdoc", "", False, True, True, id="srcdoc"),
    pytest.param("about:srcdoc", "", True, False, True, id="srcdoc, sandboxed"),
    pytest.param("data:text/html,x", "", False, False, False, id="data:"),
    pytest.param("data:text/html,x", "local-network", False, True, True, id="data:, allowed"),
    pytest.param(ELSEWHERE, "", False, False, False, id="of another origin"),
    pytest.param(ELSEWHERE, "local-network", False, True, True, id="of another origin, allowed"),
    pytest.param(ELSEWHERE, "loopback-network", False, False, False, id="allowed something else"),
    pytest.param(ELSEWHERE, "camera; local-network", False, True, True, id="allowed several things"),
    pytest.param(ELSEWHERE, "local-network-access", False, True, False, id="by the older name"),
    pytest.param(ELSEWHERE, "local-network *", False, True, True, id="for any origin"),
    pytest.param(ELSEWHERE, "local-network 'src'", False, True, True, id="for where it is loaded from"),
    pytest.param(ELSEWHERE, "local-network 'self'", False, False, False, id="for the parent's origin"),
    pytest.param(ELSEWHERE, "local-network 'none'", False, False, False, id="for none"),
    pytest.param(ELSEWHERE, f"local-network {ELSEWHERE}", False, True, True, id="for its origin"),
    pytest.param(ELSEWHERE, f"local-network {NESTED}", False, False, False, id="for a third origin"),
    pytest.param(ELSEWHERE, "local-network nonsense", False, False, False, id="for what is no origin"),
    pytest.param(ELSEWHERE, "local-network 'none'; local-network", False, False, False, id="the first entry counts"),
    pytest.param(ELSEWHERE, "\tlocal-network\n\f* ", False, True, True, id="between ASCII whitespace"),
    pytest.param(ELSEWHERE, "local-network\xa0*", False, False, False, id="a no-break space separates nothing"),
    pytest.param(ELSEWHERE, ";; ;", False, False, False, id="nothing but semicolons"),
]


def may(browser: str, page: Any) -> bool:
    return may_use_permission(page.environment, "local-network", profile_named(browser).local_network_access)


@pytest.mark.parametrize(("url", "allow", "sandboxed", "chromium", "firefox"), FRAMES)
def test_a_frame(url: str, allow: str, sandboxed: bool, chromium: bool, firefox: bool) -> None:
    browser = Browser()
    frame = browser.open(url, parent=browser.open(APP), allow=allow, sandboxed=sandboxed)

    assert (chromium, firefox) == (may("chromium", frame), may("firefox", frame))


def test_a_top_level_page_may() -> None:
    assert may("chromium", Browser().open(APP))


def test_every_page_above_has_to_let_it() -> None:
    browser = Browser()
    top = browser.open(APP)
    without, with_it = (browser.open(ELSEWHERE, parent=top, allow=allow) for allow in ("", "local-network"))

    assert not may("chromium", browser.open(NESTED, parent=without, allow="local-network"))
    assert may("chromium", browser.open(NESTED, parent=with_it, allow="local-network"))


def test_frames_in_frames_without_end_are_no_recursion() -> None:
    browser = Browser()
    page = browser.open(APP)
    for _ in range(3000):
        page = browser.open(ELSEWHERE, parent=page, allow="local-network")

    assert may("chromium", page)
