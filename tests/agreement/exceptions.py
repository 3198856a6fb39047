"""
Where simulator and recordings are known to differ, and why: by engine, a pattern of scenarios and the reason.

A scenario that stands here and agrees fails the test as one does that differs and does not stand here.
"""

from __future__ import annotations

from typing import Final

__all__ = ["EXCEPTIONS"]

RECORDER = "the recorder: its page asks GET where a scenario has the empty method, and takes every boundary out"
RETRIES = "a broken connection is tried again, as often as the browser likes; the simulation tries once"

EVERYWHERE: Final = {
    r"methods-xhr/empty": RECORDER,
}

EXCEPTIONS: Final[dict[str, dict[str, str]]] = {
    "chromium": {
        **EVERYWHERE,
        r"safelist/057-.*": RECORDER,
        r"authorization/include-401-challenge": "the browser waits for a password; the simulation is not given one",
        r"network-error/break-(once-)?own": RETRIES,
        r"urls/(xhr-)?11-.*": "Chromium escapes | in paths, which the URL Standard does not",
    },
    "firefox": {
        **EVERYWHERE,
        r"safelist/057-.*": RECORDER,
        r"network-error/break-.*": RETRIES,
        r"preflight-status/break": RETRIES,
        r"preflight-cache-forgets/second-break": RETRIES,
        r"status/421": "the types of both answers are joined",
        r"status/(xhr-)?reason-.*spaces.*": "blanks at the end of a reason phrase are kept",
        r"redirects-location/(own-)?21-.*": "a control character at the start of a location is not stripped",
        r"redirects/app-api-api-authorization-307": "Authorization comes back on a hop that stays at an origin",
        r"urls/xhr-3[56]-data.*": "XMLHttpRequest sees the type of a data: URL alone, in its usual case",
    },
    "webkit": {
        **EVERYWHERE,
        r"max-age-time/after-.*": "the default of five seconds is a little more",
        r"opaque-origin/.*-xhr(-include)?": "XMLHttpRequest of an opaque origin shows the parent's origin as referrer",
        r"preflight-cache-keys/escape": "the URL is unescaped before it is asked for",
        r"preflight-cache-keys/two-sandboxes": "each opaque origin has preflights of its own",
        r"redirects/api-other-DELETE-30[127]": "a redirect to another origin turns a DELETE without headers into GET",
        r"redirects/app-api-(api|app|other)-(header|json|put|authorization)-307": (
            "a preflighted request is refused at the preflight of the next hop, not at the redirect"
        ),
        r"redirects/app-app-(json|post)-302": "Origin stays when a redirect makes a GET of a POST",
        r"redirects/sub-app-(header|json|put|authorization)-30[27]": (
            "a preflight of a tainted request says cross-site, also within a site"
        ),
        r"urls/xhr-(28|29|30)-.*": "user names and passwords are taken out of the URL",
        r"visible-headers/(own-)?length-differs": "different lengths break the body and not the response",
        r"visible-headers/xhr-name-.*": "XMLHttpRequest sees headers whose names are no tokens",
    },
}
