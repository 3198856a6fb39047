"""
What a page has preloaded, as data.

https://html.spec.whatwg.org/#link-type-preload
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from browsercors.fetch.timeline import Exchange
from browsercors.values.records import Record

if TYPE_CHECKING:
    from browsercors.values.findings import Finding
    from browsercors.values.requests import ResponseTainting
    from browsercors.values.responses import FilteredResponse, Response

__all__ = ["PreloadEntry", "PreloadedResponse"]


@attrs.define(eq=False, repr=False)
class PreloadedResponse(Exchange):
    """
    One request that a preload of the page answered; nothing went over the wire for it.

    Attributes:
        exchange: The exchange of the preload.
    """

    exchange: Exchange
    was_sent: ClassVar[bool] = False
    cache_state: ClassVar[str] = "preloaded"

    def __repr__(self) -> str:
        return f"<PreloadedResponse {self.method} {self.url} -> {self.status}>"


@attrs.define(eq=False, repr=False)
class PreloadEntry(Record):
    """
    Something that was preloaded.

    Attributes:
        integrity: The integrity metadata of the preload.
        response: What came.
        tainting: The response tainting of the preload.
        exchange: The exchange that brought it.
        failure: Why it failed; None if it did not.
        was_used: Whether a later request was served from it.

    https://html.spec.whatwg.org/#preload-entry
    """

    integrity: str
    response: FilteredResponse | Response
    tainting: ResponseTainting
    exchange: Exchange
    failure: Finding | None = None
    was_used: bool = False
