"""
Responses, and the filtered views of them that pages get.

https://fetch.spec.whatwg.org/#responses
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs

from browsercors.values.headers import HeaderList
from browsercors.values.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.transport import Fault
    from browsercors.values.urls import URL

__all__ = [
    "NULL_BODY_STATUSES",
    "REDIRECT_STATUSES",
    "FilteredResponse",
    "Response",
    "ResponseType",
    "is_ok_status",
    "network_error",
]

ResponseType = Literal["basic", "cors", "default", "error", "opaque", "opaqueredirect"]

NULL_BODY_STATUSES: Final = frozenset({101, 103, 204, 205, 304})
REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})


@attrs.define(eq=False, repr=False)
class Response(Record):
    """
    A response as the network gave it, or a network error.

    Attributes:
        type: "default", or "error" for a network error.
        url_list: The URLs of the chain that led to it; the last one is the response's URL.
        body: None for a null body.
        body_failure: None, or what broke the body off: reading it fails.
        body_fault: What was wrong with the bytes of the body, if that is why.
        cors_exposed_header_names: None for "all of them" (the wildcard), else lower-case names.
    """

    type: ResponseType = "default"
    status: int = 200
    status_message: bytes = b""
    header_list: HeaderList = attrs.field(factory=HeaderList)
    body: bytes | None = None
    url_list: list[URL] = attrs.field(factory=list)
    body_failure: str | None = None
    body_fault: Fault | None = None
    cors_exposed_header_names: frozenset[bytes] | None = frozenset()

    @property
    def is_network_error(self) -> bool:
        """
        Whether this is a network error: the fetch failed, and the page learns nothing else.
        """
        return self.type == "error"


@attrs.define(eq=False, repr=False)
class FilteredResponse(Record):
    """
    A limited view of a response: what a page gets.

    Attributes:
        type: "basic", "cors", "opaque" or "opaqueredirect".
        internal_response: What it is a view of.
        hides: Whether the page does not see headers of that lower-case name.

    The other attributes are as those of `Response`.
    """

    type: ResponseType
    internal_response: Response
    hides: Callable[[bytes], bool]
    status: int = 0
    status_message: bytes = b""
    body: bytes | None = None
    url_list: list[URL] = attrs.field(factory=list)
    body_failure: str | None = None

    is_network_error = False

    @property
    def header_list(self) -> HeaderList:
        """
        The headers that the page sees.
        """
        # NB: filtered when looked at, since most tests look at one header or none.
        hides = self.hides
        return HeaderList(pair for pair in self.internal_response.header_list if not hides(pair[0].lower()))


def is_ok_status(status: int) -> bool:
    """
    Whether *status* is an ok status: 200 to 299 (https://fetch.spec.whatwg.org/#ok-status).
    """
    return 200 <= status <= 299


def network_error() -> Response:
    """
    Return a network error (https://fetch.spec.whatwg.org/#concept-network-error).
    """
    return Response(type="error", status=0)
