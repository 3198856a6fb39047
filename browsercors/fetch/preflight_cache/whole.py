"""
The preflight cache of Chromium and WebKit: one whole answer per origin and URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from browsercors.fetch.preflight_cache.records import WILDCARD, Records
from browsercors.fetch.safelists import CORS_NON_WILDCARD_REQUEST_HEADER_NAME
from browsercors.values.methods import CORS_SAFELISTED_METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.rules.preflight import PreflightGrant, PreflightQuestion

__all__ = ["WholeAnswer", "WholePreflightCache"]


class WholeAnswer(NamedTuple):
    """
    One preflight's answer, kept as a whole.
    """

    methods: frozenset[bytes]
    header_names: frozenset[bytes]
    with_credentials: bool
    expires: float


class WholePreflightCache:
    """
    The cache of Chromium and WebKit: one answer per URL, replaced by the next one.

    An answer that does not suffice is forgotten by the very request that finds it insufficient. Sources:
    `preflight_result.cc` and `preflight_cache.cc`; `CrossOriginPreflightResultCache.cpp`; confirmed by observation on
    Chromium 156 and WebKitGTK 2.50.
    """

    __slots__ = ("_authorization_needs_listing", "_limit", "_longest_url", "_records", "_request_decides_wildcards")

    EVICTED_AT_ONCE = 10

    def __init__(
        self,
        *,
        authorization_needs_listing: bool,
        request_decides_wildcards: bool = False,
        limit: int | None = None,
        longest_url: int | None = None,
    ) -> None:
        self._authorization_needs_listing = authorization_needs_listing
        self._request_decides_wildcards = request_decides_wildcards
        self._limit = limit
        self._longest_url = longest_url
        self._records: Records[WholeAnswer] = Records()

    def covers(self, question: PreflightQuestion, now: float) -> bool:
        """
        Whether the remembered answer allows the request; if it does not, it is forgotten.
        """
        place = (question.key, question.url)
        answer = self._records.get(place)
        if answer is None:
            return False
        if answer.expires > now and self._allows(answer, question):
            return True
        self._records.drop(place)
        return False

    def _allows(self, answer: WholeAnswer, question: PreflightQuestion) -> bool:
        if question.with_credentials and not answer.with_credentials:
            return False
        # NB: with credentials a `*` is a name like any other. The preflight's count; in WebKit those of this request.
        wildcards = not (question if self._request_decides_wildcards else answer).with_credentials
        if (
            question.method not in CORS_SAFELISTED_METHODS
            and question.method not in answer.methods
            and not (wildcards and WILDCARD in answer.methods)
        ):
            return False
        any_header = wildcards and WILDCARD in answer.header_names
        return all(
            name in answer.header_names
            or (
                any_header and not (self._authorization_needs_listing and name == CORS_NON_WILDCARD_REQUEST_HEADER_NAME)
            )
            for name in question.header_names
        )

    def remember(self, question: PreflightQuestion, grant: PreflightGrant, now: float) -> None:
        """
        Put the answer in the place of an earlier one.
        """
        place = (question.key, question.url)
        if self._longest_url is not None and len(question.url) >= self._longest_url:
            return
        if self._limit is not None and len(self._records) >= self._limit and self._records.get(place) is None:
            # NB: Chromium drops ten neighbours at a random place of its list; the model, which has no chance in it,
            # drops the ten oldest.
            self._records.sweep(now)
            if len(self._records) >= self._limit:
                self._records.drop_oldest(self.EVICTED_AT_ONCE)
        expires = now + grant.max_age
        answer = WholeAnswer(
            frozenset(grant.methods), _lower_case(grant.header_names), question.with_credentials, expires
        )
        self._records.put(place, answer, expires, now)

    def clear_entries(self, question: PreflightQuestion) -> None:
        """
        Forget a URL.
        """
        self._records.drop((question.key, question.url))

    def clear(self) -> None:
        """
        Forget everything.
        """
        self._records.clear()

    def __len__(self) -> int:
        return len(self._records)


def _lower_case(names: Iterable[bytes]) -> frozenset[bytes]:
    return frozenset(name.lower() for name in names)
