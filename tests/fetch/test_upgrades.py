"""
Http requests that go over TLS: for a policy of the page, or for what a host has promised.

The columns of the tables are the profiles: the standard, Chromium, Firefox, WebKit. What they do was recorded in
`upgrade-insecure-requests` and `hsts`.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from browsercors.protections.content_security_policy.parsing import parse_a_responses_csps
from browsercors.protections.upgrade_insecure_requests import UPGRADE_REQUEST
from tests.fetch.engine import ALLOW_ANY, PROFILES, Fetched, Simulation, answer, header_list, parsed, redirect

HTTP_PAGE: Final = "http://app.example/"
SECURE_API: Final = "https://api.example"
INSECURE_API: Final = "http://api.example"
STRICT: Final = "Strict-Transport-Security: max-age=60"
OPEN: Final = (ALLOW_ANY, "Access-Control-Allow-Methods: PUT")


def upgrading(profile: Any, more: str = "", **options: Any) -> Simulation:
    """
    Return a page whose policy upgrades insecure requests, and perhaps says more.
    """
    headers = header_list(f"Content-Security-Policy: upgrade-insecure-requests; {more}")
    csp_list = parse_a_responses_csps(headers, parsed(HTTP_PAGE).origin)
    return Simulation(profile, **{"page": HTTP_PAGE, "csp_list": csp_list, **options})


def knowing(profile: Any, *, page: str = HTTP_PAGE) -> Simulation:
    """
    Return a page in a browser that knows by HSTS that the API is to be reached over TLS.
    """
    simulation = Simulation(profile, page=page)
    simulation.fetch(f"{SECURE_API}/", answer(ALLOW_ANY, STRICT))
    return simulation


def seen(fetched: Fetched) -> tuple[str, bool]:
    """
    Return what the page sees of the chain: the response's URL, and whether there was more than one.
    """
    urls = fetched.response.url_list
    return urls[-1].href, len(urls) > 1


def test_a_policy_upgrades_requests() -> None:
    fetched = [upgrading(profile).fetch(f"{INSECURE_API}/x", answer(ALLOW_ANY)) for profile in PROFILES]

    assert [["GET https://api.example/x"]] * 4 == [each.lines for each in fetched]
    assert [
        ("https://api.example/x", False),
        ("http://api.example/x", False),
        ("https://api.example/x", True),
        ("https://api.example/x", False),
    ] == [seen(each) for each in fetched]


def test_to_xmlhttprequest_no_browser_shows_the_http_url() -> None:
    fetched = [upgrading(profile).xhr("GET", f"{INSECURE_API}/x", answer(ALLOW_ANY)) for profile in PROFILES]

    assert ["https://api.example/x"] * 4 == [seen(each)[0] for each in fetched]


@pytest.mark.parametrize("url", ["https://api.example/x", "data:,x"])
def test_what_is_not_http_is_left_alone(url: str) -> None:
    fetched = [upgrading(profile).fetch(url, answer(ALLOW_ANY)) for profile in PROFILES]

    assert [[]] * 4 == [each.found(UPGRADE_REQUEST.name) for each in fetched]


def test_the_own_host_of_an_http_page_becomes_another_origin() -> None:
    verdicts = [upgrading(profile).fetch(f"{HTTP_PAGE}x", answer()).verdict for profile in PROFILES]

    assert ["allow-origin-missing"] * 4 == verdicts


def test_a_port_that_is_written_stays() -> None:
    fetched = upgrading(PROFILES[0]).fetch("http://api.example:8080/", answer(ALLOW_ANY))

    assert ["GET https://api.example:8080/"] == fetched.lines


def test_an_upgraded_request_is_no_mixed_content() -> None:
    page = upgrading(PROFILES[0], page="https://app.example/", prohibits_mixed_content=True)

    assert "cors" == page.fetch(f"{INSECURE_API}/x", answer(ALLOW_ANY)).verdict


def test_the_policy_is_asked_about_the_https_url_but_in_chromium() -> None:
    pages = [upgrading(profile, f"connect-src {SECURE_API}") for profile in PROFILES]

    assert ["cors", "content-security-policy", "cors", "cors"] == [
        page.fetch(f"{INSECURE_API}/x", answer(ALLOW_ANY)).verdict for page in pages
    ]


def test_what_a_host_has_promised_upgrades_requests() -> None:
    fetched = [knowing(profile).fetch(f"{INSECURE_API}/x", answer(ALLOW_ANY)) for profile in PROFILES]

    assert [
        ["GET https://api.example/x"],
        ["GET https://api.example/x"],
        ["GET https://api.example/x"],
        ["GET http://api.example/x"],
    ] == [each.lines for each in fetched]
    assert [
        ("https://api.example/x", False),
        ("https://api.example/x", True),
        ("https://api.example/x", True),
        ("http://api.example/x", False),
    ] == [seen(each) for each in fetched]


def test_the_redirect_that_chromium_makes_taints_the_origin() -> None:
    origins = [knowing(profile).fetch(f"{INSECURE_API}/x", answer(ALLOW_ANY)).header("Origin") for profile in PROFILES]

    assert ["http://app.example", "null", "http://app.example", "http://app.example"] == origins


def test_the_redirect_that_chromium_makes_is_refused_to_preflights() -> None:
    fetched = [knowing(profile).fetch(f"{INSECURE_API}/x", answer(*OPEN), method="PUT") for profile in PROFILES]

    assert ["cors", "preflight-redirected", "cors", "cors"] == [each.verdict for each in fetched]
    assert [2, 0, 2, 2] == [len(each.sent) for each in fetched]


def test_a_redirect_to_a_host_that_has_promised_is_upgraded() -> None:
    fetched = [
        knowing(profile).fetch("http://other.test/r", [redirect(f"{INSECURE_API}/x", ALLOW_ANY), answer(ALLOW_ANY)])
        for profile in PROFILES
    ]

    assert ["https", "https", "https", "http"] == [each.sent[-1].url.scheme for each in fetched]


def test_mixed_content_is_judged_before_what_the_host_has_promised() -> None:
    pages = [Simulation(profile, prohibits_mixed_content=True) for profile in PROFILES]
    for page in pages:
        page.fetch(f"{SECURE_API}/", answer(ALLOW_ANY, STRICT))

    assert ["mixed-content"] * 4 == [page.fetch(f"{INSECURE_API}/x").verdict for page in pages]


LEARNING_CASES: list[tuple[str, Any, dict[str, Any], str]] = [
    # the first URL                 the first answer                                 options            then
    (f"{SECURE_API}/", answer(ALLOW_ANY, STRICT), {}, "https"),
    (f"{SECURE_API}/", answer(STRICT), {}, "https"),
    (f"{SECURE_API}/", answer(STRICT), {"mode": "no-cors"}, "https"),
    (f"{SECURE_API}/", answer(ALLOW_ANY, STRICT, "Strict-Transport-Security: max-age=0"), {}, "https"),
    (f"{SECURE_API}/", answer(ALLOW_ANY, "Strict-Transport-Security: max-age=0", STRICT), {}, "http"),
    (f"{INSECURE_API}/", answer(ALLOW_ANY, STRICT), {}, "http"),
    ("https://www.api.example/", answer(ALLOW_ANY, f"{STRICT}; includeSubDomains"), {}, "http"),
    ("https://example/", answer(ALLOW_ANY, f"{STRICT}; includeSubDomains"), {}, "https"),
]


@pytest.mark.parametrize(("url", "first", "options", "scheme"), LEARNING_CASES)
def test_whose_promises_are_remembered(url: str, first: Any, options: dict[str, Any], scheme: str) -> None:
    page = Simulation(page=HTTP_PAGE)
    page.fetch(url, first, **options)

    assert scheme == page.fetch(f"{INSECURE_API}/x", answer(ALLOW_ANY)).sent[0].url.scheme


def test_a_promise_ends() -> None:
    page = knowing(PROFILES[0])
    page.now = 60.0

    assert ["GET http://api.example/x"] == page.fetch(f"{INSECURE_API}/x", answer(ALLOW_ANY)).lines


def test_a_redirect_of_the_browsers_own_may_be_refused_or_hidden_by_the_page() -> None:
    chromium = PROFILES[1]

    assert "redirect-mode-error" == knowing(chromium).fetch(f"{INSECURE_API}/x", redirect="error").verdict
    assert "opaqueredirect" == knowing(chromium).fetch(f"{INSECURE_API}/x", redirect="manual").verdict
