"""
What the error codes in a recording mean, and what follows for the page.

A code says how the request ended in the recorded browser, perhaps by a rule that is not simulated.
"""

from __future__ import annotations

import enum
from typing import Final

import attrs

from browsercors.explain.catalogue.console_messages import message_in
from browsercors.values.wire import FailureKind

__all__ = ["ERROR_CODES", "Ending", "ErrorCode", "error_code"]


class Ending(enum.Enum):
    """
    How a request ended in the recorded browser.
    """

    CANCELLED = "cancelled"
    """The page or the browser aborted it. If there is a response, the page has it."""

    CHECKED = "checked"
    """A check failed, and the code does not say which; CORS is one of them."""

    NO_RESPONSE = "no response"
    """There was no response."""

    BLOCKED = "blocked"
    """A rule of the browser other than CORS blocked it."""

    EXPLAINED = "explained"
    """The recording has the console's message, which says why."""

    STOPPED = "stopped"
    """Something on the user's side stopped it, neither the page nor the server."""


@attrs.frozen
class ErrorCode:
    """
    An error code.

    Attributes:
        code: The code, its beginning, or words that it contains.
        ending: How the request ended.
        name: Its code or topic in `browsercors reason`; empty if there is none.
        meaning: What happened, in a sentence.
        advice: What to do, in a sentence.
        source: The evidence.
        failure: How the network failed, if there was no response.
    """

    code: str
    ending: Ending
    name: str
    meaning: str
    advice: str
    source: str
    failure: FailureKind | None = None


_NET: Final = "Chromium, net/base/net_error_list.h"
_NECKO: Final = "Firefox, js/xpconnect/src/xpc.msg and xpcom/base/ErrorList.py"
_WEBKIT: Final = "WebKit, the messages of its loaders"
_MITMPROXY: Final = "mitmproxy, mitmproxy/proxy/server.py, layers/tls.py and layers/http/_http1.py"

_CANCELLED: Final = "The request was aborted: the body is empty or was not read, or the user left the page."
_CANCELLED_ADVICE: Final = "This is normal, unless the page aborted it by mistake."
_CHECKED: Final = "A check of the browser failed, usually CORS. The console says which."
_CHECKED_ADVICE: Final = "Give the lines of the console as well: --console FILE."
_REFUSED: Final = "The connection was refused, or it broke."
_REFUSED_ADVICE: Final = "Check that the server runs, and its address and port."
_SLOW: Final = "The server did not respond in time."
_SLOW_ADVICE: Final = "Find out why the server, or a proxy in front of it, is slow."
_UNKNOWN_HOST: Final = "The host name could not be resolved."
_UNKNOWN_HOST_ADVICE: Final = "Check the URL for typing errors, and check DNS."
_BROKE_OFF: Final = "The response began and did not come to its end, or could not be decoded."
_BROKE_OFF_ADVICE: Final = "Look for a fault of the server, or of a proxy in front of it, while it writes the body."
_PROXY: Final = "The browser could not reach the server through its proxy."
_PROXY_ADVICE: Final = "Check the proxy settings of the browser and of the machine."
_TLS: Final = "The browser does not trust the server's certificate, or cannot agree with it on TLS."
_TLS_ADVICE: Final = "Open the URL in its own tab: the browser then says what is wrong with the certificate."


def _no_response(code: str, meaning: str, advice: str, source: str) -> ErrorCode:
    return ErrorCode(
        code, Ending.NO_RESPONSE, "connection-failed", meaning, advice, source, FailureKind.CONNECTION_FAILED
    )


def _timed_out(code: str, source: str) -> ErrorCode:
    return ErrorCode(code, Ending.NO_RESPONSE, "timed-out", _SLOW, _SLOW_ADVICE, source, FailureKind.TIMED_OUT)


# NB: the first row whose code is in the text counts, so the more specific codes come first.
ERROR_CODES: Final = (
    ErrorCode("net::ERR_ABORTED", Ending.CANCELLED, "", _CANCELLED, _CANCELLED_ADVICE, _NET),
    ErrorCode("NS_BINDING_ABORTED", Ending.CANCELLED, "", _CANCELLED, _CANCELLED_ADVICE, _NECKO),
    ErrorCode("Load request cancelled", Ending.CANCELLED, "", _CANCELLED, _CANCELLED_ADVICE, _WEBKIT),
    ErrorCode("Client disconnected", Ending.CANCELLED, "", _CANCELLED, _CANCELLED_ADVICE, _MITMPROXY),
    ErrorCode("net::ERR_FAILED", Ending.CHECKED, "", _CHECKED, _CHECKED_ADVICE, _NET),
    ErrorCode("NS_ERROR_DOM_BAD_URI", Ending.CHECKED, "", _CHECKED, _CHECKED_ADVICE, _NECKO),
    ErrorCode("NS_ERROR_FAILURE", Ending.CHECKED, "", _CHECKED, _CHECKED_ADVICE, _NECKO),
    ErrorCode(
        "net::ERR_BLOCKED_BY_CLIENT",
        Ending.STOPPED,
        "blocked-by-client",
        "A browser extension, such as an ad blocker, or DevTools blocked the request.",
        "Try a window without extensions, and look at the request blocking of DevTools.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_BLOCKED_BY_ADMINISTRATOR",
        Ending.STOPPED,
        "blocked-by-client",
        "A policy of the administrator of this browser blocks the URL.",
        "Try a browser that is not managed, or ask for the URL to be allowed (URLBlocklist).",
        _NET,
    ),
    ErrorCode(
        "net::ERR_INTERNET_DISCONNECTED",
        Ending.STOPPED,
        "connection-failed",
        "The machine was offline, or DevTools were set to be.",
        "Check the network, and the throttling in the Network panel.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_NETWORK_CHANGED",
        Ending.STOPPED,
        "connection-failed",
        "The machine changed its network meanwhile.",
        "Try again.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_NETWORK_IO_SUSPENDED",
        Ending.STOPPED,
        "connection-failed",
        "The machine went to sleep meanwhile.",
        "Try again.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_CACHE_MISS",
        Ending.STOPPED,
        "",
        "The page asked for a stored response only, and the browser had none.",
        'Look at the cache mode of the request: "only-if-cached" never asks the server.',
        _NET,
    ),
    ErrorCode(
        "net::ERR_BLOCKED_BY_CSP",
        Ending.BLOCKED,
        "content-security-policy",
        "The page's own Content-Security-Policy does not allow the URL. The request was not sent.",
        "Add the URL's origin to the page's policy; for fetch(), to its connect-src.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_BLOCKED_BY_ORB",
        Ending.BLOCKED,
        "opaque-response-blocked",
        "An element loaded, without CORS, something that is not an image, media, script or style sheet.",
        "Look at the response: it is often an error page. Load data with fetch().",
        _NET,
    ),
    ErrorCode(
        "net::ERR_BLOCKED_BY_RESPONSE",
        Ending.BLOCKED,
        "cross-origin-resource-policy",
        "The response's Cross-Origin-Resource-Policy, or the page's Cross-Origin-Embedder-Policy, blocked it.",
        "If other sites may embed the resource, its server has to send Cross-Origin-Resource-Policy: cross-origin.",
        _NET,
    ),
    ErrorCode(
        "ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS",
        Ending.BLOCKED,
        "local-network-access",
        "The page requested an address of this machine or of the local network, which needs a permission.",
        "Allow local network access for the page in the browser, and serve the page over https.",
        _NET,
    ),
    ErrorCode(
        "ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS",
        Ending.BLOCKED,
        "local-network-access",
        "The page requested an address of this machine or of the local network, which needs a permission.",
        "Allow local network access for the page in the browser, and serve the page over https.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_UNSAFE_PORT",
        Ending.BLOCKED,
        "bad-port",
        "Browsers do not connect to this port.",
        "Have the server listen on a port that browsers allow.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_TOO_MANY_REDIRECTS",
        Ending.BLOCKED,
        "redirect-limit",
        "There were too many redirects.",
        "Look at the redirects: often two rules redirect to each other.",
        _NET,
    ),
    _timed_out("net::ERR_TIMED_OUT", _NET),
    _timed_out("net::ERR_CONNECTION_TIMED_OUT", _NET),
    _timed_out("NS_ERROR_NET_TIMEOUT", _NECKO),
    _timed_out("The request timed out", _WEBKIT),
    _no_response("net::ERR_NAME_NOT_RESOLVED", _UNKNOWN_HOST, _UNKNOWN_HOST_ADVICE, _NET),
    _no_response("NS_ERROR_UNKNOWN_HOST", _UNKNOWN_HOST, _UNKNOWN_HOST_ADVICE, _NECKO),
    _no_response("net::ERR_CERT_", _TLS, _TLS_ADVICE, _NET),
    _no_response("net::ERR_SSL_", _TLS, _TLS_ADVICE, _NET),
    _no_response("SEC_ERROR_", _TLS, _TLS_ADVICE, _NECKO),
    _no_response("MOZILLA_PKIX_ERROR_", _TLS, _TLS_ADVICE, _NECKO),
    _no_response("net::ERR_PROXY_", _PROXY, _PROXY_ADVICE, _NET),
    _no_response("net::ERR_TUNNEL_", _PROXY, _PROXY_ADVICE, _NET),
    _no_response("net::ERR_CONTENT_", _BROKE_OFF, _BROKE_OFF_ADVICE, _NET),
    _no_response("net::ERR_INCOMPLETE_", _BROKE_OFF, _BROKE_OFF_ADVICE, _NET),
    _no_response("net::ERR_", _REFUSED, _REFUSED_ADVICE, _NET),
    _no_response("NS_ERROR_CONNECTION_REFUSED", _REFUSED, _REFUSED_ADVICE, _NECKO),
    _no_response("NS_ERROR_NET_", _REFUSED, _REFUSED_ADVICE, _NECKO),
    _no_response("Certificate verify failed", _TLS, _TLS_ADVICE, _MITMPROXY),
    _no_response("Name or service not known", _UNKNOWN_HOST, _UNKNOWN_HOST_ADVICE, _MITMPROXY),
    _no_response("getaddrinfo failed", _UNKNOWN_HOST, _UNKNOWN_HOST_ADVICE, _MITMPROXY),
    _no_response("nodename nor servname provided", _UNKNOWN_HOST, _UNKNOWN_HOST_ADVICE, _MITMPROXY),
    _no_response("Connect call failed", _REFUSED, _REFUSED_ADVICE, _MITMPROXY),
    _no_response("server closed connection", _REFUSED, _REFUSED_ADVICE, _MITMPROXY),
    _no_response("Could not connect", _REFUSED, _REFUSED_ADVICE, _WEBKIT),
)


def error_code(text: str) -> ErrorCode | None:
    """
    Return what an error in a recording means; None if unknown.
    """
    if not text:
        return None
    lower = text.lower()
    return next((row for row in ERROR_CODES if row.code.lower() in lower), None) or _console_message(text)


def _console_message(text: str) -> ErrorCode | None:
    """
    Return what a message of the console means; None if it is not one, or is written for any reason.
    """
    message = message_in(text)
    if message is None or not message.codes:
        return None
    name, *others = message.codes
    meaning = "This is what the recorded browser says."
    if others:
        meaning += f" It says the same for {' and '.join(others)}."
    advice = f"For details: `browsercors reason {name}`."
    return ErrorCode(message.words, Ending.EXPLAINED, name, meaning, advice, "the catalogue of console messages")
