"""
Main fetch: which way a request takes, and what of the response the page is given.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.values.responses import FilteredResponse
from browsercors.values.wire import FailureKind
from tests.fetch.engine import (
    ALLOW,
    ALLOW_ANY,
    API,
    APP,
    OTHER,
    PAGE,
    PROFILES,
    SUB,
    Simulation,
    allowing,
    answer,
    failure,
    parsed,
    redirect,
)

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)

WAY_CASES = [
    # URL                  mode           redirect    step or tainting
    (f"{APP}/x", "cors", "follow", "basic"),
    (f"{APP}/x", "no-cors", "follow", "basic"),
    (f"{APP}/x", "same-origin", "follow", "basic"),
    ("https://app.example:443/x", "same-origin", "follow", "basic"),
    (f"{API}/x", "cors", "follow", "cors"),
    (f"{SUB}/x", "cors", "follow", "cors"),
    ("http://app.example/x", "cors", "follow", "cors"),
    ("https://app.example:8443/x", "cors", "follow", "cors"),
    (f"{API}/x", "no-cors", "follow", "opaque"),
    (f"{API}/x", "no-cors", "manual", "12.4.1 no-cors-redirect-mode"),
    (f"{API}/x", "no-cors", "error", "12.4.1 no-cors-redirect-mode"),
    (f"{API}/x", "same-origin", "follow", "12.3 same-origin-mode"),
    (f"{SUB}/x", "same-origin", "follow", "12.3 same-origin-mode"),
    ("data:,x", "cors", "follow", "basic"),
    ("data:,x", "no-cors", "manual", "basic"),
    ("data:,x", "same-origin", "error", "basic"),
    ("ftp://app.example/x", "cors", "follow", "12.5 scheme-not-supported"),
    ("about:blank", "cors", "follow", "12.5 scheme-not-supported"),
    ("file:///etc/passwd", "cors", "follow", "12.5 scheme-not-supported"),
    ("blob:https://api.example/1", "cors", "follow", "12.5 scheme-not-supported"),
    ("about:blank", "no-cors", "follow", "4 scheme-not-supported"),
    ("ws://api.example/", "no-cors", "follow", "4 scheme-not-supported"),
    # NB: a blob URL has the origin of its page, and there is no blob store to ask.
    ("blob:https://app.example/1", "cors", "follow", "4 scheme-not-supported"),
    ("data:no-comma", "cors", "follow", "3 data-url-invalid"),
]


@pytest.mark.parametrize(("url", "mode", "redirect_mode", "expected"), WAY_CASES)
@every_profile
def test_each_request_takes_the_first_way_that_fits(
    profile: BrowserProfile, url: str, mode: str, redirect_mode: str, expected: str
) -> None:
    fetched = Simulation(profile).fetch(url, answer(ALLOW), mode=mode, redirect=redirect_mode)
    failed = fetched.failed

    assert expected == (f"{failed.step} {fetched.verdict}" if failed else fetched.verdict)
    assert (1 if expected in {"basic", "cors", "opaque"} and not url.startswith("data:") else 0) == len(fetched.sent)


@every_profile
def test_a_page_of_opaque_origin_is_cross_origin_with_everything_but_data(profile: BrowserProfile) -> None:
    sandboxed = Simulation(profile, page="about:srcdoc", opaque=True)

    assert sandboxed.fetch(f"{APP}/x", answer(ALLOW)).verdict == "allow-origin-mismatch"
    fetched = sandboxed.fetch(f"{APP}/x", answer("Access-Control-Allow-Origin: null"))
    assert (fetched.verdict, fetched.header("Origin"), fetched.header("Referer")) == ("cors", "null", None)
    assert sandboxed.fetch(f"{APP}/x", mode="same-origin").verdict == "same-origin-mode"
    assert sandboxed.fetch("data:,x").verdict == "basic"


PORT_CASES = [
    # URL                              verdict
    (f"{API}:25/", "bad-port"),
    ("http://app.example:6000/", "bad-port"),
    (f"{APP}:22/", "bad-port"),
    (f"{API}:8000/", "cors"),
]


@pytest.mark.parametrize(("url", "verdict"), PORT_CASES)
@every_profile
def test_bad_ports_are_not_asked(profile: BrowserProfile, url: str, verdict: str) -> None:
    fetched = Simulation(profile).fetch(url, answer(ALLOW_ANY))

    assert (verdict, verdict == "cors") == (fetched.verdict, len(fetched.sent) == 1)


def test_a_redirect_to_a_bad_port_is_not_followed() -> None:
    fetched = Simulation().fetch("/", redirect("https://app.example:25/"))

    assert (fetched.verdict, fetched.lines) == ("bad-port", [f"GET {APP}/"])
    assert fetched.failed is not None
    assert fetched.failed.evidence == {"port": 25}


MIXED_CASES = [
    # URL                           standard, Chromium, Firefox, WebKit
    ("http://api.example/", ["mixed-content"] * 4),
    ("http://192.0.2.1/", ["mixed-content"] * 4),
    (f"{API}/", ["cors"] * 4),
    ("data:,x", ["basic"] * 4),
    ("http://localhost:8000/", ["cors", "cors", "cors", "mixed-content"]),
    ("http://api.localhost/", ["cors", "cors", "cors", "mixed-content"]),
    ("http://127.0.0.1/", ["cors", "cors", "cors", "mixed-content"]),
    ("http://[::1]/", ["cors", "cors", "cors", "mixed-content"]),
]


@pytest.mark.parametrize(("url", "expected"), MIXED_CASES)
def test_a_secure_page_fetches_nothing_insecure(url: str, expected: list[str]) -> None:
    pages = [Simulation(profile, prohibits_mixed_content=True) for profile in PROFILES]

    assert expected == [page.fetch(url, answer(ALLOW_ANY)).verdict for page in pages]
    assert Simulation().fetch(url, answer(ALLOW_ANY)).reason is None


def test_a_redirect_does_not_lead_from_secure_to_insecure() -> None:
    fetched = Simulation(prohibits_mixed_content=True).fetch(API, redirect("http://api.example/", ALLOW))

    assert (fetched.verdict, fetched.methods) == ("mixed-content", ["GET"])
    assert fetched.failed is not None
    assert fetched.failed.evidence == {"page": PAGE, "url": "http://api.example/"}


def test_data_urls_are_basic_responses_made_here() -> None:
    for profile in PROFILES:
        fetched = Simulation(profile).fetch("data:text/html;charset=x,%C3%A4#frag")
        response = fetched.response
        headers = [(b"Content-Type", b"text/html;charset=x")]
        if profile is FIREFOX:
            headers.append((b"Content-Length", b"2"))

        assert (fetched.verdict, response.status, response.status_message) == ("basic", 200, b"OK")
        assert (list(response.header_list), response.body) == (headers, b"\xc3\xa4")
        assert response.url_list == [parsed("data:text/html;charset=x,%C3%A4#frag")]


def test_a_head_of_a_data_url_has_no_body() -> None:
    assert Simulation().fetch("data:,x", method="HEAD").response.body is None


REFERRER_CASES = [
    # the page's policy                 of the request      URL      referrer: std, chr, ffx, wkt
    ("strict-origin-when-cross-origin", {}, API, [f"{APP}/"] * 4),
    ("strict-origin-when-cross-origin", {}, APP, [PAGE] * 4),
    ("strict-origin-when-cross-origin", {}, "http://api.example", [None] * 4),
    ("no-referrer", {}, API, [None] * 4),
    ("no-referrer", {"referrer_policy": "origin"}, API, [f"{APP}/"] * 4),
    ("unsafe-url", {}, API, [PAGE, PAGE, f"{APP}/", PAGE]),
    ("unsafe-url", {}, APP, [PAGE] * 4),
    ("unsafe-url", {}, "http://api.example", [PAGE, PAGE, None, PAGE]),
    ("no-referrer-when-downgrade", {}, API, [PAGE, PAGE, f"{APP}/", PAGE]),
    ("no-referrer-when-downgrade", {}, "http://api.example", [None] * 4),
    ("same-origin", {"referrer_policy": "unsafe-url"}, API, [PAGE, PAGE, f"{APP}/", PAGE]),
    ("unsafe-url", {"referrer": ""}, APP, [None] * 4),
    ("unsafe-url", {"referrer": f"{APP}/other#x"}, APP, [f"{APP}/other"] * 4),
    ("unsafe-url", {"referrer": f"{OTHER}/"}, APP, [PAGE] * 4),
]


@pytest.mark.parametrize(("policy", "options", "url", "expected"), REFERRER_CASES)
def test_the_referrer_is_what_the_policy_lets_through(
    policy: str, options: dict[str, Any], url: str, expected: list[str | None]
) -> None:
    pages = [Simulation(profile, referrer_policy=policy) for profile in PROFILES]

    assert expected == [page.fetch(url, answer(ALLOW_ANY), **options).header("Referer") for page in pages]


def test_along_redirects_a_referrer_gets_shorter_and_never_longer() -> None:
    fetched = Simulation().fetch(APP, [redirect(API), redirect(APP, ALLOW_ANY), answer(ALLOW_ANY)])

    assert [fetched.header("Referer", index) for index in range(3)] == [PAGE, f"{APP}/", f"{APP}/"]


UNSAFE: Final = "Referrer-Policy: unsafe-url"


# NB: recorded in `odd-redirects/referrer-*` and `odd-redirects/policy-unsafe-url-*-other-api`.
@pytest.mark.parametrize(
    ("options", "hops", "expected"),
    [
        pytest.param(
            {"referrer_policy": "unsafe-url"},
            [redirect(APP, ALLOW_ANY), answer(ALLOW_ANY)],
            {"standard": PAGE, "firefox": PAGE},
            id="the request is lax",
        ),
        pytest.param(
            {},
            [redirect(APP, ALLOW_ANY, UNSAFE), answer(ALLOW_ANY)],
            {"standard": f"{APP}/", "firefox": f"{APP}/"},
            id="a redirect is lax",
        ),
        pytest.param(
            {},
            [redirect(OTHER, ALLOW_ANY, UNSAFE), redirect(APP, ALLOW_ANY), answer(ALLOW_ANY)],
            {"standard": f"{APP}/", "firefox": f"{APP}/"},
            id="a redirect before the last one is lax",
        ),
        pytest.param(
            {"referrer_policy": "unsafe-url"},
            [redirect(APP, ALLOW_ANY, "Referrer-Policy: origin"), answer(ALLOW_ANY)],
            {"standard": f"{APP}/", "firefox": f"{APP}/"},
            id="a redirect is strict",
        ),
    ],
)
def test_what_a_redirect_back_home_is_shown(options: dict[str, str], hops: Any, expected: dict[str, str]) -> None:
    profiles = [profile for profile in PROFILES if profile.name in expected]
    chains = {profile.name: Simulation(profile).fetch(API, hops, **options) for profile in profiles}

    assert expected == {name: chain.header("Referer", index=len(hops) - 1) for name, chain in chains.items()}


def test_the_accept_header_is_added_unless_the_page_set_one() -> None:
    assert Simulation().fetch(API, allowing()).header("Accept") == "*/*"
    assert Simulation().fetch(API, allowing(), headers={"accept": "text/html"}).header("Accept") == "text/html"


PUT_GRANT = allowing("Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600")

CLEARED_CASES = [
    # what follows the preflight              profile    preflighted again
    (answer(), STANDARD, True),
    (failure(), STANDARD, True),
    (failure(FailureKind.TIMED_OUT), STANDARD, True),
    (allowing(), STANDARD, False),
    (allowing(status=500), STANDARD, False),
    (answer(), CHROMIUM, False),
    (failure(), CHROMIUM, False),
    (answer(), FIREFOX, True),
    (failure(), FIREFOX, True),
    (allowing(), FIREFOX, False),
    (answer(), WEBKIT, False),
    (failure(), WEBKIT, False),
]


@pytest.mark.parametrize(("actual", "profile", "expected"), CLEARED_CASES)
def test_a_failed_request_takes_its_remembered_preflight_with_it(
    actual: Any, profile: BrowserProfile, expected: bool
) -> None:
    simulation = Simulation(profile)
    first = simulation.fetch(API, [PUT_GRANT, actual], method="PUT")
    assert first.methods == ["OPTIONS", "PUT"]

    assert expected == simulation.preflighted(API, PUT_GRANT, method="PUT")


def test_a_failed_request_without_preflight_clears_nothing() -> None:
    simulation = Simulation()
    simulation.fetch(API, PUT_GRANT, method="PUT")
    assert simulation.fetch(API, answer()).verdict == "allow-origin-missing"

    assert not simulation.preflighted(API, PUT_GRANT, method="PUT")


def test_what_is_cleared_belongs_to_the_url_at_the_end_of_the_chain() -> None:
    simulation = Simulation()
    simulation.fetch(f"{API}/1", PUT_GRANT, method="PUT")
    simulation.fetch(f"{API}/2", PUT_GRANT, method="PUT")
    broken = simulation.fetch(f"{API}/1", [redirect("/2", ALLOW, status=307), answer()], method="PUT")
    assert broken.verdict == "allow-origin-missing"

    assert not simulation.preflighted(f"{API}/1", PUT_GRANT, method="PUT")
    assert simulation.preflighted(f"{API}/2", PUT_GRANT, method="PUT")


EVERYTHING = ("X-A: 1", "Content-Type: text/plain", "Set-Cookie: a=b", "ETag: x")

FILTER_CASES = [
    # URL   mode       further headers                                        what the page sees of them
    (APP, "cors", [], [b"X-A", b"Content-Type", b"ETag"]),
    (API, "no-cors", [], []),
    (API, "cors", [], [b"Content-Type"]),
    (API, "cors", ["Access-Control-Expose-Headers: x-a"], [b"X-A", b"Content-Type"]),
    (API, "cors", ["Access-Control-Expose-Headers: *"], [b"X-A", b"Content-Type", b"ETag"]),
    (API, "cors", ["Access-Control-Expose-Headers: x a, etag"], [b"Content-Type"]),
]


@pytest.mark.parametrize(("url", "mode", "lines", "expected"), FILTER_CASES)
def test_the_response_is_filtered_by_its_tainting(url: str, mode: str, lines: list[str], expected: list[bytes]) -> None:
    fetched = Simulation().fetch(url, answer(ALLOW_ANY, *EVERYTHING, *lines), mode=mode)
    cors = {b"Access-Control-Allow-Origin", b"Access-Control-Expose-Headers"}

    assert expected == [name for name, _ in fetched.response.header_list if name not in cors]
    assert isinstance(fetched.response, FilteredResponse)


def test_with_credentials_the_wildcard_exposes_nothing() -> None:
    response = allowing("X-A: 1", "Access-Control-Expose-Headers: *")

    assert list(Simulation().fetch(API, response, credentials="include").response.header_list) == []


NULL_BODY_CASES = [
    # method   status   body of the answer, as the page sees it
    ("GET", 200, b"body"),
    ("GET", 101, None),
    ("GET", 103, None),
    ("GET", 204, None),
    ("GET", 205, None),
    ("GET", 304, None),
    ("GET", 404, b"body"),
    ("GET", 0, b"body"),
    ("GET", 999, b"body"),
    ("HEAD", 200, None),
    ("POST", 204, None),
]


@pytest.mark.parametrize(("method", "status", "expected"), NULL_BODY_CASES)
def test_some_responses_have_no_body_whatever_the_server_sent(method: str, status: int, expected: bytes | None) -> None:
    response = Simulation().fetch(API, allowing(status=status, body=b"body"), method=method).response

    assert (status, expected) == (response.status, response.body)


def sri(body: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(body).digest()).decode()}"


INTEGRITY_CASES = [
    # integrity        URL   mode       answer                              verdict
    (sri(b"x"), APP, "cors", answer(body=b"x"), "basic"),
    (sri(b"x"), API, "cors", allowing(body=b"x"), "cors"),
    (sri(b"y"), API, "cors", allowing(body=b"x"), "integrity-mismatch"),
    (sri(b""), API, "cors", allowing(), "cors"),
    (sri(b""), API, "cors", allowing(status=204), "integrity-mismatch"),
    (sri(b"x"), API, "no-cors", answer(body=b"x"), "integrity-mismatch"),
    ("md5-x", API, "cors", allowing(body=b"x"), "cors"),
    (sri(b"x"), APP, "cors", answer(body=b"x", body_failure="cut"), "integrity-mismatch"),
]


@pytest.mark.parametrize(("integrity", "url", "mode", "response", "verdict"), INTEGRITY_CASES)
def test_the_page_can_say_what_the_body_has_to_be(
    integrity: str, url: str, mode: str, response: Any, verdict: str
) -> None:
    fetched = Simulation().fetch(url, response, integrity=integrity, mode=mode)

    assert verdict == fetched.verdict
    if verdict == "integrity-mismatch":
        assert fetched.failed is not None
        assert (fetched.failed.step, fetched.failed.evidence) == ("23", {"integrity": integrity})


def test_a_response_has_the_urls_of_its_chain_but_not_if_it_is_opaque_or_an_error() -> None:
    chain = [redirect(f"{OTHER}/2#x", ALLOW_ANY), answer(ALLOW_ANY)]

    assert Simulation().fetch(f"{API}/1", chain).response.url_list == [parsed(f"{API}/1"), parsed(f"{OTHER}/2#x")]
    assert Simulation().fetch(f"{API}/1", chain, mode="no-cors").response.url_list == []
    assert Simulation().fetch(f"{API}/1", [chain[0], answer()]).response.url_list == []
    assert Simulation().fetch(f"{API}/1", failure()).response.url_list == []


@every_profile
def test_a_network_error_tells_the_page_nothing(profile: BrowserProfile) -> None:
    for answers in (answer("X-A: 1", status=200, body=b"x"), failure(), redirect("data:,")):
        response = Simulation(profile).fetch(API, answers).response

        assert (response.type, response.status, response.body) == ("error", 0, None)
        assert (list(response.header_list), response.url_list) == ([], [])


@every_profile
def test_a_broken_body_is_a_response_whose_body_fails(profile: BrowserProfile) -> None:
    fetched = Simulation(profile).fetch(APP, answer(body=b"half", body_failure="connection reset"))

    assert (fetched.response.type, fetched.response.body_failure) == ("basic", "connection reset")
