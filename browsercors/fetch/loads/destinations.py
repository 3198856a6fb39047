"""
What happens to responses by the destination of their request: types that do not fit, opaque ones that nothing uses.

https://fetch.spec.whatwg.org/#concept-request-destination
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.protections.mime_type import (
    SCRIPT_LIKE_DESTINATIONS,
    should_response_to_request_be_blocked_due_to_its_mime_type,
)
from browsercors.protections.nosniff import (
    determine_nosniff,
    should_response_to_request_be_blocked_due_to_nosniff,
)
from browsercors.protections.opaque_response_blocking import (
    OPAQUE_RESPONSE_BLOCKING,
    MediaRequest,
    opaque_response_blocking_check,
)
from browsercors.values.formats.mime_groups import JAVASCRIPT
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.values.findings import Finding
    from browsercors.values.headers import HeaderList
    from browsercors.values.responses import Response

__all__ = ["is_kept_from_the_page", "is_left_unread", "type_block", "type_blocks"]

MEDIA: Final = frozenset({"audio", "video"})


def type_blocks(params: FetchParams, headers: HeaderList) -> Finding | None:
    """
    Return the finding that blocks a response because of its type (main fetch, step 20); None if none does.
    """
    # PROFILE: WebKit looks at the type when a preload is used.
    if (
        params.request.initiator in {"preload", "modulepreload"}
        and params.user_agent.profile.initiators.preloads.ignores_types
    ):
        return None
    return type_block(params.request.destination, headers)


def type_block(destination: str, headers: HeaderList) -> Finding | None:
    """
    Return the finding by which a type does not fit a destination; None if it does.
    """
    if destination != "style" and destination not in SCRIPT_LIKE_DESTINATIONS:
        return None
    for check in (
        should_response_to_request_be_blocked_due_to_its_mime_type,
        should_response_to_request_be_blocked_due_to_nosniff,
    ):
        finding = check(destination, headers)
        if not finding.ok:
            return finding
    return None


def _has_wrong_type(params: FetchParams, headers: HeaderList) -> bool:
    """
    Whether the type of a response blocks it; what a worker imports has to say that it is JavaScript.
    """
    is_imported = params.request.initiator == "importscripts"
    if is_imported and not JAVASCRIPT.has(extract_a_mime_type(headers)):
        return True
    return type_blocks(params, headers) is not None


def is_left_unread(params: FetchParams, response: Response) -> bool:
    """
    Whether the browser stops reading an opaque response of `fetch()` at its head: with nosniff, its type says it all.
    """
    rules = params.user_agent.profile.opaque_response_blocking
    if not rules.leaves_unread or response.status in REDIRECT_STATUSES or not determine_nosniff(response.header_list):
        return False
    mime_type = extract_a_mime_type(response.header_list)
    return mime_type is not None and (mime_type.essence == "text/plain" or rules.blocklisted.has(mime_type))


def is_kept_from_the_page(params: FetchParams, response: Response) -> bool:
    """
    Whether Opaque Response Blocking makes a network error of an opaque response.

    NB: of `fetch()`, which sees nothing of it in any case, it takes the body alone.
    """
    rules = params.user_agent.profile.opaque_response_blocking
    request = params.request
    # PROFILE: in Firefox the types decide first.
    if rules.asked_after_types and _has_wrong_type(params, response.header_list):
        return False
    media_request = MediaRequest.NOT_APPLICABLE
    if request.destination in MEDIA:
        is_first = request.header_list.get(b"range") in (None, b"bytes=0-")
        media_request = MediaRequest.INITIAL if is_first else MediaRequest.SUBSEQUENT
    finding = opaque_response_blocking_check(
        response.status,
        response.header_list,
        response.body,
        rules,
        media_request=media_request,
        is_known_media=media_request is MediaRequest.SUBSEQUENT,
    )
    if finding is None:
        return False
    if finding.ok or rules.is_network_error(request.destination):
        params.findings.append(finding)
        return not finding.ok
    params.findings.append(OPAQUE_RESPONSE_BLOCKING.noted(finding.step, **finding.evidence))
    return False
