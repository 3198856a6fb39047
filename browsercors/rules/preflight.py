"""
The preflight and the preflight cache: in what browsers differ, and what an algorithm asks of such a cache.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

import attrs

from browsercors.values.enums import quick
from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from browsercors.rules.requests import Safelist, UnsafeHeaders
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import CacheMode, Request

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
    One of the things that a preflight's answer has to stand.
    """

    REDIRECT = "not a redirect"
    CORS_CHECK = "the CORS check"
    STATUS = "an ok status"
    PARSE_METHODS = "Access-Control-Allow-Methods is a list"
    PARSE_HEADERS = "Access-Control-Allow-Headers is a list"
    STORE = "remembered before it is compared"
    METHOD = "the method is allowed"
    HEADERS = "the headers are allowed"


@attrs.frozen(eq=False, repr=False)
class PreflightRules(Rules):
    """
    The preflight: what it says, and what its answer has to stand.

    Attributes:
        stages: The order in which the answer is judged; the first failure is the reported one.
        authorization_needs_listing: Whether `*` leaves `Authorization` out.
        forced_method_needs_no_listing: Whether, under the use-CORS-preflight flag, a missing list of methods allows
            the method that was asked for.
        origin: What the `Origin` header of a preflight says.
        unsafe_headers: The CORS-unsafe request-header names to ask and look for, by that safelist.
        compared_in_order: The unsafe names in the order in which they are looked for, so that the first one missing
            is the one reported.
        keeps_first_referrer: Whether preflights after redirects still show the referrer of the first request.
        repeated_on_redirect: Whether, once a hop was preflighted, every later cross-origin hop is.
    """

    stages: tuple[PreflightStage, ...]
    authorization_needs_listing: bool
    forced_method_needs_no_listing: bool
    origin: Callable[[Request], bytes]
    unsafe_headers: Callable[[Request, Safelist], UnsafeHeaders]
    compared_in_order: Callable[[UnsafeHeaders], Sequence[bytes]]
    keeps_first_referrer: bool = False
    repeated_on_redirect: bool = False


@quick
class ClearedBy(enum.Enum):
    """
    Which fetches that end in a network error clear the preflight cache for their URL.
    """

    NONE = "none"
    PREFLIGHTED = "preflighted"
    CROSS_ORIGIN = "cross-origin"


@attrs.frozen(eq=False, repr=False)
class PreflightCacheRules(Rules):
    """
    The preflight cache: how long and for whom answers are remembered.

    Attributes:
        create: Makes the cache: which entries it has and what they match.
        max_age: Reads `Access-Control-Max-Age`: seconds, or None for "do not remember".
        max_age_cap: The longest time in seconds that an answer is remembered; None for no cap.
        origin_key: The origin under which an answer is remembered; None for "not at all".
        bypassing_cache_modes: Cache modes under which it is not asked.
        unstored_cache_modes: Cache modes under which nothing is stored.
        cleared_by: Which failing fetches take the entries of their URL with them.
    """

    create: Callable[[], PreflightCache]
    max_age: Callable[[HeaderList], float | None]
    max_age_cap: float | None
    origin_key: Callable[[Request], Hashable | None]
    bypassing_cache_modes: frozenset[CacheMode] = frozenset()
    unstored_cache_modes: frozenset[CacheMode] = frozenset()
    cleared_by: ClearedBy = ClearedBy.PREFLIGHTED


class PreflightQuestion(NamedTuple):
    """
    What a request asks of the preflight cache.

    Attributes:
        key: Network partition key and origin.
        url: The current URL, serialised, fragment included.
        method: The request's method.
        header_names: The CORS-unsafe request-header names.
        with_credentials: Whether the credentials mode is "include".
        forced: Whether a preflight is due whatever method and headers are.
    """

    key: tuple[Hashable, Hashable]
    url: str
    method: bytes
    header_names: tuple[bytes, ...]
    with_credentials: bool
    forced: bool


class PreflightGrant(NamedTuple):
    """
    What a preflight's answer allows.

    Attributes:
        methods: The values of `Access-Control-Allow-Methods`.
        header_names: The values of `Access-Control-Allow-Headers`.
        max_age: For how many seconds; capped already.
    """

    methods: tuple[bytes, ...]
    header_names: tuple[bytes, ...]
    max_age: float


class PreflightCache(Protocol):
    """
    What fetching asks of a preflight cache. Time is simulated time in seconds.
    """

    def covers(self, question: PreflightQuestion, now: float) -> bool:
        """
        Whether remembered answers allow the request, so that no preflight is sent.
        """

    def remember(self, question: PreflightQuestion, grant: PreflightGrant, now: float) -> None:
        """
        Store the answer to a preflight.
        """

    def clear_entries(self, question: PreflightQuestion) -> None:
        """
        Forget what is remembered for origin and URL.
        """

    def clear(self) -> None:
        """
        Forget everything.
        """

    def __len__(self) -> int:
        """
        Return for how many keys and URLs something is remembered, expired or not.
        """
