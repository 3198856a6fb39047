"""
Recordings by real recorders of one page (`tests/har/recording/site.py`): the verdicts are what the page saw.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from browsercors.har.replaying import read_har
from tests.har.recording.samples import RECORDED

if TYPE_CHECKING:
    from browsercors.har.reading import HarProblem
    from browsercors.har.verdicts import HarVerdict

WITHOUT_CORS: Final = frozenset({"opaque", "plain-script.js", "plain-image.gif"})
"""What the page loads without CORS; none of it is judged."""


@attrs.frozen
class Recording:
    """
    What is known of a recording.

    Attributes:
        recorder: The recorder that wrote it.
        browser: The browser that was recorded.
        undecided: The requests of which the file does not say how they ended.
        absent: The requests that are not in the file, besides those without CORS.
    """

    recorder: str
    browser: str
    undecided: frozenset[str]
    absent: frozenset[str] = frozenset()


REFUSED: Final = frozenset(
    """
    closed other-origin wildcard no-credentials error no-put no-header no-options moved-silently moved-to-closed
    closed-events closed-script.js closed-image.gif
    """.split()  # noqa: SIM905 - easier to read
)
"""What CORS keeps from the page."""
BLOCKED_IMAGES: Final = frozenset({"data.json", "mine.gif"})
"""What the browser keeps from the page by other rules; only Chromium marks it in a recording."""

RECORDINGS: Final = {
    # NB: the page's policy lets no request of it begin, so that DevTools have nothing to show.
    "chromium": Recording("Chrome DevTools", "chromium", frozenset({"slow"}), frozenset({"policy"})),
    # NB: it writes neither a status nor a reason for what did not get a response.
    "firefox": Recording("Firefox's Network Monitor", "firefox", frozenset({"dead", "policy", "slow"}), BLOCKED_IMAGES),
    # NB: it exports what came to its end only, and redirects by their last URL. The page ends its own event source.
    "webkit": Recording(
        "Safari's Web Inspector",
        "webkit",
        frozenset(),
        REFUSED | BLOCKED_IMAGES | {"dead", "policy", "slow", "events", "moved"},
    ),
    # NB: it knows no responses of requests that failed.
    "playwright": Recording("Playwright", "chromium", REFUSED | {"slow"}, frozenset({"policy"})),
    "mitmproxy": Recording("mitmproxy", "chromium", frozenset({"slow"}), BLOCKED_IMAGES | {"policy"}),
}

by_recording = pytest.mark.parametrize("name", RECORDINGS)


def judged(name: str) -> tuple[dict[str, HarVerdict], Any, list[HarProblem]]:
    """
    Return the verdicts by the names of the requests, with the reading and the problems.
    """
    problems: list[HarProblem] = []
    reading = read_har(RECORDED / f"{name}.har", on_problem=problems.append)
    verdicts = {verdict.url.partition("?")[0].rpartition("/")[2]: verdict for verdict in reading}
    return verdicts, reading, problems


def seen_in(name: str) -> dict[str, str]:
    seen: dict[str, str] = json.loads((RECORDED / f"{name}.json").read_text())
    return seen


@by_recording
def test_the_verdicts_are_what_the_page_saw(name: str) -> None:
    recording, seen = RECORDINGS[name], seen_in(name)
    verdicts, _, _ = judged(name)
    expected = {
        path: "undecided" if path in recording.undecided else outcome
        for path, outcome in seen.items()
        if path not in recording.absent | WITHOUT_CORS
    }
    if name != "webkit":  # NB: WebKit loads fonts without CORS.
        expected["font.woff2"] = "readable"  # NB: the page does not see it: its font is broken.

    assert expected == {path: verdict.outcome for path, verdict in verdicts.items()}


@by_recording
def test_recorder_and_browser_are_recognised_and_nothing_is_odd(name: str) -> None:
    recording = RECORDINGS[name]
    verdicts, reading, problems = judged(name)

    assert (recording.recorder, recording.browser) == (reading.recorder.name, reading.browser)
    assert ([], []) == (problems, [verdict.contradictions for verdict in verdicts.values() if verdict.contradictions])
    assert 1 == reading.counts["websocket"] + (name == "webkit")
    assert 1 == reading.counts["same-origin"]


REASONS: Final = {
    "closed": "allow-origin-missing",
    "other-origin": "allow-origin-mismatch",
    "wildcard": "allow-origin-wildcard-with-credentials",
    "no-credentials": "allow-credentials-not-true",
    "error": "allow-origin-missing",
    "no-put": "method-not-allowed",
    "no-header": "header-not-allowed",
    "no-options": "preflight-status-not-ok",
    "moved-silently": "allow-origin-missing",
    "moved-to-closed": "allow-origin-missing",
    "closed-events": "allow-origin-missing",
    "closed-script.js": "allow-origin-missing",
    "closed-image.gif": "allow-origin-missing",
}


@pytest.mark.parametrize("name", ["chromium", "firefox", "mitmproxy"])
def test_each_refusal_has_its_reason(name: str) -> None:
    verdicts, _, _ = judged(name)

    assert REASONS == {path: verdicts[path].code for path in REASONS}


def test_chromium_marks_as_aborted_what_its_page_read() -> None:
    entries = json.loads((RECORDED / "chromium.har").read_text())["log"]["entries"]
    aborted = {entry["request"]["method"] for entry in entries if entry["response"]["_error"] == "net::ERR_ABORTED"}

    assert aborted >= {"HEAD", "POST"}


def test_the_page_has_a_request_for_each_of_them() -> None:
    for name in RECORDINGS:
        assert REFUSED | BLOCKED_IMAGES | WITHOUT_CORS <= seen_in(name).keys()
