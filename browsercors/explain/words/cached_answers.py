"""
What a report says of a response from the browser's HTTP cache: how old it is, and which request it was stored for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.fixes.proof import request_key
from browsercors.explain.report import Cached
from browsercors.explain.words.sanitise import shown
from browsercors.fetch.timeline import CachedResponse, ExchangeKind

if TYPE_CHECKING:
    from browsercors.explain.fixes.proof import FinishedFetch, RequestKey

__all__ = [
    "OUT_OF_CACHE",
    "OUT_OF_PRELOAD",
    "OUT_OF_WORKER",
    "STAYS_STORED",
    "cached_of",
    "describe_cached",
    "last_cached",
    "stored_keys",
]

OUT_OF_CACHE: Final = "from the browser's HTTP cache"
OUT_OF_PRELOAD: Final = "from the preload"
OUT_OF_WORKER: Final = "from the page's service worker"

STAYS_STORED: Final = "Browsers keep a stored response until it expires."


def cached_of(entry: CachedResponse) -> Cached:
    """
    Return what is known of a response from the HTTP cache.
    """
    origin = entry.stored.request.headers.get(b"origin")
    return Cached(
        age=entry.age,
        made_for=None if origin is None else shown(origin),
        is_confirmed=entry.is_confirmed,
        is_redirect=entry.kind is ExchangeKind.REDIRECT,
    )


def describe_cached(cached: Cached) -> str:
    """
    Return how old a response is, or that the server confirmed it, and which request it was stored for.
    """
    state = "confirmed by a 304" if cached.is_confirmed else f"{cached.age:,.10g} s old"
    origin = "without Origin" if cached.made_for is None else f"with Origin {cached.made_for}"
    return f"{state}, stored for a request {origin}"


def last_cached(fetch: FinishedFetch) -> CachedResponse | None:
    """
    Return the response that a fetch ended with if it came from the HTTP cache; otherwise None.
    """
    last = next(reversed(fetch.answers), None)
    return last if isinstance(last, CachedResponse) else None


def stored_keys(fetch: FinishedFetch) -> frozenset[RequestKey]:
    """
    Return which responses of a fetch came from the HTTP cache.
    """
    return frozenset(request_key(entry) for entry in fetch.params.timeline if isinstance(entry, CachedResponse))
