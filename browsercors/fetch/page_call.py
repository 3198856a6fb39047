"""
The call by which a page began a fetch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.initiators.header_guard import HeadersInit

__all__ = ["PageCall"]


class PageCall(NamedTuple):
    """
    What the page's script said, so that it can be said again.

    Attributes:
        api: "fetch" or "XMLHttpRequest".
        url: As the page gave it, relative or absolute.
        method: As the page gave it.
        headers: The page's headers; None if it gave none.
        body: The page's body; None if it gave none.
        options: The other options of the call, named as `Page.fetch` and `Page.xhr` name them.
    """

    api: Literal["fetch", "XMLHttpRequest"]
    url: str
    method: str
    headers: HeadersInit | None
    body: BodyInit | None
    options: Mapping[str, Any]
