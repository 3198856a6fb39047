"""
What Chromium writes to its console when it blocks something.

Each message has only the words that identify it. They are from `cors_error_string.cc` and from the
recordings; a test compares them with the recordings.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.console import ALWAYS_SAID, ConsoleMessage, ConsoleRules

__all__ = ["CHROMIUM_CONSOLE"]

ONLY_FOLLOWS: Final = "Chromium writes net::ERR_FAILED after each block by CORS as well; the line before it says why."

# NB: the first message that matches a line counts, so the more specific ones come first.
CHROMIUM_CONSOLE: Final = ConsoleRules(
    messages=(
        # Rules beside CORS, which Chromium words as if they were of it.
        ConsoleMessage(
            "Permission was denied for this request to access the ... address space",
            ("local-network-access-denied", "local-network-access-not-delegated"),
        ),
        ConsoleMessage("in more-private address space", ("local-network-access-insecure",)),
        ConsoleMessage(
            "'Access-Control-Allow-Private-Network' header was present in the preflight response",
            ("private-network-not-allowed",),
        ),
        ConsoleMessage("Request had a target IP address space of", ("local-network-access-space",)),
        ConsoleMessage(
            "net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS",
            ("local-network-access-denied", "local-network-access-insecure", "local-network-access-not-delegated"),
            rank=1,
        ),
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
        ConsoleMessage("violates the following Content Security Policy directive", ("content-security-policy",)),
        ConsoleMessage("because it violates the document's Content Security Policy", ("content-security-policy",)),
        ConsoleMessage("net::ERR_BLOCKED_BY_CSP", ("content-security-policy",)),
        ConsoleMessage("net::ERR_BLOCKED_BY_ORB", ("opaque-response-blocked",)),
        ConsoleMessage(
            "Refused to execute script from ... strict MIME type checking is enabled", ("nosniff", "mime-type-blocked")
        ),
        ConsoleMessage("Refused to apply style from ... MIME type", ("nosniff", "mime-type-blocked")),
        ConsoleMessage("Refused to execute script from ... because its MIME type", ("mime-type-blocked",)),
        ConsoleMessage("Failed to load module script: Expected a", ("mime-type-blocked", "nosniff")),
        ConsoleMessage("Failed to load module script: The server responded with", ("mime-type-blocked", "nosniff")),
        ConsoleMessage("Failed to construct ... Script at ... cannot be accessed from origin", ("same-origin-mode",)),
        ConsoleMessage(
            "Failed to connect an existing shared worker because the type or credentials", ("shared-worker-mismatch",)
        ),
        ConsoleMessage("Failed to decode downloaded font", ("content-not-usable",)),
        ConsoleMessage("OTS parsing error", ("content-not-usable",)),
        ConsoleMessage("Failed to find a valid digest in the 'integrity' attribute", ("integrity-mismatch",)),
        ConsoleMessage("has an integrity attribute, but the resource requires", ("integrity-mismatch",)),
        ConsoleMessage("This request was automatically upgraded to HTTPS", ("upgraded-to-https",)),
        ConsoleMessage("Failed to read the 'cssRules' property ... Cannot access rules", ("rules-not-readable",)),
        ConsoleMessage("Failed to read the 'rules' property ... Cannot access rules", ("rules-not-readable",)),
        ConsoleMessage("A preload for ... is found, but is not used", ("preload-not-used",)),
        ConsoleMessage("uses an unsupported 'as' value", ("load-not-supported",)),
        ConsoleMessage("must have a valid 'as' value", ("load-not-supported",)),
        ConsoleMessage("<link rel=modulepreload> has an invalid 'as' value", ("load-not-supported",)),
        ConsoleMessage("<link rel=preload> has an unsupported 'type' value", ("load-not-supported",)),
        ConsoleMessage("Refused to set unsafe header", ("header-dropped",)),
        ConsoleMessage("Attempt to set a forbidden header was denied", ("header-dropped",)),
        ConsoleMessage("Refused to get unsafe header", ("header-hidden",)),
        ConsoleMessage(
            "Failed to execute 'importScripts' ... failed to load",
            ("mime-type-blocked", "nosniff", "status-not-ok", "connection-failed"),
            rank=1,
        ),
        ConsoleMessage("Failed to fetch a worker script", ("status-not-ok", "mime-type-blocked"), rank=1),
        # WebKit writes the same messages.
        ConsoleMessage("was preloaded using link preload but not used within", ("preload-not-used",), rank=1),
        ConsoleMessage("Method ... is not allowed by Access-Control-Allow-Methods", ("method-not-allowed",), rank=1),
        ConsoleMessage(
            "Request header field ... is not allowed by Access-Control-Allow-Headers", ("header-not-allowed",), rank=1
        ),
        # WebSockets.
        ConsoleMessage("attempted to connect to the insecure WebSocket endpoint", ("mixed-content",)),
        ConsoleMessage("Error during WebSocket handshake: Unexpected response code", ("websocket-status",)),
        ConsoleMessage(
            "WebSocket connection to ... failed: HTTP Authentication failed; no valid credentials",
            ("websocket-status",),
        ),
        ConsoleMessage(
            "Error during WebSocket handshake: ... 'Sec-WebSocket-Protocol' header", ("websocket-protocol-mismatch",)
        ),
        ConsoleMessage(
            "Error during WebSocket handshake: ... 'Sec-WebSocket-Extensions' header",
            ("websocket-extension-mismatch",),
        ),
        ConsoleMessage(
            "Error during WebSocket handshake: Error in permessage-deflate", ("websocket-extension-mismatch",)
        ),
        ConsoleMessage(
            "Error during WebSocket handshake: Received duplicate permessage-deflate", ("websocket-extension-mismatch",)
        ),
        ConsoleMessage("Error during WebSocket handshake: ... 'Upgrade' header", ("websocket-handshake-invalid",)),
        ConsoleMessage("Error during WebSocket handshake: ... 'Connection' header", ("websocket-handshake-invalid",)),
        ConsoleMessage(
            "Error during WebSocket handshake: ... 'Sec-WebSocket-Accept' header", ("websocket-handshake-invalid",)
        ),
        *(
            ConsoleMessage(f"WebSocket connection to ... failed: {words}", ("websocket-frame-invalid",))
            for words in (
                *("A server must not mask any frames", "One or more reserved bits are on", "Unrecognized frame opcode"),
                *("Invalid frame header", "Received unexpected continuation", "Received start of new message"),
                *("Could not decode a text frame as UTF-8", "Received a broken close frame"),
                "Data frame received after close",
            )
        ),
        # The network.
        ConsoleMessage("net::ERR_CONNECTION_TIMED_OUT", ("timed-out",), rank=1),
        ConsoleMessage("net::ERR_CONNECTION_", ("connection-failed",), rank=1),
        ConsoleMessage("net::ERR_NAME_NOT_RESOLVED", ("connection-failed",), rank=1),
        ConsoleMessage("net::ERR_CERT_", ("connection-failed",), rank=1),
        ConsoleMessage("net::ERR_SSL_", ("connection-failed",), rank=1),
        ConsoleMessage("net::ERR_EMPTY_RESPONSE", ("connection-failed",), rank=1),
        ConsoleMessage("net::ERR_BLOCKED_BY_RESPONSE", ("cross-origin-resource-policy",), rank=1),
        ConsoleMessage("net::ERR_INCOMPLETE_CHUNKED_ENCODING", ("body-interrupted",), rank=1),
        ConsoleMessage("net::ERR_UNSAFE_PORT", ("bad-port",), rank=1),
        ConsoleMessage("net::ERR_UNSAFE_REDIRECT", ("redirect-scheme-not-http",), rank=1),
        ConsoleMessage("net::ERR_TOO_MANY_REDIRECTS", ("redirect-limit",), rank=1),
        ConsoleMessage("net::ERR_UNKNOWN_URL_SCHEME", ("scheme-not-supported",), rank=1),
        ConsoleMessage("net::ERR_CONTENT_DECODING_FAILED", ("body-interrupted", "content-not-usable"), rank=1),
        ConsoleMessage("net::ERR_INVALID_HTTP_RESPONSE", ("invalid-response",), rank=1),
        ConsoleMessage("net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION", ("redirect-location-invalid",), rank=1),
        ConsoleMessage("net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH", ("invalid-response",), rank=1),
        ConsoleMessage("Failed to fetch", (), ALWAYS_SAID, rank=3),
    ),
    hints={"net::ERR_FAILED": ONLY_FOLLOWS},
)
