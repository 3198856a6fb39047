"""
How DevTools write HAR files, and the request headers that Chromium and the browsers derived from it add.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.recordings import AddedHeader, Recorder, RecordingRules

__all__ = ["CHROMIUM_RECORDINGS"]

_VARIATIONS: Final = "Chromium, components/variations/net/variations_http_headers.cc"
_VALIDATION: Final = "Google Chrome since 137, sent to hosts of Google; seen in recordings"
_HINTS: Final = "https://wicg.github.io/responsive-image-client-hints/ and https://wicg.github.io/netinfo/"
_SAVED: Final = "https://wicg.github.io/savedata/"
_PREFETCH: Final = "Chromium, third_party/blink/renderer/platform/loader/fetch/resource_fetcher.cc"
_SIGN_IN: Final = "Chromium, components/signin/core/browser/signin_header_helper.cc"

_ITS_FILES: Final = "Chromium DevTools, front_end/models/har/Log.ts and HARWriter.ts"
_FILTERED: Final = "DevTools export only what the filter of the Network panel shows: preflights may be missing."
_SANITISED: Final = "DevTools leave out cookies and Authorization, unless the export is made with sensitive data."

CHROMIUM_RECORDINGS: Final = RecordingRules(
    recorders=("webinspector", "chrom", "edge", "brave", "opera", "vivaldi"),
    user_agents=("chrome/", "chromium/"),
    tools=(
        Recorder(
            "Edge DevTools", ("webinspector",), _ITS_FILES, user_agents=("edg/",), leaves_out=(_FILTERED, _SANITISED)
        ),
        Recorder(
            "Opera DevTools", ("webinspector",), _ITS_FILES, user_agents=("opr/",), leaves_out=(_FILTERED, _SANITISED)
        ),
        Recorder("Chrome DevTools", ("webinspector",), _ITS_FILES, leaves_out=(_FILTERED, _SANITISED)),
    ),
    adds_headers=(
        AddedHeader("x-client-data", _VARIATIONS),
        AddedHeader("x-browser-", _VALIDATION),
        AddedHeader("x-chrome-connected", _SIGN_IN),
        AddedHeader("x-chrome-id-consistency-request", _SIGN_IN),
        AddedHeader("device-memory", "https://www.w3.org/TR/device-memory/"),
        AddedHeader("dpr", _HINTS),
        AddedHeader("width", _HINTS),
        AddedHeader("viewport-width", _HINTS),
        AddedHeader("downlink", _HINTS),
        AddedHeader("ect", _HINTS),
        AddedHeader("rtt", _HINTS),
        AddedHeader("save-data", _SAVED),
        AddedHeader("purpose", _PREFETCH),
    ),
    marks_failures=True,
    marks_successes=True,
    leaves_out_credentials=frozenset({"WebInspector"}),
)
