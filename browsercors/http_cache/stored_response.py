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
        request: The request that it answered: whose `Origin`, cookies and so on it was made for.
        response: As it came, without what belonged to the connection.
        response_time: When it came, or was last confirmed.
        initial_age: How old it was then, in seconds.
        lifetime: For how many seconds from its making it stays fresh.
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
