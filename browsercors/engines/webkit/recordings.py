"""
How Web Inspector writes HAR files, and the request headers that WebKit adds.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.recordings import AddedHeader, Recorder, RecordingRules

__all__ = ["WEBKIT_RECORDINGS"]

WEBKIT_RECORDINGS: Final = RecordingRules(
    recorders=("webkit", "safari", "epiphany", "gnome web"),
    # NB: Chromium's has AppleWebKit/537.36, which has been frozen; browsers on iOS have WebKit's.
    user_agents=("applewebkit/60", "applewebkit/61", "applewebkit/62"),
    tools=(
        Recorder(
            "Safari's Web Inspector",
            ("webkit web inspector", "safari"),
            "WebKit, Source/WebInspectorUI/UserInterface/Controllers/HARBuilder.js",
            leaves_out=(
                "Web Inspector lists no preflights and no redirects.",
                "It leaves out requests that failed, also those that CORS blocked: give the console as well.",
            ),
        ),
    ),
    adds_headers=(AddedHeader("x-purpose", "Safari: `preview`, for the pages of Top Sites"),),
    marks_failures=True,
    lists_preflights=False,
)
