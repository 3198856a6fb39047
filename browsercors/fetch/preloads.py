"""
Preloads: what a page has fetched for later, and which later request is served from it.

https://html.spec.whatwg.org/#link-type-preload
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import attrs

from browsercors.fetch.timeline import Exchange
from browsercors.values.findings import Algorithm
from browsercors.values.records import Record

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.values.requests import CredentialsMode, Request, RequestMode, ResponseTainting
    from browsercors.values.responses import FilteredResponse

__all__ = [
    "CONSUME",
    "PreloadEntry",
    "PreloadKey",
    "PreloadedResponse",
    "consume_a_preloaded_resource",
    "remember_preload",
]

CONSUME: Final[Algorithm] = Algorithm(
    "consume a preloaded resource", "https://html.spec.whatwg.org/#consume-a-preloaded-resource"
)


class PreloadKey(NamedTuple):
    """
    What a preload and the request that uses it have in common.

    https://html.spec.whatwg.org/#preload-key
    """

    url: str
    destination: str
    mode: RequestMode
    credentials_mode: CredentialsMode


@attrs.define(eq=False, repr=False)
class PreloadedResponse(Exchange):
    """
    One request that a preload of the page answered; nothing went over the wire for it.

    Attributes:
        exchange: The exchange of the preload.
    """

    exchange: Exchange
    was_sent: ClassVar[bool] = False

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
        was_used: Whether a later request was served from it.

    https://html.spec.whatwg.org/#preload-entry
    """

    integrity: str
    response: FilteredResponse
    tainting: ResponseTainting
    exchange: Exchange
    was_used: bool = False


def preload_key(request: Request) -> PreloadKey:
    """
    Return the key of a request (https://html.spec.whatwg.org/#create-a-preload-key).
    """
    return PreloadKey(request.url_list[0].href, request.destination, request.mode, request.credentials_mode)


def remember_preload(params: FetchParams, response: FilteredResponse) -> PreloadEntry | None:
    """
    Let later requests of the page be served from what came.

    Returns:
        The entry; None if nothing came over the wire or from the HTTP cache.
    """
    last = params.timeline[-1] if params.timeline else None
    if params.preloads is None or not isinstance(last, Exchange):
        return None
    request = params.request
    entry = PreloadEntry(request.integrity_metadata, response, request.response_tainting, last)
    params.preloads[preload_key(request)] = entry
    return entry


def consume_a_preloaded_resource(params: FetchParams, preloads: dict[PreloadKey, PreloadEntry]) -> PreloadEntry | None:
    """
    Take what was preloaded for the request, if anything was.

    What was preloaded for the same URL, but for another kind of request, is noted.

    https://html.spec.whatwg.org/#consume-a-preloaded-resource
    """
    # 1.-4. Look for the key.
    request = params.request
    key = preload_key(request)
    entry = preloads.get(key)
    if entry is None:
        near = next((other for other in preloads if other.url == key.url), None)
        if near is not None:
            differs = [name for name in key._fields if getattr(near, name) != getattr(key, name)]
            params.findings.append(CONSUME.noted("3", url=key.url, differs=differs))
        return None
    # 5.-7. Integrity that the preload was not asked to have has not been checked.
    if request.integrity_metadata and request.integrity_metadata != entry.integrity:
        params.findings.append(CONSUME.noted("7", url=key.url, differs=["integrity"]))
        return None
    # 8.-10. It serves once.
    del preloads[key]
    entry.was_used = True
    params.findings.append(CONSUME.noted("10", url=key.url))
    exchange = entry.exchange
    params.timeline.append(
        PreloadedResponse(
            exchange.kind,
            exchange.http_request,
            exchange.http_response,
            exchange.transport_failure,
            params.now,
            exchange,
        )
    )
    return entry
