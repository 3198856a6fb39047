"""
The programs that write HAR files: how each is known, and what its files leave out.

The developer tools of browsers stand with their engines. Here is what records whatever browser it is put before.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.registry import real_browsers
from browsercors.rules.recordings import Recorder

__all__ = ["OTHER_RECORDERS", "engine_of_name", "engine_of_user_agent", "recorder_of"]

_NO_KINDS: Final = "It sees the wire, and so neither what kind of request it is nor whether the page got the response."
_NO_CACHE: Final = "What the browser's cache answered is not in the file."

OTHER_RECORDERS: Final = (
    Recorder(
        "Playwright",
        ("playwright",),
        "Playwright, packages/playwright-core/src/server/har/harTracer.ts and chromium/crNetworkManager.ts",
        leaves_out=("Playwright lists no preflights, and answers them itself where a route is set.",),
        marks_failures=True,
        lists_preflights=False,
        leaves_out_credentials=False,
    ),
    Recorder(
        "Puppeteer (chrome-har)",
        ("chrome-har", "puppeteer"),
        "chrome-har, index.js; puppeteer-har and sitespeed.io write with it",
        leaves_out=("chrome-har leaves out each request that failed, one that CORS blocked too, and preflights.",),
        marks_failures=True,
        lists_preflights=False,
        leaves_out_credentials=False,
    ),
    Recorder(
        "Charles",
        ("charles",),
        "https://www.charlesproxy.com/documentation/",
        leaves_out=(_NO_KINDS, _NO_CACHE),
        marks_failures=False,
        lists_preflights=True,
        leaves_out_credentials=False,
    ),
    Recorder(
        "Fiddler",
        ("fiddler",),
        "https://docs.telerik.com/fiddler-everywhere/",
        leaves_out=(_NO_KINDS, _NO_CACHE),
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
        "WebPageTest, www/har/HttpArchiveGenerator.php",
        leaves_out=("WebPageTest does not say whether the page got a response.",),
        marks_failures=False,
        leaves_out_credentials=False,
    ),
    Recorder(
        "Insomnia",
        ("insomnia",),
        "Insomnia, packages/insomnia/src/common/har.ts",
        leaves_out=("Insomnia is no browser: it sends no Origin and no preflight, and no rule of CORS held for it.",),
        marks_failures=False,
        lists_preflights=False,
        leaves_out_credentials=False,
    ),
    Recorder(
        "HTTP Toolkit",
        ("http toolkit", "httptoolkit"),
        "HTTP Toolkit, httptoolkit-ui/src/model/http/har.ts",
        leaves_out=(_NO_KINDS, _NO_CACHE),
        marks_failures=False,
        lists_preflights=True,
        leaves_out_credentials=False,
    ),
)
"""The recorders that belong to no browser."""


def recorder_of(creator: str, user_agent: str = "") -> Recorder | None:
    """
    Return who wrote a file.

    Args:
        creator: What the file names as its creator.
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
    Return the browser whose recordings have that name in them; an empty string if that is nobody's.
    """
    lower = name.lower()
    found = (profile for profile in real_browsers() if _has_one_of(lower, profile.recordings.recorders))
    return next((profile.name for profile in found), "")


def engine_of_user_agent(user_agent: str) -> str:
    """
    Return the browser that sends such a `User-Agent`; an empty string if that is nobody.
    """
    lower = user_agent.lower()
    found = (profile for profile in real_browsers() if _has_one_of(lower, profile.recordings.user_agents))
    return next((profile.name for profile in found), "")


def _has_one_of(text: str, pieces: tuple[str, ...]) -> bool:
    return any(piece in text for piece in pieces)
