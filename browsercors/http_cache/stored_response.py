"""
A response as a cache keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.values.records import Record

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["StoredResponse"]


@attrs.frozen(eq=False, repr=False)
class StoredResponse(Record):
    """
    A response in a cache.

    Attributes:
        request: The request for which it was made, with its `Origin`, cookies and so on.
        response: The response, without the headers of the connection.
        response_time: When it arrived, or was last confirmed.
        initial_age: Its age at that time, in seconds.
        lifetime: Its freshness lifetime, in seconds.
    """

    request: HTTPRequest
    response: HTTPResponse
    response_time: float
    initial_age: float
    lifetime: float

    def age(self, now: float) -> float:
        """
        Return how old it is (section 4.2.3).
        """
        # NB: requests that are under way together may be answered in another order than they were sent.
        return self.initial_age + max(0.0, now - self.response_time)
