"""
`X-Content-Type-Options: nosniff`: scripts and stylesheets need their own type.

https://fetch.spec.whatwg.org/#x-content-type-options-header
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.protections.mime_type import SCRIPT_LIKE_DESTINATIONS
from browsercors.values.findings import Algorithm, Finding, Reason
from browsercors.values.formats.mime_groups import CSS, JAVASCRIPT
from browsercors.values.formats.mime_types import extract_a_mime_type

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList

__all__ = ["determine_nosniff", "should_response_to_request_be_blocked_due_to_nosniff"]

NOSNIFF: Final[Algorithm] = Algorithm(
    "should response to request be blocked due to nosniff?",
    "https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?",
)

WITHOUT: Final = NOSNIFF.passed("1")


def determine_nosniff(headers: HeaderList) -> bool:
    """
    Determine nosniff: whether the first value of `X-Content-Type-Options` says so, in any case of letters.

    https://fetch.spec.whatwg.org/#determine-nosniff
    """
    # 1.-2. Without the header it does not.
    values = headers.get_decode_and_split(b"x-content-type-options")
    # 3.-4. The first value counts.
    return values is not None and values[0].lower() == "nosniff"


def should_response_to_request_be_blocked_due_to_nosniff(destination: str, headers: HeaderList) -> Finding:
    """
    Decide whether a response may be used for a request of this destination.

    Args:
        destination: The request's destination, such as "script".
        headers: The response's header list.

    https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?
    """
    # 1. Without nosniff all is allowed.
    if not determine_nosniff(headers):
        return WITHOUT
    # 2.-3. Read type and destination.
    mime_type = extract_a_mime_type(headers)
    evidence = {"destination": destination, "content_type": headers.get(b"content-type")}
    # 4. Scripts and the like need a JavaScript type.
    if destination in SCRIPT_LIKE_DESTINATIONS and not JAVASCRIPT.has(mime_type):
        return NOSNIFF.failed("4", Reason.NOSNIFF, **evidence)
    # 5. Stylesheets need theirs.
    if destination == "style" and not CSS.has(mime_type):
        return NOSNIFF.failed("5", Reason.NOSNIFF, **evidence)
    # 6. Everything else is allowed.
    # NOTE: images are not considered, since that was not compatible with what servers send.
    return NOSNIFF.passed("6", **evidence)
