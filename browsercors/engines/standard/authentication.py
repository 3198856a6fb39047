"""
HTTP authentication as the standard has it.

https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch, steps 8.21.2 and 15
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.authentication import AuthenticationRules
from browsercors.values.formats.challenges import parse_challenges
from browsercors.values.requests import ResponseTainting

if TYPE_CHECKING:
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["STANDARD_AUTHENTICATION", "directory", "includes_credentials"]


def includes_credentials(_request: Request, included: bool) -> bool:
    """
    Whether credentials go along.
    """
    return included


def is_outside_cors(request: Request, included: bool) -> bool:
    """
    Whether credentials go along, and the request is none under CORS.
    """
    return included and request.response_tainting is not ResponseTainting.CORS


def asks_outside_cors(request: Request, included: bool, _sites: Sites) -> bool:
    """
    Whether the visitor is asked: outside of CORS only.
    """
    return is_outside_cors(request, included)


def directory(path: str) -> str:
    """
    Return *path* to its last slash, as RFC 7617, section 2.2, has it.
    """
    return path[: path.rindex("/") + 1] if "/" in path else "/"


def as_utf8(text: str) -> bytes:
    """
    Encode text as UTF-8, which RFC 7617 leaves open and asks for by `charset`.
    """
    return text.encode("utf-8")


STANDARD_AUTHENTICATION: Final = AuthenticationRules(
    challenges=parse_challenges,
    encode=as_utf8,
    uses_url=is_outside_cors,
    uses_entries=includes_credentials,
    asks_visitor=asks_outside_cors,
    space_of=directory,
    placed_behind=frozenset({b"host", b"connection"}),
)
