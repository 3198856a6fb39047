"""
Whether what came is of use to the element that asked for it.

Nothing is decoded or run: the type and the first bytes decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.findings import Reason
from browsercors.values.responses import is_ok_status

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.values.findings import Algorithm, Finding
    from browsercors.values.responses import Response

__all__ = ["not_usable", "status_not_ok"]


def status_not_ok(params: FetchParams, algorithm: Algorithm, step: str, response: Response) -> Finding | None:
    """
    Return the failure of a load whose status has to be 200 to 299; None if it is, or does not have to be.
    """
    # PROFILE: browsers do not agree on fonts, tracks and media.
    needs_it = params.user_agent.profile.elements.needs_ok_status
    if is_ok_status(response.status) or params.request.destination not in needs_it:
        return None
    return algorithm.failed(step, Reason.STATUS_NOT_OK, status=response.status)


def not_usable(algorithm: Algorithm, step: str, wanted: str, response: Response, **evidence: object) -> Finding:
    """
    Return the failure of a load that brought something else than what was *wanted*, such as "an image".
    """
    content_type = response.header_list.get(b"content-type")
    return algorithm.failed(step, Reason.CONTENT_NOT_USABLE, wanted=wanted, content_type=content_type, **evidence)
