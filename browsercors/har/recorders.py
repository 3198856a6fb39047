"""
The programs that write HAR files: how to recognize each, and what its files leave out.

Browsers' developer tools are described with their engines. The recorders here work with any browser.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.registry import real_browsers
from browsercors.rules.recordings import Recorder

__all__ = ["OTHER_RECORDERS", "engine_of_name", "engine_of_user_agent", "recorder_of"]

_NO_KINDS: Final = "It sees only the wire: neither the kind of request nor whether the page got the response."
_NO_CACHE: Final = "Responses from the browser's cache are not in the file."

OTHER_RECORDERS: Final = (
    Recorder(
        "Playwright",
        ("playwright",),
        "Playwright, packages/playwright-core/src/server/har/harTracer.ts and chromium/crNetworkManager.ts",
        leaves_out=(
            "Playwright lists no preflights, and answers them itself if a route is set.",
            "It leaves out the responses of requests that failed: give the console as well.",
        ),
        marks_failures=True,
        lists_preflights=False,
        leaves_out_credentials=False,
    ),
    Recorder(
        "Puppeteer (chrome-har)",
        ("chrome-har", "puppeteer"),
        "chrome-har, index.js; puppeteer-har and sitespeed.io write with it",
        leaves_out=("chrome-har leaves out failed requests, also those that CORS blocked, and preflights.",),
        marks_failures=True,
        lists_preflights=False,
        leaves_out_credentials=False,
    ),
    Recorder(
        "Charles",
        ("charles",),
        "a file of Charles 4.6.3: mitmproxy/mitmproxy test/mitmproxy/data/har_files/charles.har at eacbb25",
        leaves_out=(_NO_KINDS, _NO_CACHE, "It lists no pages."),
        marks_failures=False,
        lists_preflights=True,
        leaves_out_credentials=False,
    ),
    Recorder(
        "Fiddler",
        ("fiddler",),
        "what readers of its files allow for: pavel-paulau/harstorage harstorage/lib/HAR.py",
        leaves_out=(_NO_KINDS, _NO_CACHE, "Its pages are null."),
        marks_failures=False,
        lists_preflights=True,
        leaves_out_credentials=False,
    ),
    Recorder(
        "mitmproxy",
        ("mitmproxy",),
        "mitmproxy, mitmproxy/addons/savehar.py",
        leaves_out=(_NO_KINDS, _NO_CACHE),
        marks_failures=False,
        lists_preflights=True,
        leaves_out_credentials=False,
    ),
    Recorder(
        "WebPageTest",
        ("webpagetest",),
        "catchpoint/WebPageTest www/har/HttpArchiveGenerator.php at 0b492f5",
        leaves_out=(
            "WebPageTest does not say whether the page got a response.",
            "It leaves out the bodies of requests, and those of responses unless it was asked for them.",
        ),
        marks_failures=False,
        leaves_out_credentials=False,
    ),
    Recorder(
        "Insomnia",
        ("insomnia",),
        "Kong/insomnia packages/insomnia/src/common/har.ts at 00c474e; a file of Insomnia 2022.1.1: "
        "mitmproxy/mitmproxy test/mitmproxy/data/har_files/insomnia.har at eacbb25",
        leaves_out=(
            "Insomnia is not a browser: it sends no Origin and no preflights, and CORS does not apply to it.",
            "What was never sent stands in its files with the status 0, and all requests have one time.",
        ),
        marks_failures=False,
        lists_preflights=False,
        leaves_out_credentials=False,
    ),
    Recorder(
        "HTTP Toolkit",
        ("http toolkit", "httptoolkit"),
        "httptoolkit/httptoolkit-ui src/model/http/har.ts at 003eb6c",
        leaves_out=(
            _NO_KINDS,
            _NO_CACHE,
            "Header lines of one name are joined by commas, and bodies above 40 kB are left out.",
        ),
        marks_failures=False,
        lists_preflights=True,
        leaves_out_credentials=False,
    ),
)
"""The recorders that are not part of a browser."""


def recorder_of(creator: str, user_agent: str = "") -> Recorder | None:
    """
    Return the recorder of a file; None if unknown.

    Args:
        creator: The creator that the file names.
        user_agent: The `User-Agent` of a request in it.
    """
    name, agent = creator.lower(), user_agent.lower()
    tools = (tool for profile in real_browsers() for tool in profile.recordings.tools)
    return next(
        (
            recorder
            for recorder in (*OTHER_RECORDERS, *tools)
            if _has_one_of(name, recorder.creators)
            and (not recorder.user_agents or _has_one_of(agent, recorder.user_agents))
        ),
        None,
    )


def engine_of_name(name: str) -> str:
    """
    Return the browser whose recordings have that name; an empty string if unknown.
    """
    lower = name.lower()
    found = (profile for profile in real_browsers() if _has_one_of(lower, profile.recordings.recorders))
    return next((profile.name for profile in found), "")


def engine_of_user_agent(user_agent: str) -> str:
    """
    Return the browser that sends this `User-Agent`; an empty string if unknown.
    """
    lower = user_agent.lower()
    found = (profile for profile in real_browsers() if _has_one_of(lower, profile.recordings.user_agents))
    return next((profile.name for profile in found), "")


def _has_one_of(text: str, pieces: tuple[str, ...]) -> bool:
    return any(piece in text for piece in pieces)
