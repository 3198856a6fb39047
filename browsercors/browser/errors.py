"""
What `raise_for_unreadable` raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browsercors.browser.result import FetchResult
    from browsercors.values.findings import Block

__all__ = ["CORSBlocked", "FetchBlocked", "OpaqueResponse", "UnreadableResponse"]


class UnreadableResponse(Exception):  # noqa: N818 - said of the response, as httpx says HTTPStatusError
    """
    The page may not read the response; raised only as one of the subclasses.

    Attributes:
        result: The result that it is about.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, result: FetchResult) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        # NB: put into words when somebody reads it: most tests only look at the type.
        return self.result.explain()

    @property
    def block(self) -> Block | None:
        """
        The rule that decided; None for an opaque response, which nothing blocked.
        """
        return self.result.block


class FetchBlocked(UnreadableResponse):
    """
    The fetch failed: the page sees a `TypeError`, or the `error` event of an XMLHttpRequest.
    """

    __module__ = "browsercors"  # where its users find it


class CORSBlocked(FetchBlocked):
    """
    The fetch failed, and the CORS protocol decided so.
    """

    __module__ = "browsercors"  # where its users find it


class OpaqueResponse(UnreadableResponse):
    """
    The fetch succeeded, but the page sees nothing of the response: it asked for that (`no-cors`, or `manual`).
    """

    __module__ = "browsercors"  # where its users find it
