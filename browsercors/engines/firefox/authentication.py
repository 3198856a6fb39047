"""
HTTP authentication in Firefox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.authentication import STANDARD_AUTHENTICATION

if TYPE_CHECKING:
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["FIREFOX_AUTHENTICATION"]


def always(_request: Request, _included: bool) -> bool:
    """
    Answer with what the URL says for other origins too, and without credentials (`authentication/api-without-*`).
    """
    return True


def asks_unless_it_is_said(request: Request, included: bool, sites: Sites) -> bool:
    """
    Whether the visitor is asked: under CORS too, but not where the URL says it, nor for images of other origins.

    Evidence: `authentication/own-args-wrong`, `authentication/redirect-away-with`, and Firefox's setting
    `network.auth.subresource-img-cross-origin-http-auth-allow`.
    """
    if not included or request.current_url.includes_credentials:
        return False
    return request.destination != "image" or request.current_url.origin.same_origin(request.client.origin)


FIREFOX_AUTHENTICATION: Final = attrs.evolve(
    STANDARD_AUTHENTICATION,
    uses_url=always,
    asks_visitor=asks_unless_it_is_said,
    answers_despite_header=False,
    url_goes_first=True,
    is_partitioned=True,
    placed_behind=frozenset({b"host", b"connection", b"referer", b"sec-fetch-site"}),
)
