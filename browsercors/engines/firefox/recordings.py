"""
How Firefox's developer tools write HAR files, and the request headers that Firefox adds.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.recordings import AddedHeader, Recorder, RecordingRules

__all__ = ["FIREFOX_RECORDINGS"]

_ITS_FILES: Final = "Firefox, devtools/client/netmonitor/src/har/har-builder.js"

# NB: a file names the application: that of a channel, or that of a browser derived from Firefox.
_APPLICATIONS: Final = (
    "firefox",
    "nightly",
    "librewolf",
    "waterfox",
    "floorp",
    "zen browser",
    "mullvad",
    "tor browser",
    "icecat",
    "iceweasel",
    "seamonkey",
)
_NO_FAILURES: Final = (
    "It does not say which requests failed: a response that CORS kept from the page looks like any other."
)

FIREFOX_RECORDINGS: Final = RecordingRules(
    recorders=_APPLICATIONS,
    user_agents=("gecko/",),
    tools=(Recorder("Firefox's Network Monitor", _APPLICATIONS, _ITS_FILES, leaves_out=(_NO_FAILURES,)),),
    adds_headers=(
        AddedHeader("alt-used", "RFC 7838, 5; sent by Firefox to an alternative service"),
        AddedHeader("x-moz", "Firefox, netwerk/base/Predictor.cpp: `prefetch`"),
    ),
)
