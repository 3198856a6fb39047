"""
Surprises about preflights, and what is remembered of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors.explain.report import Surprise
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.words.cached_answers import last_cached
from browsercors.explain.words.sanitise import shown
from browsercors.fetch.timeline import Exchange, RememberedPreflight
from browsercors.rules.preflight import PreflightGrant, PreflightQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.fixes.proof import FinishedFetch

__all__ = [
    "authorization_under_wildcard",
    "preflight_body_unfinished",
    "preflight_not_cached",
    "preflight_remembered",
    "wildcard_not_remembered",
]


def preflight_not_cached(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Tell of a preflight whose answer is hardly remembered.
    """
    exchange = fetch.preflight
    if exchange is None:
        return
    asked = exchange.response_headers.get("Access-Control-Max-Age")
    for _ in fetch.found("CORS-preflight fetch", "7.11"):
        yield Surprise(
            SurpriseCode.PREFLIGHT_NOT_CACHED.value,
            "The preflight's answer is not remembered: the next request asks again.",
            "Pages of opaque origin, some cache modes and Cache-Control: no-store keep browsers from remembering it.",
        )
    for finding in fetch.found("CORS-preflight fetch", "7.15"):
        remembered: Any = finding.evidence["remembered"]
        if asked is None:
            yield Surprise(
                SurpriseCode.PREFLIGHT_NOT_CACHED.value,
                f"The preflight's answer does not say for how long it holds, and is remembered for {remembered:g} s.",
                "Access-Control-Max-Age says it, in seconds. It holds for this very URL, query included.",
            )
        elif asked.strip().isdecimal() and asked.isascii() and (len(asked) > 12 or int(asked) > remembered):
            yield Surprise(
                SurpriseCode.MAX_AGE_CAPPED.value,
                f"Access-Control-Max-Age asks for {shown(asked)} s, and this browser remembers for {remembered:g} s.",
                "An answer holds for its very URL, query included: fewer URLs save preflights, a higher number none.",
            )


def wildcard_not_remembered(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Tell of a wildcard that the preflight cache does not keep.
    """
    params = fetch.params
    exchange = fetch.preflight
    passed = {each.step: each for each in params.findings if each.algorithm.name == "CORS-preflight fetch" and each.ok}
    if exchange is None or params.in_preflight or "7.15" not in passed:
        return
    methods: Any = passed["7.5"].evidence["allowed"] if "7.5" in passed else ()
    names: Any = passed["7.7"].evidence["allowed"] if "7.7" in passed else ()
    asked: Any = passed["7.7"].evidence["names"] if "7.7" in passed else ()
    if b"*" not in {*methods, *names}:
        return
    method = exchange.request_headers.get("Access-Control-Request-Method", "").encode("latin-1")
    question = PreflightQuestion((None, None), exchange.url, method, asked, with_credentials=False, forced=False)
    cache = params.user_agent.profile.preflight_cache.create()
    cache.remember(question, PreflightGrant(methods, names, 1.0), 0.0)
    if not cache.covers(question, 0.0):
        yield Surprise(
            SurpriseCode.PREFLIGHT_NOT_CACHED.value,
            "The same request asks again: this browser lets * allow it, but not from what it remembers.",
            "List methods and headers by name.",
        )


def preflight_remembered(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Tell of an answer to a preflight that was remembered from before.
    """
    exchange = None if last_cached(fetch) is not None else next(reversed(fetch.answers), None)
    remembered = [each for each in fetch.params.timeline if isinstance(each, RememberedPreflight)]
    failure = fetch.failure
    is_blocked = failure is not None and failure.reason.is_cors
    if exchange is not None and remembered and (is_blocked or exchange.status in {403, 404, 405}):
        yield Surprise(
            SurpriseCode.PREFLIGHT_REMEMBERED.value,
            "No preflight was sent: an earlier answer was still remembered, and whether the server would allow as "
            "much now was not asked.",
            "A browser keeps to what it remembers until Access-Control-Max-Age is over: keep that low while the server "
            "changes what it allows. In a simulation browser.preflight_cache.clear() forgets.",
        )


def preflight_body_unfinished(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Tell of a preflight whose answer had a body without an end.
    """
    preflights = [each for each in fetch.params.timeline if isinstance(each, Exchange) and each.is_preflight]
    if any(each.http_response is not None and each.http_response.body_failure is not None for each in preflights):
        yield Surprise(
            SurpriseCode.PREFLIGHT_BODY_UNFINISHED.value,
            "The body of the preflight's answer does not end; the simulation goes by its headers.",
            "Safari waited for that body until August 2026, and the fetch hung. Answer 204, without a body.",
        )


def authorization_under_wildcard(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Tell of an `Authorization` header that a wildcard is not to allow.
    """
    for finding in fetch.found("CORS-preflight fetch", "7.7"):
        names: Any = finding.evidence.get("names", ())
        allowed: Any = finding.evidence["allowed"] or ()
        listed = {bytes(item).lower() for item in allowed}
        if b"authorization" in names and b"*" in listed and b"authorization" not in listed:
            yield Surprise(
                SurpriseCode.AUTHORIZATION_UNDER_WILDCARD.value,
                "Authorization passed under Access-Control-Allow-Headers: *, which the standard does not let it.",
                "List Authorization by name, before browsers follow the standard.",
            )
