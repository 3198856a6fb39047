"""
What a report says of a `Reason` where an element or a style sheet loads something, and something else of fetches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.loads import element_of
from browsercors.explain.words.reasons import SENTENCES, Sentences
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.initiators.page_call import PageCall

__all__ = ["CHANNEL_SENTENCES", "LOAD_SENTENCES", "sentences_of"]

LOAD_SENTENCES: Final[Mapping[Reason, Sentences]] = {
    Reason.ALLOW_ORIGIN_MISSING: Sentences(
        "{response} has no Access-Control-Allow-Origin header",
        "what is loaded with CORS from another origin can be used only if the response allows the page",
        "Access-Control-Allow-Origin",
        "has to be: {wanted}",
    ),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: Sentences(
        "the request was made with credentials (use-credentials), and {response} does not allow them",
        "a response to a request made with credentials needs Access-Control-Allow-Credentials, and exactly true in it",
        "Access-Control-Allow-Credentials",
        "has to be exactly: true",
    ),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: Sentences(
        "{response} allows any origin (*), but the request was made with credentials (use-credentials)",
        "a wildcard does not match a request made with credentials",
        "Access-Control-Allow-Origin",
        "has to be exactly: {wanted}",
    ),
    Reason.SAME_ORIGIN_MODE: Sentences(
        "it has another origin than the page, and the media element has no crossorigin attribute",
        "without crossorigin on the media element, a track has to come from the page's own origin",
    ),
    Reason.SCHEME_NOT_SUPPORTED: Sentences(
        'a URL with the scheme "{scheme}" cannot be loaded',
        "from other origins a page can load http and https URLs only, and data: URLs",
    ),
    Reason.CONTENT_SECURITY_POLICY: Sentences(
        "the page's own Content-Security-Policy does not allow it in {directive}",
        "a page can load only what its own Content-Security-Policy allows; what other servers send does not matter",
    ),
    Reason.BODY_INTERRUPTED: Sentences(
        "the connection broke in the middle of the body: {detail}",
        "what has not come whole is not used",
    ),
    Reason.CONNECTION_FAILED: Sentences("{detail}", "without a connection the load fails, which no header can fix"),
    Reason.TIMED_OUT: Sentences("{detail}", "if a server does not respond, the load fails"),
    Reason.INVALID_RESPONSE: Sentences(
        "the server did not send a valid response: {detail}",
        "if a browser cannot read what the server sends, the load fails",
    ),
    Reason.REDIRECT_LIMIT: Sentences(
        "the load has already followed {count} redirects", "a load follows at most 20 redirects", "Location"
    ),
}
"""What differs from the sentences on fetches."""


WORKER_SENTENCES: Final[Mapping[Reason, Sentences]] = {
    Reason.SAME_ORIGIN_MODE: Sentences(
        "its script has another origin than the page",
        "the script of a worker has to come from the page's own origin, which no header can change",
    ),
    Reason.STATUS_NOT_OK: Sentences(
        "the response has status {status}", "the script of a worker needs a status from 200 to 299"
    ),
    Reason.MIME_TYPE_BLOCKED: Sentences(
        "it has the wrong Content-Type",
        "the script of a worker has to be sent as JavaScript",
        "Content-Type",
        "has to be: text/javascript",
    ),
}

CHANNEL_SENTENCES: Final[Mapping[str, Mapping[Reason, Sentences]]] = {
    "event-source": {
        Reason.STATUS_NOT_OK: Sentences(
            "the server answered {status_line}",
            "an EventSource needs exactly the status 200; with any other it closes, and does not connect again",
        ),
        Reason.CONTENT_NOT_USABLE: Sentences(
            "the server calls what came {content_type}, and not text/event-stream",
            "an EventSource goes by the Content-Type alone; with any other it closes, and does not connect again",
            "Content-Type",
            "has to be: text/event-stream",
        ),
        Reason.ALLOW_CREDENTIALS_NOT_TRUE: Sentences(
            "the request was made with credentials (withCredentials), and {response} does not allow them",
            "a response to a request made with credentials needs Access-Control-Allow-Credentials, and exactly true "
            "in it",
            "Access-Control-Allow-Credentials",
            "has to be exactly: true",
        ),
        Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: Sentences(
            "{response} allows any origin (*), but the request was made with credentials (withCredentials)",
            "a wildcard does not match a request made with credentials",
            "Access-Control-Allow-Origin",
            "has to be exactly: {wanted}",
        ),
    },
    "ping": {
        Reason.LOAD_NOT_SUPPORTED: Sentences(
            "this browser sends no pings, unless its user has it do so",
            "a browser may leave pings to its user",
        ),
    },
    "worker": WORKER_SENTENCES,
    "shared-worker": WORKER_SENTENCES,
    "imported-script": {
        Reason.STATUS_NOT_OK: Sentences(
            "the response has status {status}", "importScripts() needs a status from 200 to 299"
        ),
        Reason.MIME_TYPE_BLOCKED: Sentences(
            "it has the wrong Content-Type",
            "what importScripts() runs has to be sent as JavaScript, which <script> does not ask for",
            "Content-Type",
            "has to be: text/javascript",
        ),
    },
    "beacon": {
        Reason.ALLOW_CREDENTIALS_NOT_TRUE: Sentences(
            "a beacon is always sent with credentials, and {response} does not allow them",
            "a response to a request made with credentials needs Access-Control-Allow-Credentials, and exactly true "
            "in it",
            "Access-Control-Allow-Credentials",
            "has to be exactly: true",
        ),
        Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: Sentences(
            "{response} allows any origin (*), but a beacon is always sent with credentials",
            "a wildcard does not match a request made with credentials",
            "Access-Control-Allow-Origin",
            "has to be exactly: {wanted}",
        ),
        Reason.KEEPALIVE_BODY_TOO_LARGE: Sentences(
            "it has {length} bytes",
            "all beacons and keepalive requests in flight may have 65,536 bytes of body together",
        ),
    },
    "websocket": {
        Reason.REDIRECT_MODE_ERROR: Sentences(
            "the server answered the handshake with a redirect ({status})",
            "the handshake of a WebSocket follows no redirect",
            "Location",
        ),
        Reason.CONTENT_SECURITY_POLICY: Sentences(
            "the page's own Content-Security-Policy does not list it in {directive}",
            "a page can connect only to what its own Content-Security-Policy lists; to browsers, https: is not wss:",
        ),
        Reason.MIXED_CONTENT: Sentences(
            "the page was loaded over https, and ws: is not secure (mixed content)",
            "an https page can open WebSockets over wss only",
        ),
        Reason.CONNECTION_FAILED: Sentences(
            "{detail}", "without a connection the WebSocket does not open; the page is told nothing of why"
        ),
        Reason.TIMED_OUT: Sentences("{detail}", "if a server does not answer the handshake, the WebSocket fails"),
    },
}
"""What differs once more for event streams, beacons, workers and WebSockets."""


BARE_SPECIFIER: Final = Sentences(
    "what is imported is a bare specifier, and not a URL",
    "import() takes a URL, or a path that begins with /, ./ or ../; a bare name means something in an import map only",
)


POLICY_OF_WORKER: Final = Sentences(
    "the worker's own Content-Security-Policy does not allow it in {directive}",
    "a worker can ask only for what its own Content-Security-Policy allows: that of the response with its script, or, "
    "for a worker from a blob: or data: URL, that of the page",
    consequence="may not fetch {url}",
)


def sentences_of(reason: Reason, call: PageCall | None, *, in_worker: bool = False) -> Sentences:
    """
    Return what a report says of a reason, for what *call* asks for; *in_worker* if no page asks, but a worker.
    """
    if in_worker and reason is Reason.CONTENT_SECURITY_POLICY:
        return POLICY_OF_WORKER
    element = element_of(call)
    if reason is Reason.URL_INVALID and call is not None and call.options.get("is_specifier"):
        return BARE_SPECIFIER
    own = LOAD_SENTENCES.get(reason) if element else None
    return CHANNEL_SENTENCES.get(element, {}).get(reason) or own or SENTENCES[reason]
