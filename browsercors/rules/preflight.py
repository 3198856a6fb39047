"""
How browsers differ in preflights and the preflight cache, and the interface of such a cache.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

import attrs

from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from browsercors.rules.safelist import Safelist, UnsafeHeaders
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import CacheMode, Request
    from browsercors.values.sites import Sites

__all__ = [
    "ClearedBy",
    "PreflightCache",
    "PreflightCacheRules",
    "PreflightGrant",
    "PreflightQuestion",
    "PreflightRules",
    "PreflightStage",
]


@quick
class PreflightStage(enum.Enum):
    """
    One check on the response to a preflight.
    """

    REDIRECT = "not a redirect"
    CORS_CHECK = "the CORS check"
    STATUS = "an ok status"
    PRIVATE_NETWORK = "Access-Control-Allow-Private-Network, where it was asked for"
    PARSE_METHODS = "Access-Control-Allow-Methods is a list"
    PARSE_HEADERS = "Access-Control-Allow-Headers is a list"
    STORE = "cached before method and headers are checked"
    METHOD = "the method is allowed"
    HEADERS = "the headers are allowed"


@attrs.frozen(eq=False, repr=False)
class PreflightRules(Rules):
    """
    What a preflight requests, and how its response is checked.

    Attributes:
        stages: The order of the checks; the first one that fails is reported.
        authorization_needs_listing: Whether `Authorization` has to be listed by name, so that `*` does not allow it.
        forced_method_needs_no_listing: Whether a missing list of methods allows the method that was asked for, under
            the use-CORS-preflight flag.
        origin: Returns the value of the preflight's `Origin` header.
        unsafe_headers: Returns the CORS-unsafe request-header names of a request, by a safelist.
        comparison_order: Returns the unsafe names in the order in which they are looked up. The first one that is not
            allowed is reported.
        sends_user_agent_of_page: Whether preflights carry the `User-Agent` that the page set.
        needs_whole_body: Whether a response whose body breaks off allows nothing.
        keeps_first_referrer: Whether preflights after redirects still carry the referrer of the first request.
        repeated_on_redirect: Whether every cross-origin hop after a preflighted one is preflighted too.
    """

    stages: tuple[PreflightStage, ...]
    authorization_needs_listing: bool
    forced_method_needs_no_listing: bool
    origin: Callable[[Request], bytes]
    unsafe_headers: Callable[[Request, Safelist], UnsafeHeaders]
    comparison_order: Callable[[UnsafeHeaders], Sequence[bytes]]
    sends_user_agent_of_page: bool = False
    keeps_first_referrer: bool = False
    needs_whole_body: bool = False
    repeated_on_redirect: bool = False


@quick
class ClearedBy(enum.Enum):
    """
    Which failed fetches clear the preflight cache for their URL.
    """

    NONE = "none"
    PREFLIGHTED = "preflighted"
    CROSS_ORIGIN = "cross-origin"


@attrs.frozen(eq=False, repr=False)
class PreflightCacheRules(Rules):
    """
    What the preflight cache remembers, and for how long.

    Attributes:
        create: Makes an empty cache.
        max_age: Reads `Access-Control-Max-Age`: the seconds, or None if the response is not to be remembered.
        max_age_cap: The longest time in seconds that a response is remembered; None for no limit.
        partition: Returns the part of the cache that a request uses.
        origin_key: Returns the origin that is part of the key; None if the response is not to be remembered.
        bypassing_cache_modes: The cache modes of requests that do not look in the cache.
        unstored_cache_modes: The cache modes of requests whose preflights are not stored.
        cleared_by: Which failed fetches clear the entries of their URL.
        cleared_by_refused_redirects: Whether a redirect under the redirect mode "error" is such a failure.
    """

    create: Callable[[], PreflightCache]
    max_age: Callable[[HeaderList], float | None]
    max_age_cap: float | None
    origin_key: Callable[[Request], Hashable | None]
    partition: Callable[[Request, Sites], Hashable]
    bypassing_cache_modes: frozenset[CacheMode] = frozenset()
    unstored_cache_modes: frozenset[CacheMode] = frozenset()
    cleared_by: ClearedBy = ClearedBy.PREFLIGHTED
    cleared_by_refused_redirects: bool = True


class PreflightQuestion(NamedTuple):
    """
    What a request needs to be allowed, by a preflight or by the preflight cache.

    Attributes:
        key: Network partition key and origin; None in the place of an origin for which nothing is remembered.
        url: The current URL, serialised with its fragment.
        method: The request's method.
        header_names: The CORS-unsafe request-header names.
        with_credentials: Whether the credentials mode is "include".
        forced: Whether a preflight is due regardless of method and headers.
        for_private_network: Whether the preflight asks to be let into a private network.
    """

    key: tuple[Hashable, Hashable]
    url: str
    method: bytes
    header_names: tuple[bytes, ...]
    with_credentials: bool
    forced: bool
    for_private_network: bool = False


class PreflightGrant(NamedTuple):
    """
    What the response to a preflight allows.

    Attributes:
        methods: The values of `Access-Control-Allow-Methods`.
        header_names: The values of `Access-Control-Allow-Headers`.
        max_age: For how many seconds, after the cap.
    """

    methods: tuple[bytes, ...]
    header_names: tuple[bytes, ...]
    max_age: float


class PreflightCache(Protocol):
    """
    The interface of a preflight cache. Times are simulated seconds.
    """

    def covers(self, question: PreflightQuestion, now: float) -> bool:
        """
        Whether the cache allows the request, so that no preflight is sent.
        """

    def remember(self, question: PreflightQuestion, grant: PreflightGrant, now: float) -> None:
        """
        Store what the response to a preflight allows.
        """

    def clear_entries(self, question: PreflightQuestion) -> None:
        """
        Remove the entries of the origin and URL.
        """

    def clear(self) -> None:
        """
        Forget everything.
        """

    def __len__(self) -> int:
        """
        Return the number of keys and URLs with entries, expired or not.
        """
