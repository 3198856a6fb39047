"""
In which requests browsers write a header elsewhere: the conditions that more than one of them has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.requests import ResponseTainting

if TYPE_CHECKING:
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["is_outside_cors", "is_redirected", "is_without_body", "is_xml_http_request"]


def is_redirected(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is that of a redirect.
    """
    return request.redirect_count > 0


def is_outside_cors(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is one without the CORS protocol.
    """
    return request.response_tainting is not ResponseTainting.CORS


def is_xml_http_request(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is that of an XMLHttpRequest.
    """
    return request.initiator_type == "xmlhttprequest"


def is_without_body(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* has no body, not even an empty one.
    """
    return request.body is None
