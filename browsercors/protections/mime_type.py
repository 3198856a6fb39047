"""
Types that no script has: images, audio, video and tables are not run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.findings import Algorithm, Finding, Reason
from browsercors.values.formats.mime_groups import TypeGroup
from browsercors.values.formats.mime_types import extract_a_mime_type

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList

__all__ = ["SCRIPT_LIKE_DESTINATIONS", "should_response_to_request_be_blocked_due_to_its_mime_type"]

MIME_TYPE: Final[Algorithm] = Algorithm(
    "should response to request be blocked due to its MIME type?",
    "https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?",
)

# https://fetch.spec.whatwg.org/#request-destination-script-like
SCRIPT_LIKE_DESTINATIONS: Final = frozenset(
    {"audioworklet", "paintworklet", "script", "serviceworker", "sharedworker", "worker"}
)
NEVER_SCRIPTS: Final = TypeGroup(frozenset({"text/csv"}), frozenset({"audio", "image", "video"}))

WITHOUT_TYPE: Final = MIME_TYPE.passed("2")
ALLOWED: Final = MIME_TYPE.passed("5")


def should_response_to_request_be_blocked_due_to_its_mime_type(destination: str, headers: HeaderList) -> Finding:
    """
    Decide whether a response may be used for a request of this destination.

    Args:
        destination: The request's destination, such as "script".
        headers: The response's header list.

    https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?
    """
    # 1. Read the type.
    mime_type = extract_a_mime_type(headers)
    # 2. What has none is allowed.
    if mime_type is None:
        return WITHOUT_TYPE
    # 3.-4. Scripts and the like are of no such type.
    if destination in SCRIPT_LIKE_DESTINATIONS and NEVER_SCRIPTS.has(mime_type):
        return MIME_TYPE.failed(
            "4", Reason.MIME_TYPE_BLOCKED, destination=destination, content_type=headers.get(b"content-type")
        )
    # 5. Everything else is allowed.
    return ALLOWED
