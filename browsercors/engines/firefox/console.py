"""
What Firefox writes to its console when it blocks something.

Each message has only the words that identify it. They are from `security.properties` and from the
recordings; a test compares them with the recordings.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.console import ALWAYS_SAID, ConsoleMessage, ConsoleRules

__all__ = ["FIREFOX_CONSOLE"]

ANY_WRONG_ORIGIN: Final = (
    "allow-origin-mismatch",
    "allow-origin-list",
    "allow-origin-space-separated",
    "allow-origin-invalid",
)
NO_ANSWER: Final = (
    "connection-failed",
    "local-network-access-denied",
    "timed-out",
    "invalid-response",
    "redirect-limit",
    "redirect-location-invalid",
)
REFUSED_FIRST: Final = ("mime-type-blocked", "nosniff", "bad-port", "mixed-content", "content-security-policy")
"""What stops a request before CORS is asked, which is the first thing that is said all the same."""

CUT_OFF: Final = (
    "Firefox says why at the end of this line, in parentheses; it cuts off what is very long. Paste all of it."
)

FOLLOWS: Final = (
    "Firefox writes this after each script that failed. The line before it may say why: paste that one too."
)

# NB: the first message that matches a line counts, so the more specific ones come first.
FIREFOX_CONSOLE: Final = ConsoleRules(
    messages=(
        ConsoleMessage("Local Network Access permission required", ("local-network-access-prompt",)),
        ConsoleMessage(
            "Local Network Access detected ... prompt action: auto_deny",
            ("local-network-access-denied", "local-network-access-not-delegated"),
        ),
        ConsoleMessage(
            "Local Network Access detected ... prompt action: prompt_deny", ("local-network-access-denied",)
        ),
        ConsoleMessage("CORS header 'Access-Control-Allow-Origin' missing", ("allow-origin-missing",)),
        ConsoleMessage(
            "Credential is not supported if the CORS header 'Access-Control-Allow-Origin' is '*'",
            ("allow-origin-wildcard-with-credentials",),
        ),
        ConsoleMessage("CORS header 'Access-Control-Allow-Origin' does not match", ANY_WRONG_ORIGIN),
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
            "CORS request did not succeed",
            (*NO_ANSWER, "redirect-with-credentials", "redirect-scheme-not-http", *REFUSED_FIRST),
        ),
        ConsoleMessage("was blocked due to its Cross-Origin-Resource-Policy", ("cross-origin-resource-policy",)),
        ConsoleMessage("Security Error: Content at ... may not load", ("scheme-not-supported", "same-origin-mode")),
        ConsoleMessage("Redirecting to data: URI not allowed", ("redirect-scheme-not-http",)),
        ConsoleMessage("Blocked loading mixed active content", ("mixed-content",)),
        ConsoleMessage("Content-Security-Policy: The page's settings blocked", ("content-security-policy",)),
        ConsoleMessage("Content-Security-Policy: (Report-Only policy)", ("policy-would-block",)),
        ConsoleMessage("Content-Security-Policy: Upgrading insecure request", ("upgraded-to-https",)),
        ConsoleMessage("Content-Security-Policy: Couldn't", ("policy-ignored",)),
        ConsoleMessage("Clear-Site-Data header forced the clean up of", ("site-data-cleared",)),
        ConsoleMessage("hashes in the integrity attribute match the content", ("integrity-mismatch",)),
        ConsoleMessage("is not eligible for integrity checks", ("integrity-mismatch",)),
        ConsoleMessage("blocked by OpaqueResponseBlocking", ("opaque-response-blocked",)),
        ConsoleMessage("was blocked because of a disallowed MIME type", ("nosniff", "mime-type-blocked")),
        ConsoleMessage("was blocked due to MIME type", ("nosniff", "mime-type-blocked")),
        ConsoleMessage("The stylesheet ... was not loaded because its MIME type", ("mime-type-blocked",)),
        ConsoleMessage("downloadable font: rejected by sanitizer", ("content-not-usable",)),
        ConsoleMessage(
            "downloadable font: download failed",
            ("allow-origin-missing", "allow-origin-mismatch", "status-not-ok", "connection-failed"),
        ),
        ConsoleMessage(
            "downloadable font: failed to start download ... content blocked",
            ("content-security-policy", "mixed-content"),
        ),
        ConsoleMessage("downloadable font: failed to start download", ("bad-port",)),
        ConsoleMessage("downloadable font: ... invalid table", ("content-not-usable",)),
        ConsoleMessage("downloadable font: font load failed", ("content-not-usable",)),
        ConsoleMessage("HTTP load failed with status ... Load of media resource", ("status-not-ok",)),
        ConsoleMessage("preloaded with link preload was not used", ("preload-not-used",)),
        ConsoleMessage("Not allowed to access cross-origin stylesheet", ("rules-not-readable",)),
        ConsoleMessage("Blocked loading mixed display content", ("mixed-content",)),
        ConsoleMessage("Upgrading insecure display request", ("upgraded-to-https",)),
        ConsoleMessage("Cookie ... rejected because it", ("cookie-not-stored",)),
        ConsoleMessage("Cookie ... has been rejected", ("cookie-not-stored",)),
        ConsoleMessage("Cookie ... was omitted because of a cross-site redirect", ("cookie-not-sent",)),
        # Messages for any reason.
        ConsoleMessage("source URI is not allowed in this document", (), FOLLOWS, rank=2),
        ConsoleMessage(
            "Loading failed for the",
            (
                "status-not-ok",
                "connection-failed",
                "opaque-response-blocked",
                "nosniff",
                "mime-type-blocked",
                "cross-origin-resource-policy",
                "mixed-content",
                "bad-port",
                "body-interrupted",
            ),
            FOLLOWS,
            rank=2,
        ),
        ConsoleMessage(
            "establish a connection to the server at",
            (
                *("websocket-status", "websocket-handshake-invalid", "websocket-protocol-mismatch"),
                *("websocket-extension-mismatch", "connection-failed"),
            ),
            rank=1,
        ),
        ConsoleMessage(
            "The connection to ... was interrupted while the page was loading", ("websocket-frame-invalid",), rank=1
        ),
        ConsoleMessage("Cross-Origin Request Blocked: The Same Origin Policy disallows", (), CUT_OFF, rank=2),
        ConsoleMessage("NetworkError when attempting to fetch resource", (), ALWAYS_SAID, rank=3),
    ),
)
