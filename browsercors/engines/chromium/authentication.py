"""
HTTP authentication in Chromium.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.authentication import STANDARD_AUTHENTICATION
from browsercors.values.formats.challenges import parse_challenge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.values.formats.challenges import Challenge
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["CHROMIUM_AUTHENTICATION"]


def one_for_each_line(values: Sequence[bytes]) -> list[Challenge]:
    """
    Read each header line as one challenge: what follows a comma belongs to it.
    """
    return [found for value in values if (found := parse_challenge(value)) is not None]


def asks_but_for_foreign_images(request: Request, included: bool, sites: Sites) -> bool:
    """
    Whether the visitor is asked: under CORS too, but not for images of other sites, nor where the URL has said it.

    Evidence: `authentication/nobody-other-img`, `authentication/own-args-wrong`, `authentication/redirect-away-with`.
    """
    if not included or request.url_list[0].includes_credentials:
        return False
    return request.destination != "image" or sites.same_site(request.current_url.origin, request.client.origin)


CHROMIUM_AUTHENTICATION: Final = attrs.evolve(
    STANDARD_AUTHENTICATION,
    challenges=one_for_each_line,
    asks_visitor=asks_but_for_foreign_images,
    placed_behind=frozenset({b"host", b"connection", b"content-length"}),
)
