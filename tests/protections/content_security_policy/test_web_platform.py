"""
What the web-platform-tests want of `connect-src`, as far as `fetch()` and XMLHttpRequest go.

Rows are named after the files below `content-security-policy/`. Other files of `connect-src/` need beacons,
EventSource, WebSocket, WebTransport, module scripts or workers.
https://github.com/web-platform-tests/wpt/tree/master/content-security-policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from browsercors.protections.content_security_policy.parsing import parse_a_responses_csps
from tests.fetch.engine import ALLOW_ANY, PROFILES, Simulation, answer, header_list, parsed, redirect

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

PAGE: Final = "http://web-platform.test:8000"
WWW1: Final = "http://www1.web-platform.test:8000"
WWW2: Final = "http://www2.web-platform.test:8000"
OTHER_PORT: Final = "http://web-platform.test:8001/x"
BLOCKED: Final = "content-security-policy"

FETCH_CASES = [
    # file, policy, URL, what becomes of it
    ("connect-src/connect-src-xmlhttprequest-blocked", "connect-src 'self'", f"{WWW1}/fail.png", BLOCKED),
    ("generic/wildcard-host-and-port-parts-001", "connect-src http://*:*/green.png", f"{WWW1}/green.png", "cors"),
    ("generic/wildcard-host-and-port-parts-001", "connect-src http://*:*/green.png", f"{WWW2}/green.png", "cors"),
    ("generic/wildcard-host-and-port-parts-001", "connect-src http://*:*/green.png", f"{WWW1}/red.png", BLOCKED),
    ("generic/wildcard-host-part-004", "connect-src http://*", "http://www1.web-platform.test/x", "cors"),
    ("generic/wildcard-host-part-004", "connect-src http://*", f"{WWW1}/x", BLOCKED),
    ("generic/wildcard-port-part-002", "connect-src http://web-platform.test:*", f"{PAGE}/x", "basic"),
    (
        "generic/wildcard-port-part-002",
        "connect-src http://web-platform.test:*",
        "http://web-platform.test:8001/x",
        "cors",
    ),
    ("generic/wildcard-port-part-002", "connect-src http://web-platform.test:*", f"{WWW2}/x", BLOCKED),
    ("generic/only-valid-whitespaces-are-allowed", "connect-src\t'none'", f"{WWW1}/x", BLOCKED),
    ("generic/only-valid-whitespaces-are-allowed", "connect-src\f'none'", f"{WWW1}/x", BLOCKED),
    ("generic/only-valid-whitespaces-are-allowed", "connect-src http://a.test\fhttp://b.test", f"{WWW1}/x", BLOCKED),
]


def page_with(policy: str, profile: BrowserProfile) -> Simulation:
    csp_list = parse_a_responses_csps(header_list(f"Content-Security-Policy: {policy}"), parsed(PAGE).origin)
    return Simulation(profile, page=f"{PAGE}/", csp_list=csp_list)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@pytest.mark.parametrize(("file", "policy", "url", "expected"), FETCH_CASES)
def test_a_fetch_is_blocked_or_not(file: str, policy: str, url: str, expected: str, profile: BrowserProfile) -> None:
    assert expected == page_with(policy, profile).fetch(url, answer(ALLOW_ANY)).verdict


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_connect_src_xmlhttprequest_redirect_to_blocked(profile: BrowserProfile) -> None:
    page = page_with("connect-src 'self'", profile)

    assert BLOCKED == page.xhr("GET", f"{PAGE}/redirect", redirect(f"{WWW1}/fail")).verdict
