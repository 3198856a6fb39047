"""
What WebKit writes to its console when it blocks something.

Each message has only the words that identify it. They are from `CrossOriginAccessControl.cpp`, its loaders
and the recordings; a test compares them with the recordings.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.console import ALWAYS_SAID, ConsoleMessage, ConsoleRules

__all__ = ["WEBKIT_CONSOLE"]


# NB: the first message that matches a line counts, so the more specific ones come first.
WEBKIT_CONSOLE: Final = ConsoleRules(
    messages=(
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
        # NB: Chromium writes the same, followed by "in preflight response".
        ConsoleMessage("Method ... is not allowed by Access-Control-Allow-Methods", ("method-not-allowed",), rank=1),
        ConsoleMessage(
            "Request header field ... is not allowed by Access-Control-Allow-Headers", ("header-not-allowed",), rank=1
        ),
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
        ConsoleMessage("Cannot load script due to integrity mismatch", ("integrity-mismatch",)),
        ConsoleMessage(
            'Refused to execute ... as script because "X-Content-Type-Options: nosniff" was given',
            ("nosniff", "mime-type-blocked"),
        ),
        ConsoleMessage("Refused to execute ... is not a script MIME type", ("mime-type-blocked",)),
        ConsoleMessage("TypeError: ... is not a valid JavaScript MIME type", ("mime-type-blocked",)),
        ConsoleMessage(
            "Did not parse stylesheet at ... because non CSS MIME types are not allowed",
            ("mime-type-blocked", "nosniff"),
        ),
        ConsoleMessage("<link rel=preload> cannot have the empty string as 'as' value", ("load-not-supported",)),
        ConsoleMessage("the canvas has been tainted by cross-origin data", ("tainted-canvas",)),
        ConsoleMessage("was preloaded using link preload but not used within", ("preload-not-used",), rank=1),
        ConsoleMessage("Unsafe attempt to load URL ... Domains, protocols and ports must match", ("same-origin-mode",)),
        ConsoleMessage("FTP URLs are disabled", ("scheme-not-supported", "redirect-scheme-not-http")),
        ConsoleMessage("Not allowed to load local resource", ("redirect-scheme-not-http", "scheme-not-supported")),
        ConsoleMessage("[Report Only] Refused to", ("policy-would-block",)),
        ConsoleMessage("does not appear in the ... directive of the Content Security", ("content-security-policy",)),
        ConsoleMessage("appears in neither the ... directive of the Content Security", ("content-security-policy",)),
        ConsoleMessage("Blocked by Content Security Policy", ("content-security-policy",)),
        ConsoleMessage("was not allowed to ... insecure content from", ("mixed-content",)),
        ConsoleMessage("Connection terminated unexpectedly", ("connection-failed",)),
        ConsoleMessage("was automatically upgraded and should", ("upgraded-to-https",)),
        ConsoleMessage("requested insecure content from", ("mixed-content",)),
        # WebSockets.
        *(
            ConsoleMessage(f"WebSocket connection to ... failed: {words}", codes)
            for words, codes in (
                ("The server did not accept the WebSocket handshake", ("websocket-status",)),
                ("Server ignored WebSocket handshake", ("websocket-handshake-invalid",)),
                ("Server returned incorrect ... key", ("websocket-handshake-invalid",)),
                ("Server requested unsupported protocol", ("websocket-protocol-mismatch",)),
                ("Server requested unsupported extension", ("websocket-extension-mismatch",)),
                ("Invalid value of parameter", ("websocket-extension-mismatch",)),
                ("Invalid parameter", ("websocket-extension-mismatch",)),
                ("Server returned a duplicated parameter", ("websocket-extension-mismatch",)),
                ("Received invalid WebSocket", ("websocket-frame-invalid",)),
            )
        ),
        ConsoleMessage("WebSocket port ... blocked", ("bad-port",)),
        # Messages for any reason.
        ConsoleMessage(
            "load denied by Cross-Origin Resource Sharing policy",
            ("allow-origin-missing", "allow-origin-mismatch", "allow-origin-space-separated", "allow-origin-invalid"),
            rank=1,
        ),
        ConsoleMessage("due to access control checks", (), ALWAYS_SAID, rank=2),
        # NB: the messages above are more specific.
        ConsoleMessage("Fetch API cannot load", ("same-origin-mode",), rank=3),
        ConsoleMessage("TypeError: Load failed", (), ALWAYS_SAID, rank=3),
    ),
)
