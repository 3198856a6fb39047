"""
Responses, and the filtered views of them that pages get.

https://fetch.spec.whatwg.org/#responses
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs

from browsercors.values.headers import HeaderList

if TYPE_CHECKING:
    from browsercors.values.urls import URL

__all__ = ["NULL_BODY_STATUSES", "REDIRECT_STATUSES", "Response", "ResponseType", "network_error"]

ResponseType = Literal["basic", "cors", "default", "error", "opaque", "opaqueredirect"]

NULL_BODY_STATUSES: Final = frozenset({101, 103, 204, 205, 304})
RANGE_STATUSES: Final = frozenset({206, 416})
REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})


@attrs.define(eq=False)
class Response:
    """
    A response, or the filtered view of one.

    Attributes:
        type: "error" is a network error; a filtered response has one of the four others that pages see.
        url_list: The URLs of the chain that led to it; the last one is the response's URL.
        body: None for a null body.
        body_failure: None, or what broke the body off: reading it fails.
        cors_exposed_header_names: None for "all of them" (the wildcard), else lower-case names.
        timing_allow_passed: Whether the page may see timing details.
        internal_response: For a filtered response what it is a view of.
    """

    type: ResponseType = "default"
    status: int = 200
    status_message: bytes = b""
    header_list: HeaderList = attrs.field(factory=HeaderList)
    body: bytes | None = None
    url_list: list[URL] = attrs.field(factory=list)
    body_failure: str | None = None
    cors_exposed_header_names: frozenset[bytes] | None = frozenset()
    range_requested: bool = False
    request_includes_credentials: bool = True
    timing_allow_passed: bool = False
    internal_response: Response | None = None

    @property
    def is_network_error(self) -> bool:
        """
        Whether this is a network error: the fetch failed, and the page learns nothing else.
        """
        return self.type == "error"

    @property
    def has_ok_status(self) -> bool:
        """
        Whether the status is an ok status: 200 to 299.
        """
        return 200 <= self.status <= 299


def network_error() -> Response:
    """
    Return a network error (https://fetch.spec.whatwg.org/#concept-network-error).
    """
    return Response(type="error", status=0)
