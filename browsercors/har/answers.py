"""
The recorded responses, as a server that gives them once more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.har.error_codes import error_code
from browsercors.servers.messages import ResponseMessage
from browsercors.servers.recorded import RecordedServer
from browsercors.servers.scripted import Answer
from browsercors.values.wire import FailureKind, TransportFailure

if TYPE_CHECKING:
    from browsercors.har.entries import HarEntry
    from browsercors.har.pairing import Exchanges
    from browsercors.servers.messages import RequestMessage
    from browsercors.values.wire import HTTPRequest

__all__ = ["allow_what_is_asked", "answer", "is_redacted", "is_stored_response", "recorded_server"]

# A response that the browser made itself, so that it asks another URL: for HSTS, or for an extension.
# https://source.chromium.org/chromium/chromium/src/+/main:net/url_request/url_request_redirect_job.cc
_REASON_OF_THE_BROWSER: Final = "Non-Authoritative-Reason"
_INTERNAL_REDIRECT: Final = "internal redirect"

# What tools write in the place of a value that they hide.
_REDACTED: Final = re.compile(
    r"[\W_]*(?:redacted|removed|hidden|masked|sanitized|sanitised|filtered|omitted)[\W_]*\Z|\*{3,}\Z|x{3,}\Z",
    re.IGNORECASE,
)


def recorded_server(exchanges: Exchanges, body: bytes | None = None) -> RecordedServer:
    """
    Return a server that gives the recorded responses.

    Args:
        exchanges: What was recorded.
        body: The body of responses to the request itself, whose own is not kept; None for what is.
    """
    server = RecordedServer()
    for _, preflight in exchanges.preflights:
        server.record("OPTIONS", preflight.request.url, answer(preflight), is_preflight=True)
    for entry in exchanges.requests:
        response = answer(entry)
        if body is not None and isinstance(response, ResponseMessage):
            response = attrs.evolve(response, body=body)
        server.record(entry.request.method, entry.request.url, response)
    return server


def answer(entry: HarEntry) -> ResponseMessage | TransportFailure:
    """
    Return the recorded response, or why it is unknown.
    """
    what = f"{entry.request.method} {entry.request.url.href_without_fragment}"
    response, error = entry.response, entry.error
    if response is None:
        code = error_code(error)
        if code is not None and code.failure is not None:
            return TransportFailure(code.failure, f"the recording says of {what}: {error}")
        detail = f"the recording has no response to {what}"
        return _unknown(f"{detail}, only that it failed: {error}" if error else detail)
    if not entry.has_headers:
        return _unknown(f"the recording has the status of the response to {what}, and none of its headers")
    hidden = next((name for name, value in response.headers if _decides(name) and is_redacted(value)), None)
    if hidden is not None:
        return _unknown(f"{hidden} of the response to {what} is hidden in the recording")
    if is_stored_response(entry):
        if response.value_of("Access-Control-Allow-Origin") is None:
            return _unknown(f"{what} was answered 304 (Not Modified), and the stored response was not recorded")
        return attrs.evolve(response, status=200, reason="OK")
    return _with_permission(entry.request, response) if _is_of_the_browser(response) else response


def is_stored_response(entry: HarEntry) -> bool:
    """
    Whether the page got a stored response, which a 304 confirmed.
    """
    return entry.response is not None and entry.response.status == 304


def is_redacted(value: str) -> bool:
    """
    Whether a tool hid the value of a header.
    """
    return _REDACTED.match(value.strip()) is not None


def allow_what_is_asked(request: HTTPRequest) -> Answer:
    """
    Allow a preflight everything, for the browser to remember.
    """
    headers = request.headers
    allowed = {
        b"Access-Control-Allow-Origin": headers.get(b"origin") or b"*",
        b"Access-Control-Allow-Credentials": b"true",
        b"Access-Control-Allow-Methods": headers.get(b"access-control-request-method") or b"GET",
        b"Access-Control-Allow-Headers": headers.get(b"access-control-request-headers") or b"",
        b"Access-Control-Max-Age": b"600",
    }
    return Answer(200, list(allowed.items()))


def _unknown(detail: str) -> TransportFailure:
    return TransportFailure(FailureKind.NOT_RECORDED, detail)


def _decides(name: str) -> bool:
    """
    Whether the header decides whether the page can read the response.
    """
    return name.lower().startswith("access-control-allow-")


def _is_of_the_browser(response: ResponseMessage) -> bool:
    return response.status == 307 and (
        response.value_of(_REASON_OF_THE_BROWSER) is not None or response.reason.lower() == _INTERNAL_REDIRECT
    )


def _with_permission(request: RequestMessage, response: ResponseMessage) -> ResponseMessage:
    """
    Add what the browser lets pass without asking.
    """
    allowed = (
        ("Access-Control-Allow-Origin", request.value_of("Origin") or "*"),
        ("Access-Control-Allow-Credentials", "true"),
    )
    present = {name.lower() for name, _ in response.headers}
    added = tuple(line for line in allowed if line[0].lower() not in present)
    return attrs.evolve(response, headers=(*response.headers, *added))
