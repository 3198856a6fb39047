"""
Surprises about preflights, and about how long they are remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from browsercors.explain.report import Surprise
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.words.cached_answers import last_cached
from browsercors.explain.words.sanitise import shown
from browsercors.fetch.preflight_response import CORS_PREFLIGHT_FETCH
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
    "preflight_vary_missing",
    "wildcard_not_remembered",
]

DEPENDS_ON: Final = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
"""What a response to a preflight depends on."""


def preflight_not_cached(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report a preflight response that is remembered for a short time, or not at all.
    """
    exchange = fetch.preflight
    if exchange is None:
        return
    asked = exchange.response_headers.get("Access-Control-Max-Age")
    for _ in fetch.found(CORS_PREFLIGHT_FETCH, "7.11"):
        yield Surprise(
            SurpriseCode.PREFLIGHT_NOT_CACHED.value,
            "The preflight response is not remembered: the next request sends a preflight again.",
            "Browsers do not remember it for pages with an opaque origin, in some cache modes, or with Cache-Control: "
            "no-store.",
        )
    for finding in fetch.found(CORS_PREFLIGHT_FETCH, "7.15"):
        remembered: Any = finding.evidence["remembered"]
        if asked is None:
            yield Surprise(
                SurpriseCode.PREFLIGHT_NOT_CACHED.value,
                f"The preflight response does not say how long to remember it, so it is remembered for {remembered:g} "
                "s.",
                "Set Access-Control-Max-Age, in seconds. It applies to this exact URL, including its query.",
            )
        elif asked.strip().isdecimal() and asked.isascii() and (len(asked) > 12 or int(asked) > remembered):
            yield Surprise(
                SurpriseCode.MAX_AGE_CAPPED.value,
                f"Access-Control-Max-Age is {shown(asked)} s, but this browser remembers the response for "
                f"{remembered:g} s only.",
                "A response applies to its exact URL, including the query: fewer URLs save preflights, a higher "
                "Max-Age does not.",
            )


def wildcard_not_remembered(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report a wildcard that the preflight cache does not keep.
    """
    params = fetch.params
    exchange = fetch.preflight
    passed = {each.step: each for each in params.findings if each.algorithm is CORS_PREFLIGHT_FETCH and each.ok}
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
            "The same request sends a preflight again: this browser accepts * in a response, but not from its "
            "preflight cache.",
            "List methods and headers by name.",
        )


def preflight_remembered(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report a permission that was remembered from an earlier preflight.
    """
    exchange = None if last_cached(fetch) is not None else next(reversed(fetch.answers), None)
    remembered = [each for each in fetch.params.timeline if isinstance(each, RememberedPreflight)]
    failure = fetch.failure
    is_blocked = failure is not None and failure.reason.is_cors
    if exchange is not None and remembered and (is_blocked or exchange.status in {403, 404, 405}):
        yield Surprise(
            SurpriseCode.PREFLIGHT_REMEMBERED.value,
            "No preflight was sent: the browser still remembered an earlier permission, and did not ask whether the "
            "server would still give it.",
            "Browsers remember only permissions, at most until Access-Control-Max-Age is over. If the server has "
            "withdrawn this one, it is used until then. A fix that adds a permission works at once: if it does not, "
            "look at the HTTP cache, at a CDN that stores responses to OPTIONS, and for an old bundle. In a "
            "simulation, browser.preflight_cache.clear() empties the cache.",
        )


def preflight_vary_missing(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report a response to a preflight that came out of a shared cache, and may have been made for another preflight.

    `Age` is the sign: https://www.rfc-editor.org/rfc/rfc9111#section-5.1.
    """
    for exchange in fetch.params.timeline:
        if not isinstance(exchange, Exchange) or not exchange.is_preflight:
            continue
        age = exchange.response_headers.get("Age")
        vary = {name.strip().lower() for name in exchange.response_headers.get("Vary", "").split(",")}
        missing = [name for name in DEPENDS_ON if name.lower() not in vary]
        if age is not None and missing and "*" not in vary:
            yield Surprise(
                SurpriseCode.VARY_MISSING.value,
                f"The response to the preflight came out of a shared cache (Age: {shown(age)}), and Vary does not name "
                f"{', '.join(missing)}: it may have been made for another preflight.",
                "Let no shared cache store responses to OPTIONS (Cache-Control: no-store), or send "
                f"Vary: {', '.join(DEPENDS_ON)} with each of them.",
            )
            return


def preflight_body_unfinished(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report a preflight response whose body did not end.
    """
    preflights = [each for each in fetch.params.timeline if isinstance(each, Exchange) and each.is_preflight]
    if any(each.http_response is not None and each.http_response.body_failure is not None for each in preflights):
        yield Surprise(
            SurpriseCode.PREFLIGHT_BODY_UNFINISHED.value,
            "The body of the preflight response does not end; the simulation uses its headers only.",
            "Safari waits for that body, so the fetch hangs there. WebKit has a fix, but no Safari release is known "
            "to contain it. Respond with 204 and without a body.",
        )


def authorization_under_wildcard(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report an `Authorization` header that only a wildcard allowed.
    """
    for finding in fetch.found(CORS_PREFLIGHT_FETCH, "7.7"):
        names: Any = finding.evidence.get("names", ())
        allowed: Any = finding.evidence["allowed"] or ()
        listed = {bytes(item).lower() for item in allowed}
        if b"authorization" in names and b"*" in listed and b"authorization" not in listed:
            yield Surprise(
                SurpriseCode.AUTHORIZATION_UNDER_WILDCARD.value,
                "Authorization passed under Access-Control-Allow-Headers: *, which the standard does not allow.",
                "List Authorization by name, before browsers follow the standard.",
            )
