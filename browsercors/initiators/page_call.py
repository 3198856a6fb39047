"""
The call by which a page began a fetch, and the fetch that remembers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict

import attrs

from browsercors.fetch.params import FetchParams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.initiators.header_guard import HeadersInit
    from browsercors.values.element_literals import ElementName
    from browsercors.values.literals import (
        ReferrerPolicy,
        RequestCache,
        RequestCredentials,
        RequestDuplex,
        RequestMode,
        RequestPriority,
        RequestRedirect,
        TargetAddressSpace,
    )

__all__ = ["PageCall", "PageFetchParams", "RequestInit", "XMLHttpRequestInit"]


class RequestInit(TypedDict, total=False):
    """
    The options of `fetch()`, named as in the Fetch API, in snake case.

    https://fetch.spec.whatwg.org/#requestinit
    """

    mode: RequestMode
    credentials: RequestCredentials
    cache: RequestCache
    redirect: RequestRedirect
    referrer: str
    referrer_policy: ReferrerPolicy
    integrity: str
    keepalive: bool
    duplex: RequestDuplex | None
    priority: RequestPriority
    window: None
    target_address_space: TargetAddressSpace | None


class XMLHttpRequestInit(TypedDict, total=False):
    """
    What a page sets on an XMLHttpRequest before it sends it.
    """

    with_credentials: bool
    upload_listeners: bool
    user: str | None
    password: str | None


class PageCall(NamedTuple):
    """
    What the page's script said, so that it can be said again.

    Attributes:
        api: "fetch" or "XMLHttpRequest"; for an element what it loads, such as "image".
        url: As the page gave it, relative or absolute.
        method: As the page gave it.
        headers: The page's headers; None if it gave none.
        body: The page's body; None if it gave none.
        options: The other options of the call, named as `Page.fetch` and `Page.xhr` name them.
    """

    api: Literal["fetch", "XMLHttpRequest"] | ElementName
    url: str
    method: str
    headers: HeadersInit | None
    body: BodyInit | None
    options: Mapping[str, Any]


@attrs.define(eq=False, repr=False)
class PageFetchParams(FetchParams):
    """
    One fetch, with the call of the page's script that began it.

    Attributes:
        page_call: What the script said; None where there was no script.
    """

    page_call: PageCall | None = None

    @property
    def element_call(self) -> PageCall:
        """
        The call, for what is loaded: elements always have one.
        """
        assert self.page_call is not None, "elements call"
        return self.page_call
