"""
What browsers write to their consoles when a page is refused something, and what each message may be about.

Only the telling words stand here. Chromium has them in `cors_error_string.cc`, Firefox in `security.properties`, WebKit
in `CrossOriginAccessControl.cpp` and its loaders; the recordings of real browsers have most of them, and a test
compares.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["CONSOLE", "HINTS", "SAID_BY", "ConsoleMessage", "folded", "message_in", "says"]


class ConsoleMessage(NamedTuple):
    """
    What a browser writes to its console.

    Attributes:
        words: Its telling words, in order; whatever stands for `...` may be anything.
        codes: What it may be about.
        hint: What else there is to know; for words that are written whatever the reason, all that there is.
    """

    words: str
    codes: tuple[str, ...]
    hint: str = ""


_ANY_WRONG_ORIGIN: Final = (
    "allow-origin-mismatch",
    "allow-origin-list",
    "allow-origin-space-separated",
    "allow-origin-invalid",
)
_NO_ANSWER: Final = (
    "connection-failed",
    "timed-out",
    "invalid-response",
    "redirect-limit",
    "redirect-location-invalid",
)

_ONLY_FOLLOWS: Final = "Chromium writes net::ERR_FAILED after each block by CORS as well; the line before it says why."
_ALWAYS_SAID: Final = (
    "JavaScript is told no more than this, whatever the reason. Another line of the console says why: paste that one."
)
_CUT_OFF: Final = (
    "Firefox says why at the end of this line, in parentheses; it cuts off what is very long. Paste all of it."
)

# NB: the first one that fits is taken, so what says more stands before what says less.
_CHROMIUM: Final = (
    ConsoleMessage(
        "must not be the wildcard '*' when the request's credentials mode is 'include'",
        ("allow-origin-wildcard-with-credentials",),
    ),
    ConsoleMessage("No 'Access-Control-Allow-Origin' header is present", ("allow-origin-missing",)),
    ConsoleMessage(
        "'Access-Control-Allow-Origin' header contains multiple values",
        ("allow-origin-repeated", "allow-origin-list", "allow-origin-space-separated"),
    ),
    ConsoleMessage("'Access-Control-Allow-Origin' header contains the invalid value", ("allow-origin-invalid",)),
    ConsoleMessage("that is not equal to the supplied origin", ("allow-origin-mismatch",)),
    ConsoleMessage(
        "'Access-Control-Allow-Credentials' header in the response is ... which must be 'true'",
        ("allow-credentials-not-true",),
    ),
    ConsoleMessage("Redirect is not allowed for a preflight request", ("preflight-redirected",)),
    ConsoleMessage("It does not have HTTP ok status", ("preflight-status-not-ok",)),
    ConsoleMessage("Cannot parse Access-Control-Allow-Methods", ("allow-methods-invalid",)),
    ConsoleMessage("Cannot parse Access-Control-Allow-Headers", ("allow-headers-invalid",)),
    ConsoleMessage("contains a username and password, which is disallowed", ("redirect-with-credentials",)),
    ConsoleMessage("Cross origin requests are not allowed by request mode", ("same-origin-mode",)),
    ConsoleMessage(
        "Cross origin requests are only supported for", ("scheme-not-supported", "redirect-scheme-not-http")
    ),
    ConsoleMessage("This request has been blocked; the content must be served over HTTPS", ("mixed-content",)),
    ConsoleMessage("Refused to execute script from ... strict MIME type checking is enabled", ("nosniff",)),
    ConsoleMessage("Refused to apply style from ... MIME type", ("nosniff",)),
    ConsoleMessage("Refused to execute script from ... because its MIME type", ("mime-type-blocked",)),
    ConsoleMessage("Failed to find a valid digest in the 'integrity' attribute", ("integrity-mismatch",)),
    ConsoleMessage("Refused to set unsafe header", ("header-dropped",)),
    ConsoleMessage("Attempt to set a forbidden header was denied", ("header-dropped",)),
    ConsoleMessage("Refused to get unsafe header", ("header-hidden",)),
)
_FIREFOX: Final = (
    ConsoleMessage("CORS header 'Access-Control-Allow-Origin' missing", ("allow-origin-missing",)),
    ConsoleMessage(
        "Credential is not supported if the CORS header 'Access-Control-Allow-Origin' is '*'",
        ("allow-origin-wildcard-with-credentials",),
    ),
    ConsoleMessage("CORS header 'Access-Control-Allow-Origin' does not match", _ANY_WRONG_ORIGIN),
    ConsoleMessage("Multiple CORS header 'Access-Control-Allow-Origin' not allowed", ("allow-origin-repeated",)),
    ConsoleMessage(
        "expected 'true' in CORS header 'Access-Control-Allow-Credentials'", ("allow-credentials-not-true",)
    ),
    ConsoleMessage("CORS request external redirect not allowed", ("preflight-redirected",)),
    ConsoleMessage("CORS preflight response did not succeed", ("preflight-status-not-ok", "preflight-redirected")),
    ConsoleMessage("invalid token ... in CORS header 'Access-Control-Allow-Methods'", ("allow-methods-invalid",)),
    ConsoleMessage("invalid token ... in CORS header 'Access-Control-Allow-Headers'", ("allow-headers-invalid",)),
    ConsoleMessage("Did not find method in CORS header 'Access-Control-Allow-Methods'", ("method-not-allowed",)),
    ConsoleMessage("is not allowed according to header 'Access-Control-Allow-Headers'", ("header-not-allowed",)),
    ConsoleMessage("missing token ... in CORS header 'Access-Control-Allow-Headers'", ("header-not-allowed",)),
    ConsoleMessage("the 'Authorization' header is not covered", ("authorization-under-wildcard",)),
    ConsoleMessage("CORS request not http", ("scheme-not-supported", "redirect-scheme-not-http")),
    ConsoleMessage(
        "CORS request did not succeed", (*_NO_ANSWER, "redirect-with-credentials", "redirect-scheme-not-http")
    ),
    ConsoleMessage("was blocked due to its Cross-Origin-Resource-Policy", ("cross-origin-resource-policy",)),
    ConsoleMessage("Security Error: Content at ... may not load", ("scheme-not-supported", "same-origin-mode")),
    ConsoleMessage("Redirecting to data: URI not allowed", ("redirect-scheme-not-http",)),
    ConsoleMessage("Blocked loading mixed active content", ("mixed-content",)),
    ConsoleMessage("hashes in the integrity attribute match the content", ("integrity-mismatch",)),
    ConsoleMessage("is not eligible for integrity checks", ("integrity-mismatch",)),
    ConsoleMessage("was blocked because of a disallowed MIME type", ("nosniff", "mime-type-blocked")),
    ConsoleMessage("was blocked due to MIME type", ("nosniff", "mime-type-blocked")),
    ConsoleMessage("Cookie ... rejected because it", ("cookie-not-stored",)),
    ConsoleMessage("Cookie ... has been rejected", ("cookie-not-stored",)),
    ConsoleMessage("Cookie ... was omitted because of a cross-site redirect", ("cookie-not-sent",)),
)
_WEBKIT: Final = (
    ConsoleMessage(
        "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true",
        ("allow-origin-wildcard-with-credentials",),
    ),
    ConsoleMessage(
        "Access-Control-Allow-Origin cannot contain more than one origin",
        ("allow-origin-repeated", "allow-origin-list"),
    ),
    ConsoleMessage(
        "is not allowed by Access-Control-Allow-Origin",
        ("allow-origin-missing", "allow-origin-mismatch", "allow-origin-space-separated", "allow-origin-invalid"),
    ),
    ConsoleMessage(
        "Credentials flag is true, but Access-Control-Allow-Credentials is not", ("allow-credentials-not-true",)
    ),
    ConsoleMessage("Preflight response is not successful", ("preflight-status-not-ok", "preflight-redirected")),
    ConsoleMessage("Access-Control-Allow-Methods has an invalid value", ("allow-methods-invalid",)),
    ConsoleMessage("Access-Control-Allow-Headers has an invalid value", ("allow-headers-invalid",)),
    ConsoleMessage("redirection URL ... has credentials", ("redirect-with-credentials",)),
    ConsoleMessage("not allowed to follow a cross-origin CORS redirection", ("redirect-scheme-not-http",)),
    ConsoleMessage("Load cannot follow more than 20 redirections", ("redirect-limit",)),
    ConsoleMessage("Not allowed to follow a redirection while loading", ("redirect-mode-error",)),
    ConsoleMessage("No-Cors mode requires follow redirect mode", ("no-cors-redirect-mode",)),
    ConsoleMessage("Not allowed to use restricted network port", ("bad-port",)),
    ConsoleMessage("Reached maximum amount of queued data of 64Kb for keepalive", ("keepalive-body-too-large",)),
    ConsoleMessage("violates the resource's Cross-Origin-Resource-Policy", ("cross-origin-resource-policy",)),
    ConsoleMessage("Failed integrity metadata check", ("integrity-mismatch",)),
    ConsoleMessage("Unsafe attempt to load URL ... Domains, protocols and ports must match", ("same-origin-mode",)),
    ConsoleMessage("FTP URLs are disabled", ("scheme-not-supported", "redirect-scheme-not-http")),
    ConsoleMessage("Not allowed to load local resource", ("redirect-scheme-not-http", "scheme-not-supported")),
    ConsoleMessage("was not allowed to ... insecure content from", ("mixed-content",)),
    ConsoleMessage("Connection terminated unexpectedly", ("connection-failed",)),
)
_CHROMIUM_AND_WEBKIT: Final = (
    ConsoleMessage("Method ... is not allowed by Access-Control-Allow-Methods", ("method-not-allowed",)),
    ConsoleMessage("Request header field ... is not allowed by Access-Control-Allow-Headers", ("header-not-allowed",)),
)
_NETWORK_OF_CHROMIUM: Final = (
    ConsoleMessage("net::ERR_CONNECTION_TIMED_OUT", ("timed-out",)),
    ConsoleMessage("net::ERR_CONNECTION_", ("connection-failed",)),
    ConsoleMessage("net::ERR_NAME_NOT_RESOLVED", ("connection-failed",)),
    ConsoleMessage("net::ERR_CERT_", ("connection-failed",)),
    ConsoleMessage("net::ERR_SSL_", ("connection-failed",)),
    ConsoleMessage("net::ERR_EMPTY_RESPONSE", ("connection-failed",)),
    ConsoleMessage("net::ERR_BLOCKED_BY_RESPONSE", ("cross-origin-resource-policy",)),
    ConsoleMessage("net::ERR_INCOMPLETE_CHUNKED_ENCODING", ("body-interrupted",)),
    ConsoleMessage("net::ERR_INVALID_HTTP_RESPONSE", ("invalid-response", "not-representable")),
    ConsoleMessage("net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION", ("redirect-location-invalid",)),
    ConsoleMessage("net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH", ("invalid-response",)),
)
_WHATEVER_THE_REASON: Final = (
    ConsoleMessage("Cross-Origin Request Blocked: The Same Origin Policy disallows", (), _CUT_OFF),
    ConsoleMessage("due to access control checks", (), _ALWAYS_SAID),
    # NB: WebKit, and no less than the words before.
    ConsoleMessage("Fetch API cannot load", ("same-origin-mode",)),
    ConsoleMessage("Failed to fetch", (), _ALWAYS_SAID),
    ConsoleMessage("NetworkError when attempting to fetch resource", (), _ALWAYS_SAID),
    ConsoleMessage("TypeError: Load failed", (), _ALWAYS_SAID),
)

CONSOLE: Final = (
    *_CHROMIUM,
    *_FIREFOX,
    *_WEBKIT,
    *_CHROMIUM_AND_WEBKIT,
    *_NETWORK_OF_CHROMIUM,
    *_WHATEVER_THE_REASON,
)
"""What browsers write to their consoles, as recorded or as their sources have it."""

SAID_BY: Final = {
    message.words: browsers
    for messages, browsers in (
        (_CHROMIUM, "Chromium"),
        (_FIREFOX, "Firefox"),
        (_WEBKIT, "WebKit"),
        (_CHROMIUM_AND_WEBKIT, "Chromium or WebKit"),
        (_NETWORK_OF_CHROMIUM, "Chromium"),
    )
    for message in messages
}
"""Which browser says so, by the telling words."""

HINTS: Final = {"net::ERR_FAILED": _ONLY_FOLLOWS}
"""What else there is to know of an identifier."""

# NB: Firefox quotes by U+2018 to U+201D, and its translations by others; what is pasted may have lost them.
_PLAIN: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b`", "'")
    | dict.fromkeys("\u201c\u201d\u201e", '"')
    | dict.fromkeys("\u00a0\u202f", " ")
    | {"\uff1a": ":", "\uff08": "(", "\uff09": ")"}
)
_GUILLEMETS: Final = str.maketrans("\u00ab\u00bb", "\x27\x27")


def message_in(line: str) -> ConsoleMessage | None:
    """
    Return what message *line* holds; None if it is none that is known.
    """
    text = folded(line)
    return next((message for message in CONSOLE if says(text, message.words)), None)


def folded(line: str) -> str:
    """
    Return *line* as lines are compared: in small letters, with straight quotes, plain spaces and plain punctuation.
    """
    plain = line.translate(_PLAIN)
    # NB: French sets its quotes apart by a space that does not break.
    return plain.replace("\u00ab ", "'").replace(" \u00bb", "'").translate(_GUILLEMETS).casefold()


def says(text: str, words: str) -> bool:
    """
    Whether the parts of *words* stand in *text*, which is folded, one after the other; `...` stands between them.

    NB: no regular expression, so that no text takes long.
    """
    at = 0
    for part in words.casefold().split("..."):
        at = text.find(part.strip(), at)
        if at < 0:
            return False
        at += len(part.strip())
    return True
