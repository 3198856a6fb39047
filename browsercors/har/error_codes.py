"""
What the error codes mean that recorders write beside a request, and what follows from each for the page.

A code says how the request ended in the browser that was recorded, which may be by a rule that is not simulated.
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
    How a request ended in the browser that was recorded.
    """

    CANCELLED = "cancelled"
    """Nobody waited for the rest. If there is a response, the page has it."""

    CHECKED = "checked"
    """A check failed, and the code does not say which: CORS is one that looks so."""

    NO_RESPONSE = "no response"
    """The network gave no response."""

    BLOCKED = "blocked"
    """A rule of the browser beside CORS stopped it."""

    EXPLAINED = "explained"
    """The recorder wrote down the console's sentence, which says what the browser found."""

    STOPPED = "stopped"
    """Something that belongs to the person in front of the browser stopped it: no page and no server did."""


@attrs.frozen
class ErrorCode:
    """
    An error code.

    Attributes:
        code: How it begins, or words that it has in it.
        ending: How the request ended.
        name: The code or topic by which `browsercors reason` knows it; empty if there is none.
        meaning: What happened, in a sentence.
        advice: What to do, in a sentence.
        source: Where that is from.
        failure: What the network did, where it gave no response.
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

_CANCELLED: Final = (
    "Nobody waited for the rest of the response: its body is empty, was not read, or the page went away."
)
_CANCELLED_ADVICE: Final = "Nothing is wrong with it unless the page aborted it too early."
_CHECKED: Final = "A check of the browser failed. CORS is the usual one, and the console says which."
_CHECKED_ADVICE: Final = "Give the console's lines along: --console FILE."
_REFUSED: Final = "The connection was refused or broke off."
_REFUSED_ADVICE: Final = "Look whether the server runs, and at its address and port."
_SLOW: Final = "The server did not answer in time."
_SLOW_ADVICE: Final = "Look at what keeps the server, or a proxy in front of it, from answering."
_UNKNOWN_HOST: Final = "The name of the server is not known."
_UNKNOWN_HOST_ADVICE: Final = "Look for a typing error in the URL, and at DNS."
_TLS: Final = "The browser does not trust the server's certificate, or cannot agree with it on TLS."
_TLS_ADVICE: Final = "Open the URL in a tab of its own: the browser says there what is wrong with the certificate."


def _no_response(code: str, meaning: str, advice: str, source: str) -> ErrorCode:
    return ErrorCode(
        code, Ending.NO_RESPONSE, "connection-failed", meaning, advice, source, FailureKind.CONNECTION_FAILED
    )


def _timed_out(code: str, source: str) -> ErrorCode:
    return ErrorCode(code, Ending.NO_RESPONSE, "timed-out", _SLOW, _SLOW_ADVICE, source, FailureKind.TIMED_OUT)


# NB: the first row is taken whose code stands in the text, so what says more stands before what says less.
ERROR_CODES: Final = (
    ErrorCode("net::ERR_ABORTED", Ending.CANCELLED, "", _CANCELLED, _CANCELLED_ADVICE, _NET),
    ErrorCode("NS_BINDING_ABORTED", Ending.CANCELLED, "", _CANCELLED, _CANCELLED_ADVICE, _NECKO),
    ErrorCode("Load request cancelled", Ending.CANCELLED, "", _CANCELLED, _CANCELLED_ADVICE, _WEBKIT),
    ErrorCode("net::ERR_FAILED", Ending.CHECKED, "", _CHECKED, _CHECKED_ADVICE, _NET),
    ErrorCode("NS_ERROR_DOM_BAD_URI", Ending.CHECKED, "", _CHECKED, _CHECKED_ADVICE, _NECKO),
    ErrorCode("NS_ERROR_FAILURE", Ending.CHECKED, "", _CHECKED, _CHECKED_ADVICE, _NECKO),
    ErrorCode(
        "net::ERR_BLOCKED_BY_CLIENT",
        Ending.STOPPED,
        "blocked-by-client",
        "An extension of the browser, such as an ad blocker, or DevTools themselves did not let the request out.",
        "Try a window without extensions, and look at the list of blocked requests of DevTools.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_BLOCKED_BY_ADMINISTRATOR",
        Ending.STOPPED,
        "blocked-by-client",
        "A policy of whoever manages this browser does not allow the URL.",
        "Try a browser that is not managed, or ask for the URL to be allowed (URLBlocklist).",
        _NET,
    ),
    ErrorCode(
        "net::ERR_INTERNET_DISCONNECTED",
        Ending.STOPPED,
        "connection-failed",
        "The machine was offline, or DevTools were set to be.",
        "Look at the network, and at the throttling of the Network panel.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_BLOCKED_BY_CSP",
        Ending.BLOCKED,
        "content-security-policy",
        "The page's own Content-Security-Policy does not allow the URL. The request was not sent.",
        "Add the URL's origin to the policy of the page, for fetch() to its connect-src.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_BLOCKED_BY_ORB",
        Ending.BLOCKED,
        "opaque-response-blocking",
        "An element loaded something without CORS that is no image, media, script or style sheet.",
        "Look at what the URL really answers: an error page is likely. Load data with fetch().",
        _NET,
    ),
    ErrorCode(
        "net::ERR_BLOCKED_BY_RESPONSE",
        Ending.BLOCKED,
        "cross-origin-resource-policy",
        "Cross-Origin-Resource-Policy of the response, or the page's Cross-Origin-Embedder-Policy, keeps it away.",
        "Let the server of the resource send Cross-Origin-Resource-Policy: cross-origin, if other sites may embed it.",
        _NET,
    ),
    ErrorCode(
        "ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS",
        Ending.BLOCKED,
        "local-network-access",
        "The page asked for an address of this machine or of the local network, which needs a permission.",
        "Allow local network access for the page in the browser, and serve the page over https.",
        _NET,
    ),
    ErrorCode(
        "ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS",
        Ending.BLOCKED,
        "local-network-access",
        "The page asked for an address of this machine or of the local network, which needs a permission.",
        "Allow local network access for the page in the browser, and serve the page over https.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_UNSAFE_PORT",
        Ending.BLOCKED,
        "bad-port",
        "Browsers do not connect to this port.",
        "Let the server listen on a port that browsers allow.",
        _NET,
    ),
    ErrorCode(
        "net::ERR_TOO_MANY_REDIRECTS",
        Ending.BLOCKED,
        "redirect-limit",
        "The redirects did not come to an end.",
        "Look at the redirects: two rules often send the browser back and forth.",
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
    _no_response("net::ERR_", _REFUSED, _REFUSED_ADVICE, _NET),
    _no_response("NS_ERROR_CONNECTION_REFUSED", _REFUSED, _REFUSED_ADVICE, _NECKO),
    _no_response("NS_ERROR_NET_", _REFUSED, _REFUSED_ADVICE, _NECKO),
    _no_response("Could not connect", _REFUSED, _REFUSED_ADVICE, _WEBKIT),
)


def error_code(text: str) -> ErrorCode | None:
    """
    Return what is known of the error that a recorder wrote; None if nothing is.
    """
    if not text:
        return None
    lower = text.lower()
    return next((row for row in ERROR_CODES if row.code.lower() in lower), None) or _sentence(text)


def _sentence(text: str) -> ErrorCode | None:
    """
    Return what a sentence of a browser's console means; None if it is none, or is written whatever the reason.
    """
    message = message_in(text)
    if message is None or not message.codes:
        return None
    name, *others = message.codes
    meaning = "The browser that was recorded says so."
    if others:
        meaning += f" It says the same for {' and '.join(others)}."
    advice = f"`browsercors reason {name}` tells more."
    return ErrorCode(message.words, Ending.EXPLAINED, name, meaning, advice, "the catalogue of console messages")
