"""
What one cache of a service worker keeps, and which of it fits a request.

https://w3c.github.io/ServiceWorker/#query-cache-algorithm
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

from browsercors.browser.service_workers.messages import headers_behind
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.values.arguments import ArgumentTypeError
from browsercors.values.habits import near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.browser.service_workers.messages import ServiceWorkerRequest, ServiceWorkerResponse

__all__ = ["CacheQueryOptions", "CacheStore", "CachedItem", "InvalidStateError", "check_cacheable", "why_not_cached"]

PARTIAL: Final = 206


class InvalidStateError(RuntimeError):
    """
    What JavaScript throws for something that comes too late, such as a second `respond_with()`, or comes twice.
    """

    __module__ = "browsercors"  # where its users find it


class CacheQueryOptions(TypedDict, total=False):
    """
    How much of a cached request has to be the same (https://w3c.github.io/ServiceWorker/#dictdef-cachequeryoptions).
    """

    ignore_search: bool
    """Whether queries may differ."""

    ignore_method: bool
    """Whether a request that is no GET finds something as well."""

    ignore_vary: bool
    """Whether the headers that `Vary` names may differ."""


KNOWN_OPTIONS: Final = frozenset(CacheQueryOptions.__annotations__)


class CachedItem(NamedTuple):
    """
    What a cache keeps.

    Attributes:
        request: The request.
        response: The response, never read.
        time: When it was put there, in simulated seconds.
    """

    request: ServiceWorkerRequest
    response: ServiceWorkerResponse
    time: float


class CacheStore:
    """
    The items of one cache, in order.
    """

    def __init__(self) -> None:
        self.items: list[CachedItem] = []

    def query(self, request: ServiceWorkerRequest, options: CacheQueryOptions) -> Iterator[CachedItem]:
        """
        Yield the items that fit a request, in order (https://w3c.github.io/ServiceWorker/#query-cache-algorithm).

        Raises:
            TypeError: There is no such option.
        """
        for name in options:
            if name not in KNOWN_OPTIONS:
                raise ArgumentTypeError(f"a cache has no option {name!r}{near(name, KNOWN_OPTIONS)}")
        if request.method != "GET" and not options.get("ignore_method"):
            return
        ignores_search = bool(options.get("ignore_search"))
        wanted = _compared_url(request, ignores_search=ignores_search)
        for item in self.items:
            if _compared_url(item.request, ignores_search=ignores_search) == wanted and (
                options.get("ignore_vary") or _varies_alike(item, request)
            ):
                yield item

    def put(self, items: Iterable[CachedItem], *, keeps_one_per_url: bool = False) -> None:
        """
        Put items into the cache, all or none, each in the place of those that fit its request, or of all of its URL.

        Raises:
            InvalidStateError: Two of them fit each other.

        https://w3c.github.io/ServiceWorker/#batch-cache-operations-algorithm
        """
        added, kept = CacheStore(), CacheStore()
        kept.items = [*self.items]
        for item in items:
            if any(added.query(item.request, {})):
                raise InvalidStateError(f"add_all() has {item.request.url} twice")
            # PROFILE: in Chromium a response takes the place of all of its URL.
            kept.remove(item.request, {"ignore_vary": keeps_one_per_url})
            kept.items.append(item)
            added.items.append(item)
        self.items = kept.items

    def remove(self, request: ServiceWorkerRequest, options: CacheQueryOptions) -> bool:
        """
        Remove all items that fit a request, and return whether there were any.
        """
        found = list(self.query(request, options))
        self.items = [item for item in self.items if item not in found]
        return bool(found)


def _compared_url(request: ServiceWorkerRequest, *, ignores_search: bool) -> str:
    href = request.url.partition("#")[0]
    return href.partition("?")[0] if ignores_search else href


def _varies_alike(item: CachedItem, request: ServiceWorkerRequest) -> bool:
    """
    Whether a request has what the cached one had in the headers that `Vary` of the response names.

    https://w3c.github.io/ServiceWorker/#request-matches-cached-item-algorithm
    """
    for name in _varies_by(item.response):
        if name == "*" or item.request.headers.get(name) != request.headers.get(name):
            return False
    return True


def _varies_by(response: ServiceWorkerResponse) -> list[str]:
    """
    Return the names that `Vary` lists, as far as the worker sees it: of another origin it is often hidden.
    """
    return [name.strip() for name in response.headers.get("vary", "").split(",")]


def check_cacheable(request: ServiceWorkerRequest) -> None:
    """
    Refuse a request that no cache keeps.

    Raises:
        FetchTypeError: It is no GET of http or https.
    """
    if not request.url.startswith(("http:", "https:")):
        raise FetchTypeError(f"a cache keeps http and https URLs only, not {request.url!r:.80}")
    if request.method != "GET":
        raise FetchTypeError(f"a cache keeps GET requests only, not {request.method}")


def why_not_cached(response: ServiceWorkerResponse, *, sees_hidden_vary: bool) -> str:
    """
    Return why no cache keeps a response; empty if there is no reason.

    Args:
        response: The response.
        sees_hidden_vary: Whether a `Vary` counts that the worker does not see.
    """
    if response.status == PARTIAL:
        return "the response is a part of something (206)"
    hidden = headers_behind(response).get_all(b"vary") if sees_hidden_vary else ()
    if "*" in _varies_by(response) or any(b"*" in value for value in hidden):
        return "the response has Vary: *"
    return ""
