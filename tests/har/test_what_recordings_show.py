"""
What a recording shows against the rules: a request that was let through was let through.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.har.replaying import read_har
from tests.har.build import API, PAGE, chromium_entry, firefox_entry, har_bytes, webkit_entry

if TYPE_CHECKING:
    from browsercors.har.reading import HarProblem
    from browsercors.har.verdicts import HarVerdict

ANYBODY = {"access-control-allow-origin": "*"}
LOCAL = "http://192.168.1.10"
MOVED = {**ANYBODY, "location": f"{API}/b"}
ASKED = {"access-control-request-method": "PUT"}


def judged(*entries: Any, **log: Any) -> list[HarVerdict]:
    return list(read_har(io.BytesIO(har_bytes(*entries, **log)), on_problem=lambda _: None))


def without_failures(entry: dict[str, Any]) -> dict[str, Any]:
    """
    Make an entry of a recorder that knows no failures.
    """
    del entry["response"]["_error"]
    return entry


DISPROVED = [
    # story, entries, creator, code, what the recording shows
    (
        "mixed content that was sent",
        [firefox_entry("GET", f"{LOCAL}/a", 200, {}, ANYBODY)],
        "Firefox",
        "mixed-content",
        f"the recording has a response to {LOCAL}/a, so that this was sent",
    ),
    (
        "a port that was asked",
        [firefox_entry("GET", "https://api.example.net:6000/a", 200, {}, ANYBODY)],
        "Firefox",
        "bad-port",
        "the recording has a response to https://api.example.net:6000/a, so that this was sent",
    ),
    (
        "a request behind a preflight that refuses it",
        [
            firefox_entry("OPTIONS", f"{API}/a", 204, ASKED, ANYBODY),
            firefox_entry("PUT", f"{API}/a", 200, {}, ANYBODY),
        ],
        "Firefox",
        "method-not-allowed",
        f"the recording has a response to {API}/a, so that this was sent",
    ),
    (
        "a request of an extension, or with the security turned off",
        [chromium_entry("GET", f"{API}/a")],
        "WebInspector",
        "allow-origin-missing",
        "the recording does not say that it failed",
    ),
    (
        "a recorder that leaves out what failed",
        [webkit_entry("GET", f"{API}/a")],
        "WebKit Web Inspector",
        "allow-origin-missing",
        "the recording does not say that it failed",
    ),
]


@pytest.mark.parametrize(
    ("_story", "entries", "creator", "code", "shown"), DISPROVED, ids=[row[0] for row in DISPROVED]
)
def test_what_was_let_through_is_not_called_blocked(
    _story: str, entries: list[Any], creator: str, code: str, shown: str
) -> None:
    (verdict,) = judged(*entries, creator=creator)

    assert ("undecided", code, False) == (verdict.outcome, verdict.code, verdict.is_problem)
    assert (f"{shown}; by its responses it fails ({code})",) == verdict.contradictions


def test_without_a_place_for_failures_the_recording_shows_nothing() -> None:
    """
    Tools that rewrite files of DevTools leave out what HAR 1.2 does not have.
    """
    (verdict,) = judged(without_failures(chromium_entry("GET", f"{API}/a")))

    assert ("blocked", "unknown", ()) == (verdict.outcome, verdict.recorded.outcome, verdict.contradictions)


def test_a_redirect_that_was_followed_tells_the_credentials_mode() -> None:
    (verdict,) = judged(
        chromium_entry("GET", f"{API}/a", 302, {}, MOVED),
        chromium_entry("GET", f"{API}/b", 0, {}, {}, error="net::ERR_FAILED"),
        creator="Playwright",
    )

    assert ("undecided", "same-origin", True) == (verdict.outcome, verdict.credentials, verdict.knows_credentials)
    assert "credentials mode same-origin from the redirects that the browser followed" in verdict.inferred_from


INTERNAL = [
    # statusText            header
    ("Internal Redirect", {}),
    ("Temporary Redirect", {"non-authoritative-reason": "HSTS"}),
    ("Temporary Redirect", {"non-authoritative-reason": "WebRequest API"}),
]


@pytest.mark.parametrize(("text", "headers"), INTERNAL)
def test_a_redirect_by_the_browser_itself_needs_no_permission(text: str, headers: dict[str, str]) -> None:
    page = "http://app.example.com"
    redirect = chromium_entry(
        "GET", "http://api.example.net/a", 307, {"origin": page}, {"location": f"{API}/a", **headers}, origin=None
    )
    redirect["response"]["statusText"] = text
    (verdict,) = judged(redirect, chromium_entry("GET", f"{API}/a", 200, {"origin": page}, ANYBODY, origin=None))

    assert ("readable", (0, 1)) == (verdict.outcome, verdict.entries)


SAME_ORIGIN = [
    # what shows that a request of a frame goes to the frame's own origin, though the file lists another page
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "same-origin", "accept-encoding": ""},
]


@pytest.mark.parametrize("sent", SAME_ORIGIN)
def test_a_request_of_a_frame_to_its_own_origin_is_not_judged(sent: dict[str, str]) -> None:
    entry = chromium_entry("GET", f"{API}/a", 200, {"referer": "", **sent}, origin=None)
    reading = read_har(io.BytesIO(har_bytes(entry)))

    assert ([], 1) == (list(reading), reading.counts["same-origin"])


def test_without_fetch_metadata_the_absence_of_an_origin_shows_it() -> None:
    entry = chromium_entry("GET", "http://api.example.net/a", 200, {"referer": ""}, origin=None)
    kept = [line for line in entry["request"]["headers"] if not line["name"].startswith("sec-fetch")]
    entry["request"]["headers"] = kept
    reading = read_har(io.BytesIO(har_bytes(entry)))

    assert ([], 1) == (list(reading), reading.counts["same-origin"])


@pytest.mark.parametrize("kind", ["ping", "beacon", "cspviolationreport"])
def test_what_nobody_reads_is_not_judged_though_it_has_an_origin(kind: str) -> None:
    entry = chromium_entry("POST", "http://api.example.net/a", 204, body="x", kind=kind)
    kept = [line for line in entry["request"]["headers"] if not line["name"].startswith("sec-fetch")]
    entry["request"]["headers"] = kept
    reading = read_har(io.BytesIO(har_bytes(entry)))

    assert ([], 1) == (list(reading), reading.counts["no-cors"])


@pytest.mark.parametrize("origin", ["chrome-extension://abc", "moz-extension://abc", "capacitor://localhost"])
def test_a_page_that_is_not_simulated_is_named(origin: str) -> None:
    problems: list[HarProblem] = []
    data = har_bytes(chromium_entry("GET", f"{API}/a", 200, {}, ANYBODY, origin=origin))

    assert [] == list(read_har(io.BytesIO(data), on_problem=problems.append))
    assert [f"the page has the origin {origin}, and only pages of http(s) are simulated"] == [
        problem.message for problem in problems
    ]


HIDDEN = ["[REDACTED]", "***", "<removed>", "xxxx", "(hidden)"]


@pytest.mark.parametrize("value", HIDDEN)
def test_a_hidden_header_leaves_the_verdict_open(value: str) -> None:
    (verdict,) = judged(firefox_entry("GET", f"{API}/a", 200, {}, {"access-control-allow-origin": value}))

    assert "undecided" == verdict.outcome
    assert "is hidden in the recording" in verdict.result.explain()


@pytest.mark.parametrize("value", ["*", "null", PAGE, "https://xxx.example"])
def test_what_looks_hidden_and_is_not_is_read(value: str) -> None:
    (verdict,) = judged(firefox_entry("GET", f"{API}/a", 200, {}, {"access-control-allow-origin": value}))

    assert verdict.outcome in {"readable", "blocked"}


def test_a_page_gets_the_stored_response_that_a_304_confirms() -> None:
    (verdict,) = judged(chromium_entry("GET", f"{API}/a", 304, {"if-none-match": '"1"'}, ANYBODY))

    assert ("readable", 200) == (verdict.outcome, verdict.to_dict()["result"]["status"])
    assert any("entry 0 confirms" in unknown for unknown in verdict.unknown)


def test_a_response_that_switches_protocols_is_a_websocket() -> None:
    entry = chromium_entry("GET", "https://api.example.net/socket", 101, {"sec-fetch-mode": ""}, {"a": "b"})
    reading = read_har(io.BytesIO(har_bytes(entry)))

    assert ([], 1) == (list(reading), reading.counts["websocket"])
