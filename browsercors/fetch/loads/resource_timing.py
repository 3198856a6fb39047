"""
Resource Timing: what a page can learn of how long its loads took, and how large they were.

https://w3c.github.io/resource-timing/
"""

from __future__ import annotations

import attrs

__all__ = ["ResourceTiming"]


@attrs.frozen(kw_only=True)
class ResourceTiming:
    """
    The entry of one load, as `performance.getEntriesByType("resource")` gives it. Times are in seconds.

    Attributes:
        name: The URL that was asked for.
        initiator_type: What asked: "fetch", "xmlhttprequest", "img", "script", "link", "css", ...
        details_allowed: Whether every server of the chain let the page see the details, by `Timing-Allow-Origin` or
            because it is the page's own.
        start_time: When the load began.
        response_end: When it ended.
        request_start: When the last request was sent; 0 if the page may not know.
        transfer_size: The bytes that came over the wire; 0 if the page may not know.
        encoded_body_size: The size of the body as it came; 0 if the page may not know.
        decoded_body_size: The size of the body without its content codings; 0 if the page may not know.
        response_status: The status; 0 if the page may not know.
        content_type: The type of the response; empty if the page may not know.
    """

    name: str
    initiator_type: str
    details_allowed: bool
    start_time: float
    response_end: float
    request_start: float = 0.0
    transfer_size: int = 0
    encoded_body_size: int = 0
    decoded_body_size: int = 0
    response_status: int = 0
    content_type: str = ""
